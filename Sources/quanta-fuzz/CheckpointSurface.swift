import SweepModel
import Workloads

/// Checkpoints as a job finds them: whatever lies there, the job goes on from it or starts anew.
struct CheckpointSurface: Surface {
  static let name = "checkpoint"
  static let share = 145

  private let mutator: Mutator

  /// Makes checkpoints early in a job and where its early stop counts.
  init(corpus: [[UInt8]]) throws {
    let made = try [2, 4500].map { step in
      let context = CheckpointContext(checkpoint: nil, stopsAfter: step)
      _ = try? SparseParity.run(Self.job, in: context)
      guard let last = context.saved.last else { throw Violation("a stopped job saves nothing") }
      return last
    }
    mutator = Mutator(corpus: corpus + made, limit: 64 << 10)
  }

  /// A small job: a fixed set of samples, an evaluation every 500 steps, early stop.
  private static let job: Parameters = {
    var parameters = Parameters()
    for spec in SparseParity.signature.parameters { parameters[spec.name] = spec.defaultValue }
    let changes: [(String, Value)] = [
      ("tasks", .integer(3)), ("bits", .integer(6)), ("subset", .integer(2)),
      ("width", .integer(2)), ("batch", .integer(4)), ("steps", .integer(5000)),
      ("logEvery", .integer(500)),
      ("regime", .text("fixed")), ("samples", .integer(8)), ("earlyStop", .flag(true)),
      ("evaluationSamples", .integer(6)), ("evaluationBase", .integer(2)),
      ("subtaskPoints", .integer(4)),
    ]
    for (name, value) in changes { parameters[name] = value }
    return parameters
  }()

  func input(_ random: inout Random) -> [UInt8] {
    guard random.oneIn(2) else { return mutator.input(&random) }
    // The words of a checkpoint: lengths, steps and numbers at their places.
    var bytes = random.pick(mutator.corpus)
    for _ in 0..<(1 + random.below(3)) where bytes.count >= 8 {
      let fromEnd = random.oneIn(2)
      let word = random.below(min(64, bytes.count / 8))
      let start = fromEnd ? bytes.count - 8 * (word + 1) : 8 * word
      let value = random.extreme()
      for offset in 0..<8 {
        bytes[start + offset] = UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
      }
    }
    return bytes
  }

  func check(_ input: [UInt8]) throws {
    let context = CheckpointContext(checkpoint: input, stopsAfter: 2)
    do {
      _ = try SparseParity.run(Self.job, in: context)
    } catch is JobStopped {
    } catch let failure as JobFailure {
      try require(!failure.message.isEmpty, "a failure without words")
    }
    guard context.lines.contains(where: { $0.hasPrefix("resumed") }) else {
      return try require(
        context.lines.allSatisfy { $0.contains("cannot be used") && $0.contains("byte") },
        "refused without a place: \(context.lines)")
    }
    try require(context.saved.first == input, "a checkpoint changes when it is saved again")
  }
}

/// A job's world: it hands out one checkpoint, keeps the first that is saved, and stops soon.
private final class CheckpointContext: JobContext {
  let threads = 1
  private let checkpoint: [UInt8]?
  private var stepsLeft: Int
  private(set) var saved: [[UInt8]] = []
  private(set) var lines: [String] = []

  init(checkpoint: [UInt8]?, stopsAfter: Int) {
    self.checkpoint = checkpoint
    stepsLeft = stopsAfter
  }

  func loadCheckpoint() -> [UInt8]? { checkpoint }

  var isCheckpointDue: Bool { checkpoint != nil && saved.isEmpty }

  func saveCheckpoint(_ bytes: [UInt8]) { saved.append(bytes) }

  func checkStop() throws {
    if stepsLeft == 0 { throw JobStopped() }
    stepsLeft -= 1
  }

  func report(step: Int, of total: Int, metric: String, value: Double) {}

  func log(_ line: String) { lines.append(line) }
}
