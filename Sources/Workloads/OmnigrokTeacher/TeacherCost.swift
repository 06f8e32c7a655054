import SweepModel
import Training

/// Predicts a job's time and memory.
enum TeacherCost {
  /// Nanoseconds of a step beside products and update.
  private static let step = 4000.0
  /// Nanoseconds of an evaluation for each output of a sample.
  private static let output = 3.0

  static func estimate(_ settings: TeacherSettings) -> JobEstimate {
    let shape = settings.shape
    let memory =
      32 * shape.parameterCount
      + DensePass.memoryBytes(shape: shape, samples: settings.trainNum)
      + DensePass.memoryBytes(shape: shape, samples: settings.testNum)
    return JobEstimate(
      modelParameters: shape.parameterCount, samples: settings.trainNum,
      // Curves and moments again while a checkpoint is written; 12 MB of program.
      memoryBytes: 2 * (memory + 28 * settings.schedule.count) + 12_000_000,
      cpuSeconds: cpuSeconds(settings),
      usefulThreads: max(1, shape.operationsPerSample * settings.trainNum / 20_000_000))
  }

  private static func cpuSeconds(_ settings: TeacherSettings) -> Double {
    let cost = DenseCost.here
    let shape = settings.shape
    let samples = settings.trainNum + settings.testNum
    let step = cost.step(shape, samples: settings.trainNum) + step
    let evaluation =
      cost.evaluation(shape, samples: samples) + output * Double(samples * shape.outputs)
    return 1e-9
      * (Double(settings.schedule.steps) * step + Double(settings.schedule.count) * evaluation)
  }
}
