import Grokking
import Kernels
public import SweepModel
import Training

/// The training core of a grokking-addition job, to be timed from outside.
public final class AdditionBenchmark: TrainingBenchmark {
  private let core: AdditionCore
  private var step = 0

  /// Prepares a job with fresh weights; `parameters` are complete and valid.
  public init(_ parameters: Parameters, threads: Int) {
    core = AdditionCore(settings: AdditionSettings(parameters), threads: threads)
    core.initialise()
  }

  /// The instruction set of the kernels.
  public var instructionSet: String { core.network.kernels.instructionSet }
  /// Samples in a batch.
  public var batchCount: Int { core.settings.batch }
  /// Samples that an evaluation looks at, all of them.
  public var testSampleCount: Int { core.settings.task.samples.count }

  /// Does one step of training.
  public func runStep() {
    step += 1
    core.run(step: step)
  }

  /// Evaluates and returns the test loss.
  public func evaluate() -> Double { core.evaluate().testLoss }

  /// A hash of the decoder's parameters and the embeddings as they stand.
  public var parameterHash: UInt64 {
    core.network.group.parameters.fingerprint ^ core.embeddings.parameters.fingerprint
  }
}
