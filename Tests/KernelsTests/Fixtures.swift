import Kernels

/// Random numbers in (-1, 1) for fixtures, the same in every run.
func signedDraws(_ buffer: Buffer<Float>, stream: UInt32) {
  let source = RandomStream(seed: 77, stream: stream)
  for index in 0..<buffer.count {
    buffer[index] = Float(2 * source.uniform(index: UInt64(index)) - 1)
  }
}

/// Draws the samples of consecutive numbers into a batch.
func draw(_ samples: ParitySamples, _ range: Range<Int>, into batch: BinaryBatch) {
  let numbers = Buffer<UInt64>(count: batch.capacity)
  let tasks = Buffer<UInt16>(count: batch.capacity)
  let order = Buffer<UInt64>(count: batch.capacity)
  let places = 0..<range.count
  numbers.number(places, from: range.lowerBound, through: nil)
  samples.drawTasks(numbers: numbers, tasks: tasks, places: places)
  samples.sort(numbers: numbers, tasks: tasks, count: range.count, order: order, batch: batch)
  samples.drawBits(order: order, batch: batch, places: places)
}

/// A first layer with random weights and samples, and room for all results.
final class LayerFixture {
  let layout: SparseInputLayout
  let batch: BinaryBatch
  let weights, tables, difference, margins, outputs: Buffer<Float>
  let marginGradients, gradients, differenceGradients, linearGradients: Buffer<Float>
  let masks: Buffer<UInt16>

  init(_ shape: KernelSetTests.Shape) {
    layout = SparseInputLayout(tasks: shape.tasks, bits: shape.bits, width: shape.width)
    batch = BinaryBatch(layout: layout, samples: shape.samples, transposed: true)
    weights = Buffer(count: layout.tiles * layout.tileStride)
    tables = Buffer(count: layout.tiles * layout.tableStride)
    difference = Buffer(count: layout.paddedWidth)
    margins = Buffer(count: batch.capacity)
    outputs = Buffer(count: batch.capacity * layout.paddedWidth)
    marginGradients = Buffer(count: batch.capacity)
    gradients = Buffer(count: weights.count)
    differenceGradients = Buffer(count: layout.paddedWidth)
    linearGradients = Buffer(count: weights.count)
    masks = Buffer(count: batch.capacity * layout.tiles)
    signedDraws(weights, stream: 1)
    signedDraws(difference, stream: 2)
    signedDraws(marginGradients, stream: 3)
    let samples = ParitySamples(
      layout: layout, frequencies: AliasTable(weights: (1...layout.tasks).map { 1 / Double($0) }),
      subsets: Array(repeating: [0], count: layout.tasks),
      taskStream: RandomStream(seed: 5, stream: 1), bitStream: RandomStream(seed: 5, stream: 2))
    draw(samples, 0..<shape.samples, into: batch)
  }

  /// Both forward passes, in two ranges.
  func forward(_ kernels: KernelSet) {
    for tile in 0..<layout.tiles {
      kernels.buildTable(
        TileOperands(layout: layout, tile: tile, weights: weights, tables: tables))
    }
    for range in [0..<batch.count / 2, batch.count / 2..<batch.count] {
      kernels.forwardRectified(
        RectifiedForward(
          layout: layout, weights: weights, tables: tables, difference: difference,
          biasDifference: 0.25, batch: batch, margins: margins, masks: masks), range)
      kernels.forwardLinear(
        LinearForward(
          layout: layout, weights: weights, tables: tables, batch: batch, outputs: outputs), range)
    }
  }

  /// Both backward passes; the linear one takes the outputs as its gradients.
  func backward(_ kernels: KernelSet) {
    let scratch = Buffer<Float>(count: RectifiedBackward.scratchCount)
    for tile in 0..<layout.tiles {
      kernels.backwardRectified(
        RectifiedBackward(
          layout: layout, tile: tile, weights: weights, difference: difference, batch: batch,
          masks: masks, marginGradients: marginGradients, gradients: gradients,
          differenceGradients: differenceGradients, scratch: scratch))
      kernels.backwardLinear(
        LinearBackward(
          layout: layout, tile: tile, batch: batch, outputGradients: outputs,
          gradients: linearGradients, scratch: scratch))
    }
  }
}

/// Margins from −90 to 90 with alternating labels.
struct LossFixture {
  let operands: CrossEntropyOperands
  let losses, gradients: Buffer<Float>

  init(_ count: Int) {
    let capacity = (count + 63) / 64 * 64
    let margins = Buffer<Float>(count: capacity)
    let labels = Buffer<UInt8>(count: capacity)
    losses = Buffer(count: capacity)
    gradients = Buffer(count: capacity)
    for sample in 0..<count {
      let place = Float(sample) / Float(count) * 2 - 1
      margins[sample] = 80 * place * place * place
      labels[sample] = UInt8(sample % 2)
    }
    operands = CrossEntropyOperands(
      margins: margins, labels: labels, scale: 0.01, marginGradients: gradients, losses: losses)
  }
}

/// Random parameters with fixed random gradients.
final class OptimiserFixture {
  let parameters = Buffer<Float>(count: 64)
  let gradients = Buffer<Float>(count: 64)
  let firstMoments = Buffer<Float>(count: 64)
  let secondMoments = Buffer<Float>(count: 64)

  init() {
    signedDraws(parameters, stream: 4)
    signedDraws(gradients, stream: 5)
  }

  func update(_ kernels: KernelSet, step: Int) {
    kernels.adamW(
      AdamWOperands(
        parameters: parameters, gradients: gradients, firstMoments: firstMoments,
        secondMoments: secondMoments,
        coefficients: AdamWCoefficients(
          step: step, learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8,
          weightDecay: 0.1)), 0..<64)
  }
}
