import Kernels
import SweepModel
import Training

/// An image job's parameters.
struct ImageSettings: ScaledSettings {
  let training: ScaledTraining.Settings
  let set: DataSet
  /// How it lies in its content.
  let layout: ImageLayout
  let trainNum: Int
  let batch: Int
  let shape: DenseShape
  let seed: UInt64
  let schedule: LogSchedule
  let evaluationImages: Int
  let goals: [Milestones.Goal]

  init(_ read: inout ParameterReader) {
    training = ScaledTraining.Settings(&read, learningRate: 0.001)
    (set, layout) = read.data(
      "images", .images, default: "fashion-mnist",
      "A known set of images (fashion-mnist), or a folder with the IDX files of one, such as MNIST's."
    )
    trainNum = read.trainNum(
      100_000_000, default: 1000, "Training images, drawn by the seed from the set's.")
    batch = min(
      trainNum,
      read.integer(
        "batch", 1...1_000_000, default: 200,
        "Images in a step, all of them where there are fewer; epochs are reshuffled."))
    shape = DenseShape(
      inputs: layout.pixels, widths: read.hidden() + [layout.classes],
      activation: read.choice("activation", default: .relu, "Activation of the hidden layers."))
    let steps = read.steps()
    seed = read.seed("Seed of training images, weights and shuffles.")
    let interval = read.logEvery(default: 1000, "Most steps between evaluations.")
    let growth = read.real(
      "logGrowth", 0.001...10, default: 0.05,
      "Steps between evaluations as a fraction of the step, up to logEvery.")
    schedule = LogSchedule(growth: growth, interval: interval, steps: steps)
    evaluationImages = read.integer(
      "evaluationImages", 1...100_000_000, default: 2000,
      "Most images of the training and of the test set on which an evaluation looks.")
    goals = read.goals(train: 0.95, test: 0.7)
  }

  /// What no single range can say.
  var problem: ParameterProblem? {
    guard trainNum > layout.trainCount else { return nil }
    return ParameterProblem(
      parameter: "trainNum",
      message: "The set has \(layout.trainCount) training images, \(trainNum) are asked for.")
  }

  var parameterCount: Int { shape.parameterCount }
}

/// The independent random streams of a job's seed.
enum ImageStream: UInt32 {
  case choice = 1
  case weights
  case shuffles

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
