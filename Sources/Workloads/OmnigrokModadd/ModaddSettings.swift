import Kernels
import SweepModel
import Training

/// A modular-addition job's parameters, and as numbers.
struct ModaddSettings: Sendable {
  static let parameters: [ParameterSpec] =
    ScaledTraining.specs(learningRate: 0.001, initial: "normal with deviation 1/√fan-in")
    + problemParameters + measurement

  private static let problemParameters: [ParameterSpec] = [
    ParameterSpec("p", .integer(2...1000), default: .integer(113), "The modulus."),
    ParameterSpec(
      "fraction", .real(0...1, exclusiveMinimum: true), default: .real(0.3),
      "Fraction of the p² pairs that train, all in every step; the rest tests."),
    ParameterSpec(
      "width", .integer(16...4096), default: .integer(128),
      "Components of the residual stream and of all heads together."),
    ParameterSpec("heads", .integer(1...64), default: .integer(4), "Attention heads."),
    ParameterSpec(
      "hidden", .integer(1...65_536), default: .integer(512), "Units of the perceptron."),
    ParameterSpec("beta2", .real(0...0.999_999_9), default: .real(0.98), "AdamW's β₂."),
    ParameterSpec("steps", .integer(1...1_000_000_000), "Optimiser steps."),
    ParameterSpec(
      "seed", .integer(Int.min...Int.max), default: .integer(0), "Seed of training set and weights."
    ),
  ]

  private static let measurement: [ParameterSpec] =
    [
      ParameterSpec(
        "logEvery", .integer(1...1_000_000_000), default: .integer(50),
        "Steps between evaluations, hence the resolution of steps.train and steps.test.")
    ] + ScaledRecord.thresholds(train: 0.99, test: 0.99)

  static func problem(_ parameters: Parameters) -> ParameterProblem? {
    let (width, heads) = (parameters.integer("width"), parameters.integer("heads"))
    guard width % (16 * heads) == 0 else {
      return ParameterProblem(
        parameter: "width",
        message: "A width of \(width) does not give \(heads) heads a multiple of 16 components "
          + "each; set width to a multiple of \(16 * heads).")
    }
    let pairs = parameters.integer("p") * parameters.integer("p")
    let train = Int(parameters.real("fraction") * Double(pairs))
    guard train > 0, train < pairs else {
      return ParameterProblem(
        parameter: "fraction",
        message: "Of \(pairs) pairs \(train) would train; both sets need some.")
    }
    return nil
  }

  let shape: ModaddShape
  let trainNum: Int
  let alpha: Double
  let isConstrained: Bool
  let learningRate: Double
  let weightDecay: Double
  let beta2: Double
  let schedule: LogSchedule
  let goals: [Milestones.Goal]
  let seed: UInt64

  /// Reads complete and valid parameters; traps on others.
  init(_ parameters: Parameters) {
    let modulus = parameters.integer("p")
    shape = ModaddShape(
      modulus: modulus, width: parameters.integer("width"), heads: parameters.integer("heads"),
      hidden: parameters.integer("hidden"))
    trainNum = Int(parameters.real("fraction") * Double(modulus * modulus))
    alpha = parameters.real("alpha")
    isConstrained = parameters.text("mode") == "landscape"
    learningRate = parameters.real("learningRate")
    weightDecay = parameters.real("weightDecay")
    beta2 = parameters.real("beta2")
    schedule = LogSchedule(
      interval: parameters.integer("logEvery"), steps: parameters.integer("steps"),
      detailedPoints: 1)
    goals = ScaledRecord.goals(parameters)
    seed = UInt64(bitPattern: Int64(parameters.integer("seed")))
  }

  /// All pairs in random order; the first ones train.
  var order: [Int] {
    let pairs = shape.modulus * shape.modulus
    return ModaddStream.order.of(seed).subset(of: pairs, size: pairs, index: 0)
  }
}

/// The independent random streams of a job's seed.
enum ModaddStream: UInt32 {
  case order = 1
  case weights

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
