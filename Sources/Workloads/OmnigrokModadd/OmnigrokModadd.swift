import Basics
import SweepModel
import Training

/// Addition modulo p by a transformer of one layer (*Omnigrok*, arXiv:2210.01117, §4.2, after Nanda's
/// study of grokking): prompts x, y, =, no layer norm, no biases in attention, the answer at the last
/// position, full batch.
///
/// Only the last position counts, whose query is the same for all samples, and there are just 2p + 1
/// different keys and values; so attention costs next to nothing. Numbers are single precision where
/// the published run has double: what double precision is needed for there, tiny losses, is kept by
/// summing the wrong classes apart (``DenseLoss``).
enum OmnigrokModadd: TrainingWorkload {
  typealias Core = ModaddCore
  static let magic: UInt64 = 0x514F_4D4E_4D4F_4431
  static let remedy = ScaledTraining.remedy

  static let signature = WorkloadSignature(
    name: "omnigrok-modadd", resultVersion: 2, settings: ModaddSettings.self,
    summary:
      "a transformer of one layer on x + y mod p, from weights scaled by α or at a held norm",
    metrics: Core.Record.metrics(unit: "nats"), validate: \.problem,
    estimate: ModaddCost.estimate)

  static func problem(
    _ parameters: Parameters, weights: (DataSet) -> Safetensors?
  ) -> ParameterProblem? {
    let settings = ModaddSettings(parameters)
    guard let start = settings.start, let file = weights(start) else { return nil }
    do {
      for factor in ModaddFactor.allCases { _ = try file.tensor(of: factor, settings.shape) }
      return nil
    } catch {
      return ParameterProblem(parameter: "start", message: "\(error)")
    }
  }

  static let sampleSettings: [String: Value] = [
    "mode": "landscape", "p": 3, "width": 16, "heads": 1, "hidden": 2, "steps": 8, "logEvery": 2,
  ]
  static let benchmarkSettings: [String: Value] = ["weightDecay": 1.0]
}
