import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory from counts of what its kernels do.
enum ParityCost {
  /// Nanoseconds on one thread of the reference core, an AMD EPYC (Zen 5) server core at 3.8 GHz,
  /// for one set of kernels. They were fitted to release builds over widths 10…500, bits 20…256,
  /// tasks 16…5000 and batches 512…20 000; published shapes came out within about 10 % in
  /// calibration, others within about 20 %. A core whose neighbours are busy is slower by up to 40 %.
  private struct Nanoseconds {
    /// A training sample by itself: two draws, sorting, transposing, cross-entropy.
    var trainingSample: Double
    /// A test sample by itself.
    var testSample: Double
    /// A sample in a tile, forward and backward, without its groups of bits.
    var tileSample: Double
    /// A group of 4 bits of a sample in a tile, forward and backward.
    var group: Double
    /// The forward share of the two above.
    var forwardShare: Double
    /// A row of 16 weights at an update: its gradient's product and AdamW.
    var row: Double

    static func of(_ instructionSet: String) -> Nanoseconds {
      switch instructionSet {
      case "avx512":
        Nanoseconds(
          trainingSample: 10.5, testSample: 7, tileSample: 4.8, group: 0.23, forwardShare: 0.48,
          row: 8)
      case "avx2":
        Nanoseconds(
          trainingSample: 11, testSample: 7, tileSample: 7, group: 0.42, forwardShare: 0.46,
          row: 12)
      default:
        Nanoseconds(
          trainingSample: 45, testSample: 18, tileSample: 21, group: 1.25, forwardShare: 0.38,
          row: 45)
      }
    }
  }

  /// Storing, activating and differentiating a sample in a tile of a general network.
  private static let activation = 32.0
  /// A unit of a sample in a tile of a dense layer: forward, backward, gradient.
  private static let denseUnit = 3.0

  static func estimate(_ settings: some ParityProblem) -> JobEstimate {
    let chunks = (settings.batchCapacity + ParityTrainer.chunk - 1) / ParityTrainer.chunk
    return JobEstimate(
      modelParameters: settings.shape.parameterCount,
      samples: settings.distinctSamples(afterSteps: settings.schedule.steps),
      memoryBytes: memoryBytes(settings), cpuSeconds: cpuSeconds(settings),
      usefulThreads: max(1, min(settings.shape.input.tiles, chunks)))
  }

  /// Nanoseconds of a sample in all tiles and layers, forward and backward.
  private static func layers(_ settings: some ParityProblem, _ cost: Nanoseconds) -> Double {
    let shape = settings.shape
    let tiles = Double(shape.input.tiles)
    let first = tiles * (cost.tileSample + cost.group * Double(shape.input.groups))
    guard !shape.isShallowRectified else { return first }
    let dense = tiles * (activation + denseUnit * Double(shape.input.width))
    return first + tiles * activation + Double(shape.depth - 2) * dense
  }

  private static func cpuSeconds(_ settings: some ParityProblem) -> Double {
    let shape = settings.shape
    let cost = Nanoseconds.of(KernelSet.best.instructionSet)
    let rows = shape.input.tileRows + (shape.depth - 2) * (shape.input.paddedWidth + 1)
    let step =
      Double(settings.batchCapacity) * (cost.trainingSample + layers(settings, cost))
      + Double(rows * shape.input.tiles) * cost.row
    let evaluation =
      Double(settings.testCount)
      * (cost.testSample + cost.forwardShare * layers(settings, cost))
    return 1e-9
      * (Double(settings.schedule.steps) * step + Double(settings.schedule.count) * evaluation)
  }

  /// Parameters of a job with so many steps and one evaluation, at their end, that takes about
  /// `seconds` on one thread.
  static func timingJob<Settings: ParityProblem>(
    of _: Settings.Type, _ parameters: Parameters, cpuSeconds seconds: Double
  ) -> Parameters {
    func job(steps: Int) -> Parameters {
      var job = parameters
      job[WeightRule.parameter] = nil
      job["steps"] = .integer(steps)
      job["logEvery"] = .integer(steps)
      return job
    }
    let one = cpuSeconds(Settings(job(steps: 1)))
    let step = cpuSeconds(Settings(job(steps: 2))) - one
    return job(steps: max(1, Int((seconds / step).rounded())))
  }

  private static func memoryBytes(_ settings: some ParityProblem) -> Int {
    let shape = settings.shape
    let input = shape.input
    let rows = input.tileRows + 2 + (shape.depth - 2) * (input.paddedWidth + 1)
    let sums = 4 * input.tiles * PassState.segmentsWanted(input) * input.tileStride
    let weights = 4 * 4 * input.tiles * 16 * rows + 4 * input.tiles * input.tableStride
    let kept = shape.activation.isDifferentiatedFromValue ? 8 : 12
    let general = shape.isShallowRectified ? 0 : kept * (shape.depth - 1) * input.paddedWidth
    let masks = shape.isShallowRectified ? 2 * input.tiles : 0
    let batch = settings.batchCapacity * (16 * input.rowWords + 32 + masks + general)
    let tests = settings.testCount * (8 * input.rowWords + 11)
    let curves =
      16 * settings.schedule.count + 8 * settings.tasks * settings.schedule.detailedLimit
    // Twice the curves and the moments again while a checkpoint is written; 8 MB of program.
    return weights * 2 + sums + batch + tests + 2 * curves + 8_000_000
  }
}
