import Basics
public import SweepModel
import Training

/// The training core of a job, to be timed from outside: the same step and the same evaluation that
/// its workload runs.
public protocol TrainingBenchmark: AnyObject {
  /// Samples in a batch.
  var batchCount: Int { get }
  /// Samples that an evaluation looks at.
  var testSampleCount: Int { get }
  /// Does one step of training.
  func runStep()
  /// Evaluates the network and returns its loss.
  func evaluate() -> Double
  /// A hash of all that a checkpoint keeps of the network as it stands.
  var stateHash: UInt64 { get }
}

/// A job whose training core is worth timing.
public struct Benchmark: Sendable {
  /// The published problem, complete but for its steps.
  public let parameters: Parameters
  /// Prepares a job with fresh weights; its data sets are noise, with which a step takes as long.
  public let core: @Sendable (Parameters, _ threads: Int) throws -> any TrainingBenchmark
}

/// A workload's core as a benchmark.
final class CoreBenchmark<Core: TrainingCore>: TrainingBenchmark {
  private let core: Core
  private var step = 0

  init(_ parameters: Parameters, threads: Int) throws {
    core = try Core(Core.Record.Settings(parameters), in: NoiseContext(threads: threads))
    core.initialise()
  }

  var batchCount: Int { core.batchCount }
  var testSampleCount: Int { core.testSampleCount }

  func runStep() {
    step += 1
    core.run(step: step)
  }

  func evaluate() -> Double { core.evaluate().loss }

  var stateHash: UInt64 {
    var writer = ByteWriter()
    core.write(to: &writer)
    return FNV1a(writer.bytes[...]).value
  }
}

/// The world of a job that is only timed.
private struct NoiseContext: JobContext {
  let threads: Int
  var isCheckpointDue: Bool { false }
  func loadCheckpoint() -> [UInt8]? { nil }
  func saveCheckpoint(_ bytes: [UInt8]) {}
  func checkStop() {}
  func report(step: Int, of total: Int, metric: String, value: Double) {}
  func log(_ line: String) {}
  /// Bits: labels that any set of images has.
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    let noise = (0..<set.sizeBytes).map { place in
      UInt8(truncatingIfNeeded: ((place &* 0x9E37_79B9) >> 13) & 1)
    }
    return try body(noise.span)
  }
}
