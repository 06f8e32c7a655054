import Kernels
import SweepModel
import Training

/// A modular-addition job's parameters.
struct ModaddSettings: ScaledSettings {
  let training: ScaledTraining.Settings
  let shape: ModaddShape
  let trainNum: Int
  let beta2: Double
  let seed: UInt64
  let schedule: LogSchedule
  let goals: [Milestones.Goal]
  /// The weights from which training begins; nil for drawn ones.
  let start: DataSet?

  init(_ read: inout ParameterReader) {
    training = ScaledTraining.Settings(
      &read, learningRate: 0.001, initial: "normal with deviation 1/√fan-in")
    let modulus = read.integer("p", 2...1000, default: 113, "The modulus.")
    let fraction = read.real(
      "fraction", 0...1, exclusiveMinimum: true, default: 0.3,
      "Fraction of the p² pairs that train, all in every step; the rest tests.")
    trainNum = Int(fraction * Double(modulus * modulus))
    let width = read.integer(
      "width", 16...4096, default: 128,
      "Components of the residual stream and of all heads together.", title: "Hidden width")
    shape = ModaddShape(
      modulus: modulus, width: width,
      heads: read.integer("heads", 1...64, default: 4, "Attention heads."),
      hidden: read.integer("hidden", 1...65_536, default: 512, "Units of the perceptron."))
    beta2 = read.real("beta2", 0...0.999_999_9, default: 0.98, "AdamW's β₂.")
    let steps = read.steps()
    seed = read.seed("Seed of training set and weights.")
    schedule = LogSchedule(
      interval: read.logEvery(
        default: 50,
        "Steps between evaluations, hence the resolution of steps.train and steps.test."),
      steps: steps, detailedPoints: 1)
    goals = read.goals(train: 0.99, test: 0.99)
    start = read.optionalData(
      "start", .weights,
      "Weights to begin from in place of drawn ones: a file of them, or SWEEP/JOB (SWEEP/JOB@STEP) for "
        + "those that a job of the store has kept. Moments begin at 0.")
  }

  /// What no single range can say.
  var problem: ParameterProblem? {
    let (width, heads) = (shape.width, shape.heads)
    guard width % (16 * heads) == 0 else {
      return ParameterProblem(
        parameter: "width",
        message: "A width of \(width) does not give \(heads) heads a multiple of 16 components "
          + "each; set width to a multiple of \(16 * heads).")
    }
    guard start == nil || training.scale == 1 else {
      return ParameterProblem(
        parameter: "alpha",
        message:
          "alpha is the factor of drawn weights, and \"start\" gives others; leave alpha out.")
    }
    let pairs = shape.modulus * shape.modulus
    guard trainNum > 0, trainNum < pairs else {
      return ParameterProblem(
        parameter: "fraction",
        message: "Of \(pairs) pairs \(trainNum) would train; both sets need some.")
    }
    return nil
  }

  var parameterCount: Int { shape.parameterCount }

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
