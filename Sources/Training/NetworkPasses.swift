public import Kernels

/// What the passes keep for the samples of a batch.
public final class PassState: Sendable {
  /// The samples; `capacity` of them fit.
  public let batch: BinaryBatch
  /// Margins z₁ − z₀.
  public let margins: Buffer<Float>
  /// Gradients of the mean loss with respect to the margins.
  public let marginGradients: Buffer<Float>

  /// Samples in a segment, whose gradients are summed apart; a multiple of 64. It depends on shapes
  /// alone, never on threads, because it decides the order of sums.
  let segmentCount: Int
  /// Segments of a full batch.
  let segments: Int
  /// Sums of every tile's segments, `tiles × segments × tileStride`, if there are several.
  let sums: Buffer<Float>
  let masks: Buffer<UInt16>?
  let activations: [Buffer<Float>]
  /// What activations are computed from, where their derivatives need it; elsewhere the same buffers.
  let arguments: [Buffer<Float>]
  let activationGradients: [Buffer<Float>]

  /// Creates room for the passes of a network over a batch; `trains` keeps what the backward pass
  /// needs.
  public init(shape: NetworkShape, batch: BinaryBatch, trains: Bool) {
    self.batch = batch
    margins = Buffer(count: batch.capacity)
    marginGradients = Buffer(count: trains ? batch.capacity : 0)
    let shallow = shape.isShallowRectified
    (segmentCount, segments) = Self.segments(of: batch, layout: shape.input)
    let room = shape.input.tiles * segments * shape.input.tileStride
    sums = Buffer(count: trains && segments > 1 ? room : 0)
    masks = trains && shallow ? Buffer(count: batch.capacity * shape.input.tiles) : nil
    let count = batch.capacity * shape.input.paddedWidth
    let layers = shallow ? 0 : shape.activeLayers
    let activations = (0..<layers).map { _ in Buffer<Float>(count: count) }
    self.activations = activations
    arguments =
      trains && !shape.activation.isDifferentiatedFromValue
      ? activations.map { Buffer(count: $0.count) } : activations
    activationGradients = (0..<(trains ? layers : 0)).map { _ in Buffer(count: count) }
  }

  /// Creates a state for evaluation that writes margins to `margins` and lends its room for
  /// activations from another state of the same network and capacity, which is idle meanwhile.
  public init(batch: BinaryBatch, margins: Buffer<Float>, borrowing other: PassState) {
    precondition(batch.capacity <= other.batch.capacity, "the lender is too small")
    self.batch = batch
    self.margins = margins
    marginGradients = other.marginGradients
    segmentCount = other.segmentCount
    segments = other.segments
    sums = other.sums
    masks = nil
    activations = other.activations
    arguments = other.activations
    activationGradients = []
  }
}

extension PassState {
  /// Cuts a batch such that a narrow network, too, has some 32 pairs of a tile and a segment to
  /// share between threads, unless their sums would take more than 16 MiB.
  private static func segments(
    of batch: BinaryBatch, layout: SparseInputLayout
  ) -> (count: Int, segments: Int) {
    let wanted = segmentsWanted(layout)
    let blocks = max(1, batch.capacity / 64)
    let length = (blocks + wanted - 1) / wanted
    return (length * 64, (blocks + length - 1) / length)
  }

  /// Segments that a large batch is cut into.
  public static func segmentsWanted(_ layout: SparseInputLayout) -> Int {
    max(1, min(32 / layout.tiles, (4 << 20) / (layout.tiles * layout.tileStride)))
  }

  /// Segments with a sample of the present batch.
  var filledSegments: Int { (batch.count + segmentCount - 1) / segmentCount }

  /// The samples of a segment.
  func samples(ofSegment segment: Int) -> Range<Int> {
    segment * segmentCount..<min(batch.count, (segment + 1) * segmentCount)
  }
}

extension BinaryNetwork {
  /// Margins of a range of samples, with what the backward pass needs if the state keeps it.
  public func forward(_ state: PassState, samples: Range<Int>) {
    guard !shape.isShallowRectified else {
      kernels.forwardRectified(
        RectifiedForward(
          layout: shape.input, weights: parameters, tables: tables, difference: difference,
          biasDifference: biasDifference, batch: state.batch, margins: state.margins,
          masks: state.masks), samples)
      return
    }
    let layer = shape.hidden
    kernels.forwardLinear(
      LinearForward(
        layout: shape.input, weights: parameters, tables: tables, batch: state.batch,
        outputs: state.arguments[0]), samples)
    layer.activate(
      shape.activation, arguments: state.arguments[0], values: state.activations[0],
      samples: samples)
    for index in 1..<shape.activeLayers {
      layer.forward(
        weights: parameters, offset: shape.hiddenOffset(index),
        inputs: state.activations[index - 1], outputs: state.arguments[index],
        samples: samples)
      layer.activate(
        shape.activation, arguments: state.arguments[index], values: state.activations[index],
        samples: samples)
    }
    layer.margins(
      activations: state.activations[shape.activeLayers - 1], difference: difference,
      biasDifference: biasDifference, margins: state.margins, samples: samples)
  }

  /// Loss gradients of a range of samples after ``forward(_:samples:)``, down to the first layer's
  /// pre-activations; returns the losses' sum in nats. `batchCount` is the size of the batch.
  public func lossGradients(
    _ state: PassState, samples: Range<Int>, batchCount: Int
  ) -> CrossEntropySums {
    let sums = kernels.crossEntropy(
      CrossEntropyOperands(
        margins: state.margins, labels: state.batch.labels, scale: 1 / Float(batchCount),
        marginGradients: state.marginGradients, losses: nil), samples)
    guard !shape.isShallowRectified else { return sums }
    let layer = shape.hidden
    let last = shape.activeLayers - 1
    layer.activationGradients(
      difference: difference, marginGradients: state.marginGradients,
      gradients: state.activationGradients[last], samples: samples)
    for index in stride(from: last, through: 0, by: -1) {
      kernels.differentiate(
        ActivationGradients(
          shape.activation, points: state.arguments[index],
          gradients: state.activationGradients[index]),
        samples.lowerBound * layer.paddedWidth..<samples.upperBound * layer.paddedWidth)
      guard index > 0 else { continue }
      layer.inputGradients(
        weights: parameters, offset: shape.hiddenOffset(index),
        outputGradients: state.activationGradients[index],
        inputGradients: state.activationGradients[index - 1], samples: samples)
    }
    return sums
  }

  /// Losses of a range of samples after ``forward(_:samples:)``, nats.
  public func losses(_ state: PassState, samples: Range<Int>, into losses: Buffer<Float>) {
    _ = kernels.crossEntropy(
      CrossEntropyOperands(
        margins: state.margins, labels: state.batch.labels, scale: 1, marginGradients: nil,
        losses: losses), samples)
  }
}
