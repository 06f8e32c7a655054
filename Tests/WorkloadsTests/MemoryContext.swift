import SweepModel

@testable import Workloads

/// A job's world in memory: it keeps the last checkpoint, asks for checkpoints and stops at chosen
/// calls, and records what the job tells.
final class MemoryContext: JobContext {
  let threads: Int
  var checkpoint: [UInt8]?
  /// The number of `checkStop` calls after which the job is told to stop; nil for never.
  var stopsAfter: Int?
  /// Stopping is a kill: the job gets no chance to save itself.
  var isKill = false
  /// A checkpoint is due whenever the number of `checkStop` calls is a multiple of this.
  var checkpointInterval: Int?
  private(set) var checks = 0
  private(set) var saves = 0
  private(set) var reports: [(step: Int, total: Int, metric: String, value: Double)] = []
  private(set) var lines: [String] = []
  /// The rows that were shown, curve after curve.
  private(set) var shown: [Curve] = []

  init(
    threads: Int = 1, checkpoint: [UInt8]? = nil, stopsAfter: Int? = nil,
    checkpointInterval: Int? = nil
  ) {
    self.threads = threads
    self.checkpoint = checkpoint
    self.stopsAfter = stopsAfter
    self.checkpointInterval = checkpointInterval
  }

  func loadCheckpoint() -> [UInt8]? { checkpoint }

  var isCheckpointDue: Bool { checkpointInterval.map { checks % $0 == 0 } ?? false }

  func saveCheckpoint(_ bytes: [UInt8]) throws {
    saves += 1
    checkpoint = bytes
  }

  func checkStop() throws {
    checks += 1
    if let stopsAfter, checks > stopsAfter {
      guard isKill else { throw JobStopped() }
      throw Killed()
    }
  }

  func report(step: Int, of total: Int, metric: String, value: Double) {
    reports.append((step, total, metric, value))
  }

  func show(_ curves: [Curve], at step: Int) {
    for curve in curves {
      let index = shown.firstIndex { $0.name == curve.name } ?? shown.count
      if index == shown.count {
        shown.append(Curve(name: curve.name, steps: [], columns: curve.columns, values: []))
      }
      guard curve.steps.last == step else { continue }
      shown[index] = Curve(
        name: curve.name, steps: shown[index].steps + [step], columns: curve.columns,
        values: shown[index].values + curve.values.suffix(curve.columns))
    }
  }

  func log(_ line: String) { lines.append(line) }

  /// Bytes below 10, and below the classes of a set of images.
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    let limit = UInt8(min(10, ImageLayout(set.facts)?.classes ?? 10))
    let content = (0..<set.sizeBytes).map {
      UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 21) % limit
    }
    return try body(content.span)
  }
}

/// Stands for a `kill -9`: no job knows it.
struct Killed: Error {}

/// Complete parameters: the defaults with some replaced.
func parityParameters(_ changes: [String: Value]) -> Parameters {
  SparseParity.signature.parameters(changes)
}

/// A job of a few milliseconds that still has several tiles, chunks and an uneven batch.
func smallParity(_ changes: [String: Value] = [:]) -> Parameters {
  let base: [String: Value] = [
    "tasks": .integer(12), "bits": .integer(30), "subset": .integer(2), "width": .integer(37),
    "batch": .integer(2100), "steps": .integer(23), "logEvery": .integer(5),
    "evaluationSamples": .integer(2000), "evaluationBase": .integer(20),
    "learningRate": .real(0.01), "seed": .integer(3),
  ]
  return parityParameters(base.merging(changes) { $1 })
}
