import SweepModel
import Training

/// Predicts a job's time and memory.
enum ImageCost {
  /// Nanoseconds to bring a pixel of an image into a pass.
  private static let pixel = 0.15
  /// Nanoseconds of a step beside all that grows with its sizes.
  private static let step = 8000.0

  static func estimate(_ settings: ImageSettings) -> JobEstimate {
    let (set, shape) = (settings.layout, settings.shape)
    let images =
      (settings.trainNum + min(settings.evaluationImages, set.testCount)) * (set.pixels + 1)
    let memory =
      32 * shape.parameterCount + DensePass.memoryBytes(shape: shape, samples: settings.batch)
      + ImageEvaluator.memoryBytes(shape: shape)
    return JobEstimate(
      modelParameters: shape.parameterCount, samples: settings.trainNum,
      // Curves and moments again while a checkpoint is written; the whole set at first; 12 MB of
      // program.
      memoryBytes: 2 * (memory + 28 * settings.schedule.count) + images + settings.set.sizeBytes
        + 12_000_000,
      cpuSeconds: cpuSeconds(settings),
      usefulThreads: max(1, shape.operationsPerSample * settings.batch / 20_000_000))
  }

  private static func cpuSeconds(_ settings: ImageSettings) -> Double {
    let cost = DenseCost.here
    let (set, shape) = (settings.layout, settings.shape)
    func bring(_ images: Int) -> Double { pixel * Double(images * set.pixels) }
    let training = step + cost.step(shape, samples: settings.batch) + bring(settings.batch)
    let looked = [settings.trainNum, set.testCount].map { min($0, settings.evaluationImages) }
      .reduce(0, +)
    let evaluation = cost.evaluation(shape, samples: looked) + bring(looked)
    return 1e-9
      * (Double(settings.schedule.steps) * training + Double(settings.schedule.count) * evaluation)
  }
}
