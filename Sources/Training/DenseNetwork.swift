public import Kernels

/// A stack of dense layers with its gradients and AdamW's moments.
///
/// Passes and updates share their work out between a team's threads. Every sum has a fixed order, so
/// any number of threads gives the same bits. All numbers are single precision, with which the
/// published runs agree. Losses are ``DenseLoss``, computed between the passes.
public final class DenseNetwork: Sendable {
  /// The layers.
  public let shape: DenseShape
  /// The parameters; see ``DenseShape`` for their order.
  public let group: ParameterGroup
  /// The operations for this processor.
  public let kernels: KernelSet

  /// Creates a network of zeros; ``initialise(_:scale:)`` or a checkpoint fills it.
  public init(shape: DenseShape, kernels: KernelSet) {
    self.shape = shape
    self.kernels = kernels
    group = ParameterGroup(count: shape.vectorCount)
  }

  /// Draws weights and biases uniformly from ±1/√fan-in, as PyTorch's `Linear` does by default, times
  /// a scale.
  public func initialise(_ stream: RandomStream, scale: Double = 1) {
    group.clear()
    for (index, layer) in shape.layers.enumerated() {
      let bound = scale / Double(layer.inputs).squareRoot()
      for output in 0..<layer.outputs {
        for input in 0...layer.inputs {
          let uniform = stream.uniform(
            index: UInt64(output * (layer.inputs + 1) + input), block: UInt32(index))
          let place =
            input == layer.inputs
            ? layer.biasOffset + output
            : layer.weightOffset + output * Matrix.padded(layer.inputs) + input
          group.parameters[place] = Float((2 * uniform - 1) * bound)
        }
      }
    }
  }

  private func weights(_ layer: DenseShape.Layer, of buffer: Buffer<Float>) -> Matrix {
    Matrix(buffer, offset: layer.weightOffset, rows: layer.outputs, columns: layer.inputs)
  }

  /// Computes the outputs of a pass from its inputs.
  public func forward(_ pass: DensePass, team: ThreadTeam) {
    if let rows = pass.inputRows {
      transpose(rows, to: pass.inputs, team: team)
    } else if let rows = pass.rows.first {
      transpose(pass.inputs, to: rows, team: team)
    }
    for (index, layer) in shape.layers.enumerated() {
      let product = MatrixProduct(
        weights(layer, of: group.parameters), index == 0 ? pass.inputs : pass.values[index - 1],
        starts: group.parameters, startsOffset: layer.biasOffset, result: pass.arguments[index])
      let isLast = index == shape.layers.count - 1
      let next = isLast || pass.rows.isEmpty ? nil : pass.rows[index + 1]
      team.share(layer.outputs) { [self] rows in
        kernels.multiply(product, rows)
        guard !isLast else { return }
        let values = pass.values[index]
        kernels.activate(
          shape.activation, pass.arguments[index].buffer, values.buffer, values.places(rows))
        if let next { transpose(values, to: next, rows: rows) }
      }
    }
  }

  /// Computes the gradients of all parameters, and of the inputs if the pass keeps them, from those of
  /// the outputs.
  public func backward(_ pass: DensePass, team: ThreadTeam) {
    for (index, layer) in shape.layers.enumerated().reversed() {
      let below = index == 0 ? pass.inputGradients : pass.gradients[index - 1]
      weightGradients(layer, pass.gradients[index], pass.rows[index], team: team)
      guard let below else { continue }
      let product = MatrixProduct(
        weights(layer, of: group.parameters), transposed: true, pass.gradients[index],
        result: below)
      team.share(layer.inputs) { [self] rows in
        kernels.multiply(product, rows)
        guard index > 0 else { return }
        kernels.differentiate(
          ActivationGradients(
            shape.activation, points: pass.arguments[index - 1].buffer, gradients: below.buffer),
          below.places(rows))
      }
    }
  }

  private func weightGradients(
    _ layer: DenseShape.Layer, _ gradients: Matrix, _ inputs: Matrix, team: ThreadTeam
  ) {
    let product = MatrixProduct(
      gradients, inputs, result: weights(layer, of: group.gradients))
    team.share(layer.outputs) { [self] rows in
      kernels.multiply(product, rows)
      gradients.sumRows(rows, into: group.gradients, offset: layer.biasOffset)
    }
  }

  private func transpose(_ source: Matrix, to result: Matrix, team: ThreadTeam) {
    team.share(source.rows) { [self] rows in transpose(source, to: result, rows: rows) }
  }

  private func transpose(_ source: Matrix, to result: Matrix, rows: Range<Int>) {
    kernels.transpose(
      MatrixTransposition(source, result: result),
      rows.lowerBound..<Matrix.padded(rows.upperBound))
  }
}
