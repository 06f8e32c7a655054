import Kernels
import SweepModel
import Training

/// Predicts a job's time and memory from counts of what its kernels do.
///
/// The constants are nanoseconds on one thread of the reference core, an AMD EPYC (Zen 5) server
/// core, with the portable kernels. They were fitted to release builds over widths 1…500, bits
/// 20…256, tasks 16…5000 and batches 512…20 000, which they give within about 30 %.
enum ParityCost {
  /// A training sample by itself: two draws, sorting, transposing, cross-entropy.
  private static let trainingSample = 49.0
  /// A test sample by itself.
  private static let testSample = 6.0
  /// A sample in a tile, forward and backward, without its groups of bits.
  private static let tileSample = 11.0
  /// A group of 4 bits of a sample in a tile, forward and backward.
  private static let group = 1.5
  /// The forward share of the two above.
  private static let forwardShare = 0.43
  /// A row of 16 weights at an update: its gradient's product and AdamW.
  private static let row = 40.0
  /// Storing, activating and differentiating a sample in a tile of a general network.
  private static let activation = 32.0
  /// A unit of a sample in a tile of a dense layer: forward, backward, gradient.
  private static let denseUnit = 3.0

  static func estimate(_ parameters: Parameters) -> JobEstimate {
    let settings = ParitySettings(parameters)
    let chunks = (settings.batchCapacity + ParityTrainer.chunk - 1) / ParityTrainer.chunk
    return JobEstimate(
      modelParameters: settings.shape.parameterCount,
      samples: settings.distinctSamples(afterSteps: settings.steps),
      memoryBytes: memoryBytes(settings), cpuSeconds: cpuSeconds(settings),
      usefulThreads: max(1, min(settings.shape.input.tiles, chunks)))
  }

  /// Nanoseconds of a sample in all tiles and layers, forward and backward.
  private static func layers(_ settings: ParitySettings) -> Double {
    let shape = settings.shape
    let tiles = Double(shape.input.tiles)
    let first = tiles * (tileSample + group * Double(shape.input.groups))
    guard !shape.isShallowRectified else { return first }
    let dense = tiles * (activation + denseUnit * Double(shape.input.width))
    return first + tiles * activation + Double(shape.depth - 2) * dense
  }

  private static func cpuSeconds(_ settings: ParitySettings) -> Double {
    let shape = settings.shape
    let rows = shape.input.tileRows + (shape.depth - 2) * (shape.input.paddedWidth + 1)
    let step =
      Double(settings.batchCapacity) * (trainingSample + layers(settings))
      + Double(rows * shape.input.tiles) * row
    let evaluation =
      Double(testSamples(settings)) * (testSample + forwardShare * layers(settings))
    return 1e-9
      * (Double(settings.steps) * step + Double(settings.schedule.count) * evaluation)
  }

  private static func testSamples(_ settings: ParitySettings) -> Int {
    let weights = settings.frequencyWeights
    let total = weights.reduce(0, +)
    return weights.reduce(0) { $0 + settings.testSamples(probability: $1 / total) }
  }

  private static func memoryBytes(_ settings: ParitySettings) -> Int {
    let shape = settings.shape
    let input = shape.input
    let rows = input.tileRows + 2 + (shape.depth - 2) * (input.paddedWidth + 1)
    let weights = 4 * 4 * input.tiles * 16 * rows + 4 * input.tiles * input.tableStride
    let general = shape.isShallowRectified ? 0 : 8 * (shape.depth - 1) * input.paddedWidth
    let masks = shape.isShallowRectified ? 2 * input.tiles : 0
    let batch = settings.batchCapacity * (16 * input.rowWords + 32 + masks + general)
    let tests = testSamples(settings) * (8 * input.rowWords + 11)
    let curves =
      16 * settings.schedule.count + 8 * input.tasks * settings.schedule.detailedCount
    // Twice the curves and the moments again while a checkpoint is written; 8 MB of program.
    return weights * 2 + batch + tests + 2 * curves + 8_000_000
  }
}
