import SweepModel
import Training

/// Compositional parity (Michaud et al., *On the creation of narrow AI*, arXiv:2505.15811): a sample has
/// one or several control bits, each with a subset of the bits that it shares with no other; the label is
/// the parity of all bits for which they ask. Every code, a set of control bits, is a subtask: first the
/// single ones, the atoms, then the composites. A multilayer perceptron learns it as ``SparseParity``.
enum CompositionalParity: ParityWorkload {
  typealias Settings = CompositionSettings
  typealias Core = ParityCore<CompositionSettings>

  static let signature = WorkloadSignature(
    name: "compositional-parity", resultVersion: 1, settings: CompositionSettings.self,
    summary: "a perceptron on parities, alone and composed", metrics: ParityMetrics.all,
    validate: \.problem, estimate: ParityCost.estimate)

  static let sampleSettings: [String: Value] = [
    "atoms": 3, "bits": 7, "subset": 2, "composites": "1+2 1+2+3", "width": 2, "depth": 2,
    "samplesPerCode": 3, "steps": 5000, "logEvery": 500, "evaluationSamples": 4,
    "subtaskPoints": 4,
  ]
  static let benchmarkSettings: [String: Value] = ["width": 64]
}
