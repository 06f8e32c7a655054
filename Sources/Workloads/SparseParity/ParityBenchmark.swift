import Kernels
public import SweepModel
import Training

/// The training core of a sparse-parity job, to be timed from outside: the same step and the same
/// evaluation that ``SparseParity`` runs.
public final class ParityBenchmark: TrainingBenchmark {
  private let settings: ParitySettings
  private let network: BinaryNetwork
  private let trainer: ParityTrainer
  private let testSet: ParityTestSet
  private var step = 0

  /// Prepares a job with fresh weights; `parameters` are complete and valid.
  public init(_ parameters: Parameters, threads: Int) {
    settings = ParitySettings(parameters)
    let core = ParityCore(settings: settings, threads: threads)
    (network, trainer, testSet) = (core.network, core.trainer, core.testSet)
    network.initialise(ParityStream.initialisation.of(settings.seed))
  }

  /// The instruction set of the kernels.
  public var instructionSet: String { network.kernels.instructionSet }
  /// Samples in a batch.
  public var batchCount: Int { settings.batchCapacity }
  /// Samples in the test set.
  public var testSampleCount: Int { testSet.sampleCount }

  /// Does one step of training.
  public func runStep() {
    step += 1
    trainer.run(step: step)
  }

  /// Evaluates the network and returns its loss in bits.
  public func evaluate() -> Double { testSet.evaluate().loss }

  /// A hash of all parameters as they stand.
  public var parameterHash: UInt64 { network.parameters.fingerprint }
}
