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

  private init(
    _ workload: any Workload.Type, stops: [Int], _ changes: KeyValuePairs<String, Value>
  ) throws {
    var parameters = Parameters()
    for spec in workload.signature.parameters { parameters[spec.name] = spec.defaultValue }
    for (name, value) in changes { parameters[name] = value }
    let checkpoints = try ([0] + stops).map { steps in
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

  /// One of each workload that trains: early, and where the next steps are the last ones or its early
  /// stop counts.
  static func all() throws -> [CheckpointSubject] {
    [
      try CheckpointSubject(
        SparseParity.self, stops: [2, 4500],
        [
          "tasks": .integer(3), "bits": .integer(6), "subset": .integer(2), "width": .integer(2),
          "batch": .integer(4), "steps": .integer(5000), "logEvery": .integer(500),
          "regime": .text("fixed"), "samples": .integer(8), "earlyStop": .flag(true),
          "evaluationSamples": .integer(6), "evaluationBase": .integer(2),
          "subtaskPoints": .integer(4),
        ]),
      try CheckpointSubject(
        GrokkingAddition.self, stops: [2, 7],
        [
          "p": .integer(3), "trainNum": .integer(4), "targetLength": .integer(2),
          "width": .integer(3), "depth": .integer(2), "steps": .integer(8),
          "logEvery": .integer(2), "representationPoints": .integer(2),
        ]),
      try CheckpointSubject(
        OmnigrokTeacher.self, stops: [2, 7],
        [
          "mode": .text("landscape"), "inputs": .integer(2), "outputs": .integer(2),
          "width": .integer(3), "depth": .integer(2), "trainNum": .integer(4),
          "testNum": .integer(4), "steps": .integer(8), "logEvery": .integer(2),
        ]),
      try CheckpointSubject(
        OmnigrokImages.self, stops: [2, 7],
        [
          "images": .text("2x2x2-6-3-" + String(repeating: "0", count: 64)),
          "mode": .text("landscape"), "width": .integer(3), "depth": .integer(2),
          "trainNum": .integer(4), "batch": .integer(3), "steps": .integer(8),
          "logEvery": .integer(2),
        ]),
      try CheckpointSubject(
        OmnigrokModadd.self, stops: [2, 7],
        [
          "mode": .text("landscape"), "p": .integer(3), "width": .integer(16),
          "heads": .integer(1), "hidden": .integer(2), "steps": .integer(8),
          "logEvery": .integer(2),
        ]),
    ]
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
