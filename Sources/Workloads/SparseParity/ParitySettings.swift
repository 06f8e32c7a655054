import Kernels
import SweepModel
import Training

/// A sparse-parity job's parameters.
struct ParitySettings: TrainingSettings {
  /// Where the training samples come from.
  enum Regime: String, CaseIterable {
    /// Every batch is fresh.
    case online
    /// A fixed set of samples, reshuffled every epoch.
    case fixed
  }

  /// How many test samples each subtask gets.
  enum Evaluation: String, CaseIterable {
    /// base + round(pᵢ · samples).
    case stratified
    /// 1000 + ⌊pᵢ · 10⁶⌋, as published.
    case published
  }

  let alpha: Double
  let offset: Double
  let subset: Int
  let shape: NetworkShape
  let batch: Int
  let regime: Regime
  let samples: Int
  let optimiser: ParityOptimiser
  let seed: UInt64
  let schedule: LogSchedule
  let evaluation: Evaluation
  let evaluationSamples: Int
  let evaluationBase: Int
  let earlyStop: Bool

  init(_ read: inout ParameterReader) {
    alpha = read.real(
      "alpha", 0...10, default: 0.4,
      "Zipf exponent α of the paper: subtask i has probability ∝ (i + offset)^-(α+1).",
      role: .abscissa)
    offset = read.real("offset", 0...1e9, default: 0, "Shift of the subtasks' ranks.")
    let tasks = read.integer("tasks", 1...65_536, default: 500, "Number of subtasks.")
    let bits = read.integer("bits", 1...4096, default: 100, "Length of the bit string.")
    subset = read.integer("subset", 1...64, default: 3, "Bits whose parity a subtask asks for, k.")
    let width = read.integer(
      "width", 1...65_536, "Units in each hidden layer.", title: "Hidden width")
    shape = NetworkShape(
      input: SparseInputLayout(tasks: tasks, bits: bits, width: width),
      depth: read.integer(
        "depth", 2...64, default: 2, "Linear layers; 2 means one hidden layer."),
      activation: read.choice("activation", default: .relu, "Activation of the hidden layers."))
    batch = read.integer("batch", 1...10_000_000, default: 20_000, "Samples in a batch.")
    let steps = read.steps()
    regime = read.choice(
      "regime", default: .online,
      "online: every batch is fresh; fixed: epochs over a fixed set of samples.")
    samples = read.integer(
      "samples", 0...1_000_000_000_000, default: 0,
      "Size D of the fixed set of samples; unused online.")
    optimiser = ParityOptimiser(&read)
    seed = read.seed("Seed of subsets, initial weights, samples and test set.")
    let interval = read.integer(
      "logEvery", 1...1_000_000_000, default: 100, "Steps between evaluations.")
    evaluation = read.choice(
      "evaluation", default: .stratified,
      "stratified: evaluationBase + p·evaluationSamples test samples a subtask; "
        + "published: 1000 + p·10⁶.")
    evaluationSamples = read.integer(
      "evaluationSamples", 0...100_000_000, default: 16_384,
      "Test samples that are shared out by frequency.")
    evaluationBase = read.integer(
      "evaluationBase", 2...1_000_000, default: 64, "Test samples that every subtask gets.")
    earlyStop = read.flag(
      "earlyStop", default: false,
      "After step 4000, stop at 10 rises in a row of the test loss; fixed regime only.")
    schedule = LogSchedule(
      interval: interval, steps: steps,
      detailedPoints: read.integer(
        "subtaskPoints", 1...1_000_000, default: 128,
        "Log-spaced steps at which every subtask's loss is kept."))
  }

  /// What no single range can say.
  var problem: ParameterProblem? {
    let (tasks, bits) = (shape.input.tasks, shape.input.bits)
    guard subset <= bits else {
      return ParameterProblem(
        parameter: "subset",
        message: "A subset of \(subset) bits does not fit a string of \(bits) bits; "
          + "lower subset or raise bits.")
    }
    let available = ParitySubsets.count(size: subset, bits: bits, limit: tasks)
    guard tasks <= available else {
      return ParameterProblem(
        parameter: "tasks",
        message: "\(tasks) subtasks need as many different subsets, but only \(available) subsets "
          + "of \(subset) of \(bits) bits exist; lower tasks or raise bits.")
    }
    if regime == .fixed, samples == 0 {
      return ParameterProblem(
        parameter: "samples",
        message: "The fixed regime needs the size of its data set; set samples to 1 or more.")
    }
    guard regime == .online, earlyStop else { return nil }
    return ParameterProblem(
      parameter: "earlyStop",
      message: "Early stopping belongs to the fixed regime; set regime to fixed or earlyStop to "
        + "false.")
  }

  /// Samples in a full batch: no more than there are.
  var batchCapacity: Int { regime == .fixed ? min(batch, samples) : batch }

  /// Distinct training samples after a number of steps, D.
  func distinctSamples(afterSteps count: Int) -> Int {
    guard regime == .online else { return samples }
    let (product, overflow) = count.multipliedReportingOverflow(by: batch)
    return overflow ? .max : product
  }

  /// The subtasks' unnormalised frequencies, (i + offset)^-(α+1) for i = 1, 2, ….
  var frequencyWeights: [Double] {
    (1...shape.input.tasks).map { Elementary.power(Double($0) + offset, -(alpha + 1)) }
  }

  /// Test samples of a subtask with probability p.
  func testSamples(probability: Double) -> Int {
    switch evaluation {
    case .stratified:
      evaluationBase + Int((probability * Double(evaluationSamples)).rounded())
    case .published: 1000 + Int((probability * 1e6).rounded(.down))
    }
  }
}

/// AdamW as PyTorch has it.
struct ParityOptimiser: ParameterSet {
  let learningRate: Double
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let weightDecay: Double

  init(_ read: inout ParameterReader) {
    learningRate = read.learningRate(default: 0.001)
    beta1 = read.real("beta1", 0...0.999_999, default: 0.9, "AdamW's β₁.")
    beta2 = read.real("beta2", 0...0.999_999_9, default: 0.999, "AdamW's β₂.")
    epsilon = read.real("epsilon", 0...1, exclusiveMinimum: true, default: 1e-8, "AdamW's ε.")
    weightDecay = read.real("weightDecay", 0...1000, default: 0, "Decoupled weight decay.")
  }

  /// A step's coefficients, at the job's learning rate or another one.
  func coefficients(step: Int, learningRate other: Double? = nil) -> AdamWCoefficients {
    AdamWCoefficients(
      step: step, learningRate: other ?? learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay)
  }
}

/// The independent random streams of a job's seed.
enum ParityStream: UInt32 {
  case subsets = 1
  case initialisation
  case trainingTasks
  case trainingBits
  case shuffles
  case testBits
  case discoveryTasks
  case discoveryBits

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
