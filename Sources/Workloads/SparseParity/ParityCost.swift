import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory from the counts of what its kernels do.
enum ParityCost {
  static func estimate(_ parameters: Parameters) -> JobEstimate {
    let settings = ParitySettings(parameters)
    let tiles = settings.shape.input.tiles
    let chunks = (settings.batchCapacity + ParityTrainer.chunk - 1) / ParityTrainer.chunk
    return JobEstimate(
      modelParameters: settings.shape.parameterCount,
      samples: settings.distinctSamples(afterSteps: settings.steps),
      memoryBytes: 0, cpuSeconds: 0, usefulThreads: max(1, min(tiles, chunks)))
  }
}
