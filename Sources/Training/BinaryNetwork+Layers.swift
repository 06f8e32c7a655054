public import Kernels

extension BinaryNetwork {
  /// Every layer's weights, `outputs × (inputs + 1)` with the biases in the last column: those of
  /// PyTorch's `Linear` beside each other.
  public var layerWeights: [Matrix] {
    let input = shape.input
    var layers = [
      layer(offset: 0, rows: input.tileRows, inputs: input.tasks + input.bits)
    ]
    for index in 1..<shape.activeLayers {
      layers.append(
        layer(
          offset: shape.hiddenOffset(index), rows: input.paddedWidth + 1, inputs: input.width))
    }
    let output = Matrix(rows: 2, columns: input.width + 1)
    for label in 0..<2 {
      for unit in 0..<input.width {
        output[label, unit] = parameters[shape.outputOffset(class: label) + unit]
      }
      output[label, input.width] = parameters[shape.biasOffset + label]
    }
    return layers + [output]
  }

  /// A layer of tiles of 16 units: `rows` rows of 16 numbers a tile, the biases in the last.
  private func layer(offset: Int, rows: Int, inputs: Int) -> Matrix {
    let result = Matrix(rows: shape.input.width, columns: inputs + 1)
    for unit in 0..<result.rows {
      for input in 0...inputs {
        let row = input == inputs ? rows - 1 : input
        result[unit, input] = parameters[offset + (unit / 16 * rows + row) * 16 + unit % 16]
      }
    }
    return result
  }
}
