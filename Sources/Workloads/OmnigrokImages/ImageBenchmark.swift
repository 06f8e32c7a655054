import Kernels
public import SweepModel
import Training

/// The training core of an image job, to be timed from outside. Its images are noise: a step takes as
/// long with any.
public final class ImageBenchmark: TrainingBenchmark {
  private let core: ImageCore
  private var step = 0

  /// Prepares a job with fresh weights; `parameters` are complete and valid.
  public init(_ parameters: Parameters, threads: Int) {
    let settings = ImageSettings(parameters)
    let content = (0..<settings.set.sizeBytes).map { place in
      UInt8(((place &* 0x9E37_79B9) >> 13 & 0xFFFF) % settings.layout.classes)
    }
    guard let core = try? ImageCore(settings: settings, content: content.span, threads: threads) else {
      preconditionFailure("labels below the classes")
    }
    self.core = core
    core.initialise()
  }

  /// The instruction set of the kernels.
  public var instructionSet: String { core.training.network.kernels.instructionSet }
  /// Samples in a batch.
  public var batchCount: Int { core.settings.batch }
  /// Training and test samples that an evaluation looks at.
  public var testSampleCount: Int {
    [core.settings.trainNum, core.settings.layout.testCount]
      .map { min($0, core.settings.evaluationImages) }.reduce(0, +)
  }

  /// Does one step of training.
  public func runStep() {
    step += 1
    core.run(step: step)
  }

  /// Evaluates both sets and returns the test loss.
  public func evaluate() -> Double { core.evaluate().testLoss }

  /// A hash of all parameters as they stand.
  public var parameterHash: UInt64 { core.training.network.group.parameters.fingerprint }
}
