import SweepModel
import Training

/// Multitask sparse parity (*The Quantization Model of Neural Scaling*, arXiv:2303.13506, §3).
///
/// Subtask i of `tasks` has probability pᵢ ∝ (i + offset)^-(α+1), with the paper's α; the published
/// scripts call α + 1 `alpha`. The input is the one-hot subtask and `bits` random bits, the label
/// the parity of the subtask's own `subset` bits. A multilayer perceptron with two logits learns it
/// with AdamW.
enum SparseParity: ParityWorkload {
  typealias Settings = ParitySettings
  typealias Core = ParityCore<ParitySettings>
  static let magic: UInt64 = 0x5150_4152_4954_5931

  static let signature = WorkloadSignature(
    name: "sparse-parity", resultVersion: 1, settings: ParitySettings.self,
    summary: "a perceptron on multitask sparse parity", metrics: ParityMetrics.all,
    validate: \.problem, estimate: ParityCost.estimate, theory: theory)

  static let sampleSettings: [String: Value] = [
    "tasks": 3, "bits": 6, "subset": 2, "width": 2, "batch": 4, "steps": 5000, "logEvery": 500,
    "regime": "fixed", "samples": 8, "earlyStop": true, "evaluationSamples": 6,
    "evaluationBase": 2, "subtaskPoints": 4,
  ]
  static let benchmarkSettings: [String: Value] = ["width": 160]

  private static func theory(_ axis: String, _ settings: ParitySettings) -> TheoreticalExponent? {
    let alpha = settings.alpha
    let source = "arXiv:2303.13506, section 2"
    switch axis {
    case "parameters":
      return TheoreticalExponent(value: alpha, formula: "α", source: source)
    case "samples", "step", "steps":
      return TheoreticalExponent(
        value: alpha / (1 + alpha), formula: "α/(1+α)", source: source)
    default: return nil
    }
  }
}
