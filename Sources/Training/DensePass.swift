public import Kernels

/// What the passes of a ``DenseNetwork`` keep for the samples of a batch. Sample s is column s of
/// every matrix but ``inputRows``; columns beyond the samples hold numbers that nothing depends on,
/// once the outputs' gradients there are zero.
public final class DensePass: Sendable {
  /// The inputs, `inputs × samples`; to be filled before a pass, unless ``inputRows`` is.
  public let inputs: Matrix
  /// The inputs by sample, `samples × inputs`, to be filled before a pass where they were asked for.
  public let inputRows: Matrix?
  /// Gradients of the inputs, `inputs × samples`, if they were asked for.
  public let inputGradients: Matrix?
  /// Every layer's outputs after activation, `outputs × samples`.
  let values: [Matrix]
  /// Every layer's outputs before activation where its derivative needs them; elsewhere the same
  /// matrices as `values`, which take their place.
  let arguments: [Matrix]
  /// Gradients of every layer's outputs before activation; none when nothing is trained.
  let gradients: [Matrix]
  /// Every layer's inputs by sample, `samples × inputs`; none when nothing is trained.
  let rows: [Matrix]

  /// Creates room for `samples` samples; `trains` keeps what the backward pass needs, `byRows` takes
  /// the inputs by sample.
  public init(
    shape: DenseShape, samples: Int, trains: Bool, byRows: Bool = false,
    inputGradients keepsInputGradients: Bool = false
  ) {
    inputs = Matrix(rows: shape.inputs, columns: samples)
    inputGradients =
      keepsInputGradients ? Matrix(rows: shape.inputs, columns: samples) : nil
    let values = shape.layers.map { Matrix(rows: $0.outputs, columns: samples) }
    self.values = values
    arguments = values.enumerated().map { index, values in
      trains && shape.keepsArguments(ofLayer: index)
        ? Matrix(rows: values.rows, columns: samples) : values
    }
    gradients = trains ? shape.layers.map { Matrix(rows: $0.outputs, columns: samples) } : []
    rows = trains ? shape.layers.map { Matrix(rows: samples, columns: $0.inputs) } : []
    inputRows = byRows ? rows.first ?? Matrix(rows: samples, columns: shape.inputs) : nil
  }

  /// The network's outputs, `outputs × samples`.
  public var outputs: Matrix { values[values.count - 1] }
  /// Gradients of the loss with respect to the outputs; to be filled between the passes.
  public var outputGradients: Matrix { gradients[gradients.count - 1] }
  /// Bytes of a pass.
  public static func memoryBytes(shape: DenseShape, samples: Int) -> Int {
    let rows = shape.layers.enumerated().reduce(shape.inputs) { rows, layer in
      let outputs = shape.keepsArguments(ofLayer: layer.offset) ? 3 : 2
      return rows + layer.element.inputs + outputs * layer.element.outputs
    }
    return 4 * Matrix.padded(samples) * (rows + 16 * shape.layers.count)
  }
}
