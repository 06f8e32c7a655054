import Kernels
public import SweepModel
import Training

/// The training core of a modular-addition job, to be timed from outside.
public final class ModaddBenchmark: TrainingBenchmark {
  private let core: ModaddCore
  private var step = 0

  /// Prepares a job with fresh weights; `parameters` are complete and valid.
  public init(_ parameters: Parameters, threads: Int) {
    core = ModaddCore(settings: ModaddSettings(parameters), threads: threads)
    core.initialise()
  }

  /// The instruction set of the kernels.
  public var instructionSet: String { core.kernels.instructionSet }
  /// Samples in a batch.
  public var batchCount: Int { core.train.count }
  /// Samples of the test set.
  public var testSampleCount: Int { core.test.count }

  /// Does one step of training.
  public func runStep() {
    step += 1
    core.run(step: step, norm: nil)
  }

  /// Evaluates the test set and returns its loss.
  public func evaluate() -> Double { core.evaluate(core.test).loss }

  /// A hash of all parameters as they stand.
  public var parameterHash: UInt64 { core.group.parameters.fingerprint }
}
