import Basics
package import Store
package import SweepModel

/// Why a job stands as it does and what was tried, as `quanta explain --json` says it.
package struct ExplanationDocument: Encodable {
  package struct Try: Encodable {
    package let number: Int
    package let worker: String
    let started: String
    let ended: String?
    package let outcome: String
    package let message: String
    /// Where its metrics were read: `found in logs/metrics.csv (CSV)`.
    package let metrics: [String]
    /// From which file of which tool an adopted result is; absent for one that was run here.
    package let origin: String?

    package init(_ attempt: AttemptRecord, logs: LogReader) {
      origin = attempt.provenance.map(\.origin).flatMap { $0 == Provenance.here ? nil : $0 }
      metrics = MetricsPlaces.of(attempt.attempt, in: logs)
      outcome =
        switch attempt.outcome {
        case .open: "running"
        case .accepted: "recorded"
        case .superseded: "discarded"
        case .failed(let cause): cause.word
        case .late(let agrees): agrees ? "late, the same bits" : "late, OTHER BITS"
        }
      let reason = if case .superseded(let reason) = attempt.outcome { reason } else { "" }
      number = attempt.attempt.number
      worker = attempt.worker
      started = describeTime(attempt.startedAt)
      ended = attempt.endedAt.map(describeTime)
      message = reason.isEmpty ? attempt.message : reason
    }
  }
  private struct Weights: Encodable {
    let step: Int
    let sha256: String
    let bytes: Int
    /// In the store's folder.
    let file: String
  }
  private let job: String
  private let state: String
  private let explanation: String
  private let attempts: [Try]
  /// Absent for a job without code.
  private let code: JobCode?
  /// Absent for a job that has kept none.
  private let weights: [Weights]?

  package init(
    _ record: JobRecord, _ explanation: Explanation, code: JobCode?,
    weights: [WeightSnapshot], attempts: [AttemptRecord],
    logs: LogReader
  ) {
    job = record.job.key.hex
    state = record.state.word
    self.explanation = explanation.sentence
    self.code = code
    self.weights =
      weights.isEmpty
      ? nil
      : weights.map {
        Weights(step: $0.step, sha256: $0.hash, bytes: $0.size, file: "weights/\($0.hash)")
      }
    self.attempts = attempts.map { Try($0, logs: logs) }
  }

  /// Which weights a job has kept; nil where it has none.
  package static func sentence(_ weights: [WeightSnapshot]) -> String? {
    guard let last = weights.last else { return nil }
    let steps = weights.dropLast().prefix(6).map { "\($0.step)" }
    let list = steps + (weights.count > 7 ? ["…"] : []) + ["\(last.step)"]
    let bytes = weights.reduce(0) { $0 + $1.size }
    return "weights kept after step \(list.joined(separator: ", ")): "
      + "\(counted(weights.count, "file")), \(describeBytes(bytes)); "
      + "`quanta export SWEEP --weights DIR` writes them"
  }
}
