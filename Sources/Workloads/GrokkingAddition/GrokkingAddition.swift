import SweepModel
import Training

/// Addition by a learned representation (*Towards Understanding Grokking: An Effective Theory of
/// Representation Learning*, arXiv:2205.10343, §3–4).
///
/// Every number below p has a trainable embedding; a decoder, a perceptron with tanh, sees the sum of
/// two of them and names i + j: by the nearest of fixed random vectors (mean squared error), or as a
/// class (cross-entropy). Embeddings and decoder have rates and decays of their own. Which of the four
/// phases a run falls in shows in `steps.train` and `steps.test`. All numbers are single precision, as
/// in the published program.
enum GrokkingAddition: TrainingWorkload {
  typealias Core = AdditionCore
  static let magic: UInt64 = 0x5147_524F_4B41_4431
  static let remedy = "Lower embeddingRate, decoderRate or their decays."

  static let signature = WorkloadSignature(
    name: "grokking-addition", resultVersion: 1, settings: AdditionSettings.self,
    summary: "embeddings and a decoder on i + j", metrics: AdditionRecord.metrics,
    validate: \.problem, estimate: AdditionCost.estimate)

  static let sampleSettings: [String: Value] = [
    "p": 3, "trainNum": 4, "targetLength": 2, "width": 3, "depth": 2, "steps": 8, "logEvery": 2,
    "representationPoints": 2,
  ]
}
