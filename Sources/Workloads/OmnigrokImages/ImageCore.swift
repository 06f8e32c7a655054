import Kernels
import SweepModel
import Training

/// The network of an image job with its batches and evaluators.
final class ImageCore {
  let settings: ImageSettings
  let training: ScaledTraining
  private let images: LabelledImages
  private let evaluators: [ImageEvaluator]
  private let batches: EpochBatches
  private let pass: DensePass
  private let targets: Matrix

  /// Chooses the images of a job from its set's content.
  init(settings: ImageSettings, content: Span<UInt8>, threads: Int) throws {
    self.settings = settings
    training = ScaledTraining(settings: settings.training, threads: threads)
    let (set, shape) = (settings.layout, settings.training.shape)
    let choice = ImageStream.choice.of(settings.seed)
      .subset(of: set.trainCount, size: settings.trainNum, index: 0)
    images = try LabelledImages(
      content, images: set.trainImages, labels: set.trainLabels, set: set, places: choice)
    let test = try LabelledImages(
      content, images: set.testImages, labels: set.testLabels, set: set,
      places: 0..<min(settings.evaluationImages, set.testCount))
    evaluators = [images, test].map {
      ImageEvaluator($0, limit: settings.evaluationImages, shape: shape)
    }
    batches = EpochBatches(
      count: settings.trainNum, size: settings.batch,
      stream: ImageStream.shuffles.of(settings.seed))
    pass = DensePass(shape: shape, samples: settings.batch, trains: true, byRows: true)
    targets = Matrix(rows: shape.outputs, columns: settings.batch)
  }

  /// Draws fresh weights.
  func initialise() { training.initialise(ImageStream.weights.of(settings.seed)) }

  /// Does step `step`, counted from 1, on its batch.
  func run(step: Int) {
    let places = batches.samples(step: step)
    images.fill(pass, targets: targets, places: places, team: training.team)
    training.run(step: step, pass, targets: targets, count: places.count)
  }

  /// Measures training and test images.
  func evaluate() -> ScaledEvaluation {
    let found = evaluators.map { $0.evaluate(training.network, team: training.team) }
    return ScaledEvaluation(
      trainLoss: found[0].loss, testLoss: found[1].loss, trainAccuracy: found[0].accuracy,
      testAccuracy: found[1].accuracy, norm: training.network.group.norm)
  }
}
