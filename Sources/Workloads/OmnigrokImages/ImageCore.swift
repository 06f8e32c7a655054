import Basics
import Kernels
import SweepModel
import Training

/// The network of an image job with its batches and evaluators.
final class ImageCore: TrainingCore {
  typealias Record = ScaledRecord<ImageSettings>

  private let settings: ImageSettings
  private let training: ScaledTraining
  private let images: LabelledImages
  private let evaluators: [ImageEvaluator]
  private let batches: EpochBatches
  private let pass: DensePass
  private let targets: Matrix

  /// Chooses the images of a job from its set's content.
  init(_ settings: ImageSettings, in context: any JobContext) throws {
    self.settings = settings
    let (set, shape) = (settings.layout, settings.shape)
    training = ScaledTraining(settings.training, shape: shape, threads: context.threads)
    let choice = ImageStream.choice.of(settings.seed)
      .subset(of: set.trainCount, size: settings.trainNum, index: 0)
    let (chosen, test) = try context.withData(settings.set) { content in
      (
        try LabelledImages(
          content, images: set.trainImages, labels: set.trainLabels, set: set, places: choice),
        try LabelledImages(
          content, images: set.testImages, labels: set.testLabels, set: set,
          places: 0..<min(settings.evaluationImages, set.testCount))
      )
    }
    images = chosen
    evaluators = [images, test].map {
      ImageEvaluator($0, limit: settings.evaluationImages, shape: shape)
    }
    batches = EpochBatches(
      count: settings.trainNum, size: settings.batch,
      stream: ImageStream.shuffles.of(settings.seed))
    pass = DensePass(shape: shape, samples: settings.batch, trains: true, byRows: true)
    targets = Matrix(rows: shape.outputs, columns: settings.batch)
  }

  var batchCount: Int { settings.batch }
  var testSampleCount: Int {
    [settings.trainNum, settings.layout.testCount].map { min($0, settings.evaluationImages) }
      .reduce(0, +)
  }

  func initialise() { training.initialise(ImageStream.weights.of(settings.seed)) }

  func run(step: Int) {
    let places = batches.samples(step: step)
    images.fill(pass, targets: targets, places: places, team: training.team)
    training.run(step: step, pass, targets: targets, count: places.count)
  }

  func evaluate() -> ScaledEvaluation {
    let found = evaluators.map { $0.evaluate(training.network, team: training.team) }
    var evaluation = training.evaluation(train: found[0], test: found[1])
    evaluation.showsAccuracy = true
    return evaluation
  }

  var tensors: [Safetensors.Tensor] { training.network.tensors() }

  func write(to writer: inout ByteWriter) { training.write(to: &writer) }

  func read(from reader: inout ByteReader) throws(ByteDamage) { try training.read(from: &reader) }
}
