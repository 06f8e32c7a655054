public import Kernels

extension BinaryNetwork {
  /// Every layer's weights, `outputs × (inputs + 1)` with the biases in the last column: those of
  /// PyTorch's `Linear` beside each other.
  public var layerWeights: [Matrix] {
    let input = shape.input
    var layers = [layer(offset: 0, height: input.tileRows, rows: shape.inputRows)]
    for index in 1..<shape.activeLayers {
      layers.append(
        layer(
          offset: shape.hiddenOffset(index), height: input.paddedWidth + 1,
          rows: shape.hiddenRows))
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

  /// Some rows of a layer of tiles of 16 units, `height` rows of 16 numbers a tile.
  private func layer(offset: Int, height: Int, rows: [Int]) -> Matrix {
    let result = Matrix(rows: shape.input.width, columns: rows.count)
    for unit in 0..<result.rows {
      for (input, row) in rows.enumerated() {
        result[unit, input] = parameters[offset + (unit / 16 * height + row) * 16 + unit % 16]
      }
    }
    return result
  }
}
