import SweepModel
import Training

/// A perceptron classifies images from weights of any scale (*Omnigrok: Grokking Beyond Algorithmic
/// Data*, arXiv:2210.01117, §3): mean squared error against one-hot labels, ReLU, AdamW.
///
/// From large weights training accuracy is perfect long before test accuracy rises, which waits until
/// weight decay has brought the norm down. Numbers are single precision.
enum OmnigrokImages: TrainingWorkload {
  typealias Core = ImageCore
  static let magic: UInt64 = 0x514F_4D4E_494D_4731
  static let remedy = ScaledTraining.remedy

  static let signature = WorkloadSignature(
    name: "omnigrok-images", resultVersion: 1, settings: ImageSettings.self,
    summary: "a perceptron on images, from weights scaled by α or at a held norm",
    metrics: Core.Record.metrics(bestStands: true), validate: \.problem,
    estimate: ImageCost.estimate)

  static let sampleSettings: [String: Value] = [
    "images": .text("2x2x10-6-3-" + String(repeating: "0", count: 64)), "mode": "landscape",
    "width": 3, "depth": 2, "trainNum": 4, "batch": 3, "steps": 8, "logEvery": 2,
  ]
  static let benchmarkSettings: [String: Value] = [
    "images": .text("28x28x10-2000-2000-" + String(repeating: "0", count: 64)),
    "weightDecay": 0.01,
  ]

  /// Evaluations at even distances.
  static func evened(_ parameters: Parameters) -> Parameters {
    var job = parameters
    job["logGrowth"] = 10.0
    job["logEvery"] = 200
    return job
  }
}
