import Kernels

/// Random numbers in (-1, 1) for fixtures, the same in every run.
func signedDraws(_ buffer: Buffer<Float>, stream: UInt32) {
  let source = RandomStream(seed: 77, stream: stream)
  for index in 0..<buffer.count {
    buffer[index] = Float(2 * source.uniform(index: UInt64(index)) - 1)
  }
}

/// Draws the samples of consecutive numbers into a batch.
func draw(
  _ samples: ParitySamples, _ range: Range<Int>, into batch: BinaryBatch,
  kernels: KernelSet = .portable
) {
  let drawing = BatchDrawing(samples: samples, batch: batch, kernels: kernels)
  drawing.choose(count: range.count, from: range.lowerBound, through: nil)
  drawing.drawAll()
}

/// A first layer with random weights and samples, and room for all results.
final class LayerFixture {
  let layout: SparseInputLayout
  let batch: BinaryBatch
  let kernels: KernelSet
  let weights, tables, difference, margins, outputs: Buffer<Float>
  let marginGradients, gradients, differenceGradients, linearGradients: Buffer<Float>
  let masks: Buffer<UInt16>

  init(_ shape: KernelSetTests.Shape, _ kernels: KernelSet) {
    self.kernels = kernels
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
    draw(samples, 0..<shape.samples, into: batch, kernels: kernels)
  }

  /// Both forward passes, in two ranges.
  func forward() {
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

  /// Both backward passes over segments of 64 samples; the linear one takes the outputs as its
  /// gradients.
  func backward() {
    for tile in 0..<layout.tiles {
      combine(
        .rectified(masks: masks, marginGradients: marginGradients), tile, difference, gradients)
      combine(.stored(outputs), tile, nil, linearGradients)
    }
  }

  private func combine(
    _ source: GradientSums.Source, _ tile: Int, _ difference: Buffer<Float>?,
    _ gradients: Buffer<Float>
  ) {
    let segments = (batch.count + 63) / 64
    let sums = Buffer<Float>(count: segments * layout.tileStride)
    let scratch = Buffer<Float>(count: GradientSums.scratchCount)
    for segment in 0..<segments {
      kernels.sumGradients(
        GradientSums(
          layout: layout, tile: tile, batch: batch, source: source, sums: sums,
          firstRow: segment * layout.tileRows, scratch: scratch),
        segment * 64..<min(batch.count, segment * 64 + 64))
    }
    kernels.combine(
      GradientCombination(
        layout: layout, tile: tile, batch: batch, sums: sums, firstRow: 0, segmentCount: 64,
        weights: weights, difference: difference, gradients: gradients,
        differenceGradients: differenceGradients))
  }

  /// The bits of everything that the passes wrote.
  var results: [[UInt32]] {
    [margins, outputs, gradients, differenceGradients, linearGradients].map { buffer in
      buffer.elements(0..<buffer.count).map(\.bitPattern)
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
