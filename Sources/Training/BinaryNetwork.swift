public import Kernels

/// A network with its gradients and AdamW state, and the parts of a training step.
///
/// The parts are meant for a ``ThreadTeam``'s phases: ``forward(_:samples:)`` for ranges of
/// samples, then ``update(_:_:coefficients:scratch:)`` for items. Every sum has a fixed order, so
/// any number of threads gives the same bits. Nothing is allocated in a step.
public final class BinaryNetwork: Sendable {
  /// The layers.
  public let shape: NetworkShape
  /// The parameters; see ``NetworkShape`` for their order.
  public let parameters: Buffer<Float>
  /// The gradients of the last step.
  public let gradients: Buffer<Float>
  /// AdamW's first moments.
  public let firstMoments: Buffer<Float>
  /// AdamW's second moments.
  public let secondMoments: Buffer<Float>

  /// The operations for this processor.
  public let kernels: KernelSet
  let tables: Buffer<Float>
  let difference: Buffer<Float>
  let differenceGradients: Buffer<Float>

  /// Creates a network of zeros; ``initialise(_:)`` or a checkpoint fills it.
  public init(shape: NetworkShape, kernels: KernelSet) {
    self.shape = shape
    self.kernels = kernels
    parameters = Buffer(count: shape.vectorCount)
    gradients = Buffer(count: shape.vectorCount)
    firstMoments = Buffer(count: shape.vectorCount)
    secondMoments = Buffer(count: shape.vectorCount)
    tables = Buffer(count: shape.input.tiles * shape.input.tableStride)
    difference = Buffer(count: shape.input.paddedWidth)
    differenceGradients = Buffer(count: shape.input.paddedWidth)
  }

  /// Draws weights and biases uniformly from ±1/√fan-in, as PyTorch's `Linear` does by default.
  public func initialise(_ stream: RandomStream) {
    let input = shape.input
    fill(stream, layer: 0, offset: 0, height: input.tileRows, rows: shape.inputRows)
    for layer in 1..<shape.activeLayers {
      fill(
        stream, layer: layer, offset: shape.hiddenOffset(layer),
        height: input.paddedWidth + 1, rows: shape.hiddenRows)
    }
    let bound = 1 / Double(input.width).squareRoot()
    let block = UInt32(shape.depth - 1)
    for label in 0..<2 {
      for unit in 0..<input.width {
        parameters[shape.outputOffset(class: label) + unit] = Self.draw(
          stream, bound, index: label * (input.width + 1) + unit, block: block)
      }
      parameters[shape.biasOffset + label] = Self.draw(
        stream, bound, index: label * (input.width + 1) + input.width, block: block)
    }
    prepare()
  }

  /// Fills some rows of the tiles of a layer, which are `height` rows high; the last holds biases.
  private func fill(
    _ stream: RandomStream, layer: Int, offset: Int, height: Int, rows: [Int]
  ) {
    let bound = 1 / Double(rows.count - 1).squareRoot()
    for unit in 0..<shape.input.width {
      for (input, row) in rows.enumerated() {
        let place = (unit / 16 * height + row) * 16 + unit % 16
        parameters[offset + place] = Self.draw(
          stream, bound, index: unit * rows.count + input, block: UInt32(layer))
      }
    }
  }

  private static func draw(
    _ stream: RandomStream, _ bound: Double, index: Int, block: UInt32
  ) -> Float {
    Float((2 * stream.uniform(index: UInt64(index), block: block) - 1) * bound)
  }

  /// Recomputes all that is derived from the parameters; needed after they were replaced.
  public func prepare() {
    for tile in 0..<shape.input.tiles { prepare(tile: tile) }
  }

  /// Recomputes the summed rows, the table and the output difference of a tile.
  func prepare(tile: Int) {
    sumRows(tile: tile)
    kernels.buildTable(
      TileOperands(layout: shape.input, tile: tile, weights: parameters, tables: tables))
    let zero = shape.outputOffset(class: 0)
    let one = shape.outputOffset(class: 1)
    for unit in tile * 16..<tile * 16 + 16 {
      difference[unit] = parameters[one + unit] - parameters[zero + unit]
    }
  }

  /// Output bias of class 1 minus that of class 0.
  var biasDifference: Float {
    parameters[shape.biasOffset + 1] - parameters[shape.biasOffset]
  }
}
