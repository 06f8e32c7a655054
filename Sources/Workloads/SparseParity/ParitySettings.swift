import Kernels
import SweepModel
import Training

/// A sparse-parity job's parameters as numbers.
struct ParitySettings: Sendable {
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
  let steps: Int
  let regime: Regime
  let samples: Int
  let learningRate: Double
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let weightDecay: Double
  let schedule: LogSchedule
  let seed: UInt64
  let evaluation: Evaluation
  let evaluationSamples: Int
  let evaluationBase: Int
  let earlyStop: Bool

  /// Reads complete and valid parameters; traps on others.
  init(_ parameters: Parameters) {
    alpha = parameters.real("alpha")
    offset = parameters.real("offset")
    subset = parameters.integer("subset")
    shape = NetworkShape(
      input: SparseInputLayout(
        tasks: parameters.integer("tasks"), bits: parameters.integer("bits"),
        width: parameters.integer("width")),
      depth: parameters.integer("depth"),
      activation: parameters.choice("activation"))
    batch = parameters.integer("batch")
    steps = parameters.integer("steps")
    regime = parameters.choice("regime")
    samples = parameters.integer("samples")
    learningRate = parameters.real("learningRate")
    beta1 = parameters.real("beta1")
    beta2 = parameters.real("beta2")
    epsilon = parameters.real("epsilon")
    weightDecay = parameters.real("weightDecay")
    schedule = LogSchedule(
      interval: parameters.integer("logEvery"), steps: parameters.integer("steps"),
      detailedPoints: parameters.integer("subtaskPoints"))
    seed = UInt64(bitPattern: Int64(parameters.integer("seed")))
    evaluation = parameters.choice("evaluation")
    evaluationSamples = parameters.integer("evaluationSamples")
    evaluationBase = parameters.integer("evaluationBase")
    earlyStop = parameters.flag("earlyStop")
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

/// The independent random streams of a job's seed.
enum ParityStream: UInt32 {
  case subsets = 1
  case initialisation
  case trainingTasks
  case trainingBits
  case shuffles
  case testBits

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
