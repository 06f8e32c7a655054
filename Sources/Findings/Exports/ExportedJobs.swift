import Basics
import Store
import SweepModel

/// The jobs of a sweep that an export to another tool has: those that have ended, with their curves.
package struct ExportedJobs {
  let results: SweepResults
  private let label: JobLabel

  package init(_ results: SweepResults) {
    self.results = results
    label = JobLabel(results.jobs.map(\.job), axes: results.record.axes)
  }

  /// The jobs in grid order: done ones whose result may be used, failed and cancelled ones.
  var records: [JobRecord] {
    results.jobs.filter { $0.hasResult || $0.state == .setAside || $0.state == .cancelled }
  }

  /// What is left out, and why; full sentences.
  package var omissions: [String] {
    let open = results.jobs.count { $0.state == .waiting || $0.state == .running }
    let quarantined = results.jobs.count { $0.quarantine != nil }
    return [
      open == 0
        ? nil : "\(counted(open, "job")) of \(results.record.name) left out: no result yet.",
      quarantined == 0
        ? nil
        : "\(counted(quarantined, "job")) of \(results.record.name) left out: quarantined, as "
          + "`quanta verify` found another result.",
    ].compactMap(\.self)
  }

  /// A job's name: what varies in its sweep, or its key where nothing does.
  func name(of record: JobRecord) -> String {
    let text = label.text(of: record.job)
    return text.isEmpty ? record.job.key.short : text
  }

  /// When a job's last attempt began and ended, seconds since 1970 UTC, and where it ran; nil for a job
  /// that was never begun.
  func ending(of record: JobRecord) throws -> (attempt: AttemptRecord, endedAt: Double)? {
    let attempts = try results.attempts(of: record.job.key)
    let last =
      record.hasResult ? attempts.first { $0.outcome == .accepted } : attempts.last
    return last.map { ($0, $0.endedAt ?? $0.startedAt) }
  }

  /// What is known of the jobs' code, by its hash.
  var codeSources: [String: CodeSource] {
    var sources: [String: CodeSource] = [:]
    for hash in Set(records.compactMap { JobCode.hash(of: $0.job) }) {
      sources[hash] = results.codeSource(of: hash)
    }
    return sources
  }

  /// A job's metrics, every column of a curve for itself as `loss.subtasks/7`, then its scalars at the
  /// last step of all. A name that is taken gets `scalar.` before it.
  func series(of record: JobRecord) throws -> [MetricSeries] {
    guard record.hasResult else { return [] }
    var names: Set<String> = []
    func free(_ name: String) -> String {
      var name = name
      while !names.insert(name).inserted { name = "scalar.\(name)" }
      return name
    }
    var series: [MetricSeries] = []
    for name in try results.curveNames(record.job.key) {
      guard let curve = try results.curve(record.job.key, name), !curve.steps.isEmpty else {
        continue
      }
      for column in 0..<curve.columns {
        series.append(
          MetricSeries(
            name: free(curve.columns == 1 ? name : "\(name)/\(column)"),
            values: .curve(curve, column: column)))
      }
    }
    let last = series.map(\.lastStep).max() ?? 0
    return series
      + record.scalars.map {
        MetricSeries(name: free($0.name), values: .scalar($0.value, step: last))
      }
  }
}

/// A metric over steps.
struct MetricSeries {
  let name: String
  let values: Values

  enum Values {
    /// A column of a curve: single precision, as stored.
    case curve(Curve, column: Int)
    /// One number.
    case scalar(Double, step: Int)
  }

  var lastStep: Int {
    switch values {
    case .curve(let curve, _): curve.steps.last ?? 0
    case .scalar(_, let step): step
    }
  }
}
