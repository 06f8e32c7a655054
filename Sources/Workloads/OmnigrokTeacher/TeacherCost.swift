import SweepModel
import Training

/// Predicts a job's time and memory.
enum TeacherCost {
  /// Nanoseconds of a step beside products and update.
  private static let step = 4000.0
  /// Nanoseconds of an evaluation for each output of a sample.
  private static let output = 3.0

  static func estimate(_ parameters: Parameters) -> JobEstimate {
    let settings = TeacherSettings(parameters)
    let shape = settings.training.shape
    let memory =
      32 * shape.parameterCount
      + DensePass.memoryBytes(shape: shape, samples: settings.trainNum)
      + DensePass.memoryBytes(shape: shape, samples: settings.testNum)
    return JobEstimate(
      modelParameters: shape.parameterCount, samples: settings.trainNum,
      // Curves and moments again while a checkpoint is written; 8 MB of program.
      memoryBytes: 2 * (memory + 28 * settings.schedule.count) + 8_000_000,
      cpuSeconds: cpuSeconds(settings),
      usefulThreads: max(1, shape.operationsPerSample * settings.trainNum / 20_000_000))
  }

  private static func cpuSeconds(_ settings: TeacherSettings) -> Double {
    let cost = DenseCost.here
    let shape = settings.training.shape
    let samples = settings.trainNum + settings.testNum
    let step = cost.step(shape, samples: settings.trainNum) + step
    let evaluation =
      cost.evaluation(shape, samples: samples) + output * Double(samples * shape.outputs)
    return 1e-9
      * (Double(settings.schedule.steps) * step + Double(settings.schedule.count) * evaluation)
  }

  /// Parameters of a job with as many steps as take about `seconds` on one thread.
  static func timingJob(_ parameters: Parameters, cpuSeconds seconds: Double) -> Parameters {
    let whole = TeacherSettings(parameters)
    let step = cpuSeconds(whole) / Double(whole.schedule.steps)
    var job = parameters
    job["steps"] = .integer(max(1, Int((seconds / step).rounded())))
    return job
  }
}
