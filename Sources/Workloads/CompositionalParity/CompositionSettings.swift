import Kernels
import SweepModel
import Training

/// A compositional-parity job's parameters; defaults are the small published setting.
struct CompositionSettings: ParityProblem {
  /// Control bits, each with a subset.
  let atoms: Int
  let subset: Int
  let composites: CompositeList
  /// Whether codes of a single control bit are trained; all are tested.
  let trainsAtoms: Bool
  let shape: NetworkShape
  let samplesPerCode: Int
  let optimiser: ParityOptimiser
  let seed: UInt64
  let schedule: LogSchedule
  let evaluationSamples: Int

  /// Samples in a batch at most.
  private static let mostSamples = 10_000_000

  init(_ read: inout ParameterReader) {
    atoms = read.integer(
      "atoms", 1...1024, default: 6,
      "Control bits, each with a subset of the bits; no two subsets share a bit.")
    let bits = read.integer("bits", 1...4096, default: 18, "Length of the bit string.")
    subset = read.integer("subset", 1...64, default: 3, "Bits of each subset, k.")
    composites = CompositeList(
      read.text(
        "composites", default: "1+2+3 4+5+6",
        "Codes of several control bits, apart by spaces, their numbers from 1 joined by +; or "
          + "none."), atoms: atoms)
    trainsAtoms = read.flag(
      "trainAtoms", default: true, "Whether control bits are trained alone, too.")
    let width = read.integer(
      "width", 1...65_536, "Units in each hidden layer.", title: "Hidden width")
    shape = NetworkShape(
      input: SparseInputLayout(tasks: atoms + composites.codes.count, bits: bits, width: width),
      depth: read.integer(
        "depth", 2...64, default: 3, "Linear layers; 2 means one hidden layer."),
      activation: read.choice("activation", default: .relu, "Activation of the hidden layers."),
      sums: composites.codes)
    samplesPerCode = read.integer(
      "samplesPerCode", 1...1_000_000, default: 2000,
      "Samples of each trained code in a batch.")
    let steps = read.steps()
    optimiser = ParityOptimiser(&read, epsilon: 1e-5)
    seed = read.seed("Seed of subsets, initial weights, samples and test set.")
    let interval = read.logEvery(default: 100, "Steps between evaluations.")
    evaluationSamples = read.integer(
      "evaluationSamples", 2...1_000_000, default: 1024, "Test samples of each code.")
    schedule = LogSchedule(
      interval: interval, steps: steps,
      detailedPoints: read.integer(
        "subtaskPoints", 1...1_000_000, default: 128,
        "Log-spaced steps at which every code's loss is kept."))
  }

  /// What no single range can say.
  var problem: ParameterProblem? {
    if let message = composites.problem {
      return ParameterProblem(parameter: "composites", message: message)
    }
    let bits = shape.input.bits
    guard atoms * subset <= bits else {
      return ParameterProblem(
        parameter: "bits",
        message: "\(atoms) subsets of \(subset) bits that share none need \(atoms * subset) bits, "
          + "but the string has \(bits); raise bits, or lower atoms or subset.")
    }
    guard trainsAtoms || !composites.codes.isEmpty else {
      return ParameterProblem(
        parameter: "trainAtoms",
        message: "Without atoms and composites there is nothing to train; set trainAtoms to true "
          + "or name composites.")
    }
    guard batchCapacity <= Self.mostSamples else {
      return ParameterProblem(
        parameter: "samplesPerCode",
        message: "\(samplesPerCode) samples of each of \(trained.count) codes are a batch of "
          + "\(batchCapacity), more than \(Self.mostSamples); lower samplesPerCode.")
    }
    return nil
  }

  /// Atoms and composites.
  var tasks: Int { shape.input.tasks }

  /// The codes that samples of training have.
  private var trained: Range<Int> { (trainsAtoms ? 0 : atoms)..<tasks }

  var frequencies: AliasTable {
    AliasTable(weights: (0..<tasks).map { trained.contains($0) ? 1 : 0 })
  }

  /// Every code's bits; those of composites are their members' together.
  var subsets: [[Int]] {
    let drawn = ParityStream.subsets.of(seed).subset(
      of: shape.input.bits, size: atoms * subset, index: 0)
    let own = (0..<atoms).map { drawn[$0 * subset..<($0 + 1) * subset].sorted() }
    return codes.map { code in code.flatMap { own[$0] }.sorted() }
  }

  var batchCapacity: Int { trained.count * samplesPerCode }

  func batch(step: Int) -> ParityBatches.Batch {
    ParityBatches.Batch(
      first: (step - 1) * batchCapacity, count: batchCapacity, permutation: nil)
  }

  var arranged: [UInt16]? {
    trained.flatMap { Array(repeating: UInt16($0), count: samplesPerCode) }
  }

  func distinctSamples(afterSteps count: Int) -> Int { freshSamples(afterSteps: count) }

  func testSamples(probability: Double) -> Int { evaluationSamples }

  var testCount: Int { tasks * evaluationSamples }
}
