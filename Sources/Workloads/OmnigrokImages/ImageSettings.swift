import Kernels
import SweepModel
import Training

/// An image job's parameters, and as numbers.
struct ImageSettings: Sendable {
  static let parameters: [ParameterSpec] =
    ScaledTraining.specs(learningRate: 0.001) + problemParameters + measurement

  private static let problemParameters: [ParameterSpec] = [
    ParameterSpec(
      "images", .data(.images), default: .text("fashion-mnist"),
      "A known set of images (fashion-mnist), or a folder with the IDX files of one, such as MNIST's."
    ),
    ParameterSpec(
      "trainNum", .integer(1...100_000_000), default: .integer(1000),
      "Training images, drawn by the seed from the set's."),
    ParameterSpec(
      "batch", .integer(1...1_000_000), default: .integer(200),
      "Images in a step, all of them where there are fewer; epochs are reshuffled."),
    ParameterSpec(
      "width", .integer(1...4096), default: .integer(200), "Units in each hidden layer."),
    ParameterSpec("depth", .integer(1...16), default: .integer(3), "Linear layers."),
    ParameterSpec(
      "activation", .choice(Activation.allCases.map(\.rawValue)), default: .text("relu"),
      "Activation of the hidden layers."),
    ParameterSpec("steps", .integer(1...1_000_000_000), "Optimiser steps."),
    ParameterSpec(
      "seed", .integer(Int.min...Int.max), default: .integer(0),
      "Seed of training images, weights and shuffles."),
  ]

  private static let measurement: [ParameterSpec] =
    [
      ParameterSpec(
        "logEvery", .integer(1...1_000_000_000), default: .integer(1000),
        "Most steps between evaluations."),
      ParameterSpec(
        "logGrowth", .real(0.001...10), default: .real(0.05),
        "Steps between evaluations as a fraction of the step, up to logEvery."),
      ParameterSpec(
        "evaluationImages", .integer(1...100_000_000), default: .integer(2000),
        "Most images of the training and of the test set on which an evaluation looks."),
    ] + ScaledRecord.thresholds(train: 0.95, test: 0.7)

  static func problem(_ parameters: Parameters) -> ParameterProblem? {
    let set = Self.set(parameters).layout
    let count = parameters.integer("trainNum")
    guard count > set.trainCount else { return nil }
    return ParameterProblem(
      parameter: "trainNum",
      message: "The set has \(set.trainCount) training images, \(count) are asked for.")
  }

  let set: DataSet
  /// How it lies in its content.
  let layout: ImageLayout
  let training: ScaledTraining.Settings
  let trainNum: Int
  let batch: Int
  let evaluationImages: Int
  let schedule: LogSchedule
  let goals: [Milestones.Goal]
  let seed: UInt64

  /// Reads complete and valid parameters; traps on others.
  init(_ parameters: Parameters) {
    (set, layout) = Self.set(parameters)
    let hidden = Array(
      repeating: parameters.integer("width"), count: parameters.integer("depth") - 1)
    training = ScaledTraining.Settings(
      parameters,
      shape: DenseShape(
        inputs: layout.pixels, widths: hidden + [layout.classes],
        activation: parameters.choice("activation")))
    trainNum = parameters.integer("trainNum")
    batch = min(parameters.integer("batch"), trainNum)
    evaluationImages = parameters.integer("evaluationImages")
    schedule = LogSchedule(
      growth: parameters.real("logGrowth"), interval: parameters.integer("logEvery"),
      steps: parameters.integer("steps"))
    goals = ScaledRecord.goals(parameters)
    seed = UInt64(bitPattern: Int64(parameters.integer("seed")))
  }

  private static func set(_ parameters: Parameters) -> (set: DataSet, layout: ImageLayout) {
    guard let set = DataSet(name: parameters.text("images")), let layout = ImageLayout(set.facts)
    else { preconditionFailure("parameter images names no set") }
    return (set, layout)
  }
}

/// The independent random streams of a job's seed.
enum ImageStream: UInt32 {
  case choice = 1
  case weights
  case shuffles

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
