import Grokking
import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory.
enum AdditionCost {
  /// Nanoseconds of a step beside products and update: sums of embeddings, their update, the loss.
  private static let step = 6000.0
  /// Nanoseconds of a pair of symbols in an evaluation's parallelograms and effective loss.
  private static let pair = 60.0

  static func estimate(_ settings: AdditionSettings) -> JobEstimate {
    let memory =
      16 * settings.parameterCount
      + DensePass.memoryBytes(shape: settings.shape, samples: settings.batch)
      + DensePass.memoryBytes(shape: settings.shape, samples: settings.task.samples.count)
    let curves =
      32 * settings.schedule.count
      + 4 * settings.schedule.detailedLimit * settings.task.symbols * settings.dimension
    return JobEstimate(
      modelParameters: settings.parameterCount, samples: settings.trainNum,
      // Curves and moments again while a checkpoint is written; 12 MB of program.
      memoryBytes: 2 * (memory + curves) + 12_000_000, cpuSeconds: cpuSeconds(settings),
      usefulThreads: 1)
  }

  private static func cpuSeconds(_ settings: AdditionSettings) -> Double {
    let cost = DenseCost.here
    let symbols = Double(settings.task.symbols)
    let step = cost.step(settings.shape, samples: settings.batch) + step
    let evaluation =
      cost.evaluation(settings.shape, samples: settings.task.samples.count + 16)
      + pair * symbols * symbols + symbols * symbols * symbols
    return 1e-9
      * (Double(settings.schedule.steps) * step + Double(settings.schedule.count) * evaluation)
  }
}
