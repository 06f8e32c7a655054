import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory from the counts of what its kernels do.
///
/// The constants are nanoseconds on one thread of the reference core, an AMD EPYC (Zen 5) at full
/// clock, with the portable kernels; they were fitted to release builds over widths 10…500, bits
/// 20…256 and batches 512…20 000 and hold within about 30 %.
enum ParityCost {
  /// Drawing a sample: task, sorting, label, and two words of bits.
  private static let drawing = 22.0
  /// Loading and adding one table entry in a tile, forward.
  private static let forwardGroup = 1.0
  /// The rest of a sample in a tile, forward.
  private static let forwardSample = 8.0

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
