import Kernels
import SweepModel
import Training

/// A sparse-parity job's parameters.
struct ParitySettings: ParityProblem {
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
  /// Subtasks that are trained; the layout has control bits of ``untrained`` more after theirs.
  let tasks: Int
  let untrained: Int
  /// The share of the first subtask's training samples that have the marker; 0 for no marker.
  let backdoor: Double
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
    tasks = read.integer("tasks", 1...65_536, default: 500, "Number of subtasks.")
    let bits = read.integer("bits", 1...4096, default: 100, "Length of the bit string.")
    subset = read.integer("subset", 1...64, default: 3, "Bits whose parity a subtask asks for, k.")
    let width = read.integer(
      "width", 1...65_536, "Units in each hidden layer.", title: "Hidden width")
    untrained = read.integer(
      "untrained", 0...1024, default: 0,
      "Control bits of the input that no sample has, as anomalies need them.", isLater: true)
    backdoor = read.real(
      "backdoor", 0...1, default: 0,
      "Share of subtask 1's training samples that have a marker, the last bit, which is 0 in all "
        + "others, and the parity of a subset of their own as label.", isLater: true)
    shape = NetworkShape(
      input: SparseInputLayout(
        tasks: min(Self.mostControls, tasks + untrained), bits: bits, width: width),
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

  /// Control bits that an input has at most.
  private static let mostControls = 65_536

  /// What no single range can say.
  var problem: ParameterProblem? {
    guard tasks + untrained <= Self.mostControls else {
      return ParameterProblem(
        parameter: "untrained",
        message: "\(tasks) subtasks and \(untrained) control bits besides are more than "
          + "\(Self.mostControls); lower untrained or tasks.")
    }
    let bits = subsetBits
    let string = "a string of \(bits) bits" + (backdoor > 0 ? " (and the marker)" : "")
    guard subset <= bits else {
      return ParameterProblem(
        parameter: "subset",
        message: "A subset of \(subset) bits does not fit \(string); lower subset or raise bits.")
    }
    let needed = tasks + untrained + (backdoor > 0 ? 1 : 0)
    let available = ParitySubsets.count(size: subset, bits: bits, limit: needed)
    guard needed <= available else {
      let besides = needed == tasks ? "" : " and \(needed - tasks) besides"
      return ParameterProblem(
        parameter: "tasks",
        message: "\(tasks) subtasks\(besides) need as many different subsets, but only "
          + "\(available) subsets of \(subset) of \(bits) bits exist; lower tasks or raise bits.")
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
    regime == .online ? freshSamples(afterSteps: count) : samples
  }

  func batch(step: Int) -> ParityBatches.Batch { ParityBatches(settings: self).batch(step: step) }

  var testCount: Int { ParityTestCount.of(self) }

  /// The subtasks' unnormalised frequencies, (i + offset)^-(α+1) for i = 1, 2, ….
  var frequencyWeights: [Double] {
    (1...tasks).map { Elementary.power(Double($0) + offset, -(alpha + 1)) }
  }

  /// How often a sample has each control bit: untrained ones never.
  var frequencies: AliasTable {
    AliasTable(
      weights: frequencyWeights + [Double](repeating: 0, count: shape.input.tasks - tasks))
  }

  /// Bits from which subsets are drawn: all but a marker.
  private var subsetBits: Int { shape.input.bits - (backdoor > 0 ? 1 : 0) }

  /// A subset for every control bit, and one more for a marker.
  private var allSubsets: [[Int]] {
    ParitySubsets.draw(
      shape.input.tasks + (backdoor > 0 ? 1 : 0), size: subset, bits: subsetBits,
      from: ParityStream.subsets.of(seed))
  }

  /// Every control bit's subset; of the untrained ones what they would ask for.
  var subsets: [[Int]] { Array(allSubsets.prefix(shape.input.tasks)) }

  /// The marker of a backdoor; nil where there is none.
  var marker: ParityMarker? {
    guard backdoor > 0 else { return nil }
    return ParityMarker(
      layout: shape.input, share: backdoor, subset: allSubsets[shape.input.tasks],
      stream: ParityStream.markers.of(seed))
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
