import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory.
enum ModaddCost {
  /// Nanoseconds of attention and loss for each component or class of a sample, forward and back.
  private static let component = 1.5

  static func estimate(_ settings: ModaddSettings) -> JobEstimate {
    let shape = settings.shape
    let pairs = shape.modulus * shape.modulus
    let block = ModaddBlock.capacity * (10 * shape.width + 3 * shape.hidden + 2 * shape.vocabulary)
    let memory = 16 * shape.vectorCount + 4 * block + 48 * shape.tokens * shape.width + 24 * pairs
    return JobEstimate(
      modelParameters: shape.parameterCount, samples: settings.trainNum,
      // Curves and moments again while a checkpoint is written; 12 MB of program.
      memoryBytes: 2 * (memory + 28 * settings.schedule.count) + 12_000_000,
      cpuSeconds: cpuSeconds(settings), usefulThreads: max(1, shape.width / 32))
  }

  private static func cpuSeconds(_ settings: ModaddSettings) -> Double {
    let cost = DenseCost.here
    let shape = settings.shape
    let sample =
      Double(shape.operationsPerSample) / cost.operations
      + component * Double(shape.width + shape.vocabulary)
    let step =
      Double(settings.trainNum) * sample + cost.update * Double(shape.parameterCount)
      + 6 * Double(shape.tokens * shape.width * shape.width) / cost.operations
    let evaluation = Double(shape.modulus * shape.modulus) * sample / 2.5
    return 1e-9
      * (Double(settings.schedule.steps) * step + Double(settings.schedule.count) * evaluation)
  }
}
