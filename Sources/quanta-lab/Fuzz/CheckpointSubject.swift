import SweepModel
import Workloads

/// A small job of one workload, and checkpoints that it has written.
struct CheckpointSubject {
  private let workload: any Workload.Type
  private let parameters: Parameters
  /// Checkpoints after some of its steps.
  let made: [[UInt8]]
  /// What it writes before its first step.
  private let fresh: [UInt8]

  private init(_ workload: any Workload.Type, keep: WeightRule? = nil) throws {
    var sample = workload.sample
    if let keep { sample[WeightRule.parameter] = .text(keep.text) }
    let parameters = sample
    // Early, and where the next steps are the last ones or its early stop counts.
    let stops = [0, 2, parameters.integer("steps") * 9 / 10]
    let checkpoints = try stops.map { steps in
      let context = CheckpointContext(checkpoint: nil, steps: steps)
      _ = try? workload.run(parameters, in: context)
      guard let last = context.saved.last else { throw Violation("a stopped job saves nothing") }
      return last
    }
    self.workload = workload
    self.parameters = parameters
    fresh = checkpoints[0]
    made = Array(checkpoints.dropFirst())
  }

  /// One of each workload that trains, and of the last of them one that keeps weights.
  static func all() throws -> [CheckpointSubject] {
    let workloads = WorkloadRegistry.all.filter { $0.benchmark != nil }
    return try workloads.map { try CheckpointSubject($0) }
      + workloads.suffix(1).map { try CheckpointSubject($0, keep: WeightRule(.spaced(3))) }
  }

  /// Lets the job find a checkpoint, do two steps and stop.
  func check(_ checkpoint: [UInt8]) throws {
    let context = CheckpointContext(checkpoint: checkpoint, steps: 2)
    do {
      _ = try workload.run(parameters, in: context)
    } catch is JobStopped {
    } catch let failure as JobFailure {
      try require(!failure.message.isEmpty, "a failure without words")
    }
    _ = workload.lastMetric(parameters, checkpoint: checkpoint)
    if context.lines.contains(where: { $0.hasPrefix("resumed") }) {
      return try require(
        context.saved.first == checkpoint, "a checkpoint changes when it is saved again")
    }
    try require(
      context.lines.count == 1 && context.lines[0].contains("cannot be used")
        && context.lines[0].contains("byte"),
      "refused without a place: \(context.lines)")
    try require(context.saved.first == fresh, "a refused checkpoint leaves something behind")
  }
}

/// A job's world: it hands out one checkpoint, has one saved before the first step, and stops soon.
private final class CheckpointContext: JobContext {
  let threads = 1
  private let checkpoint: [UInt8]?
  private var stepsLeft: Int
  private(set) var saved: [[UInt8]] = []
  private(set) var lines: [String] = []

  init(checkpoint: [UInt8]?, steps: Int) {
    self.checkpoint = checkpoint
    stepsLeft = steps
  }

  func loadCheckpoint() -> [UInt8]? { checkpoint }

  var isCheckpointDue: Bool { saved.isEmpty }

  func saveCheckpoint(_ bytes: [UInt8]) { saved.append(bytes) }

  func checkStop() throws {
    if stepsLeft == 0 { throw JobStopped() }
    stepsLeft -= 1
  }

  func report(step: Int, of total: Int, metric: String, value: Double) {}

  func log(_ line: String) { lines.append(line) }

  /// Dark images of the first class.
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result { try body(Array(repeating: 0, count: set.sizeBytes).span) }
}
