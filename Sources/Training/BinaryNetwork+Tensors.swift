public import Basics
import Kernels

extension BinaryNetwork {
  /// The parameters as PyTorch has them: `layers.0.weight`, `width × (controls + bits)` with the control
  /// bits' columns first, `layers.0.bias`, and so on; the last layer has two rows, one a class.
  public var tensors: [Safetensors.Tensor] {
    let input = shape.input
    let last = shape.depth - 1
    var tensors = layer(0, offset: 0, height: input.tileRows, rows: shape.inputRows)
    for index in 1..<last {
      tensors += layer(
        index, offset: shape.hiddenOffset(index), height: input.paddedWidth + 1,
        rows: shape.hiddenRows)
    }
    let weights = (0..<2).flatMap { label in
      let start = shape.outputOffset(class: label)
      return parameters.elements(start..<start + input.width)
    }
    return tensors + [
      Safetensors.Tensor("layers.\(last).weight", shape: [2, input.width], weights),
      Safetensors.Tensor(
        "layers.\(last).bias", shape: [2],
        parameters.elements(shape.biasOffset..<shape.biasOffset + 2)),
    ]
  }

  /// Some rows of a layer's tiles, which are `height` rows high: weights, and biases in the last.
  private func layer(
    _ index: Int, offset: Int, height: Int, rows: [Int]
  ) -> [Safetensors.Tensor] {
    let width = shape.input.width
    func place(_ unit: Int, _ row: Int) -> Int {
      offset + (unit / 16 * height + row) * 16 + unit % 16
    }
    let weights = (0..<width).flatMap { unit in
      rows.dropLast().map { parameters[place(unit, $0)] }
    }
    let biases = (0..<width).map { parameters[place($0, height - 1)] }
    return [
      Safetensors.Tensor(
        "layers.\(index).weight", shape: [width, rows.count - 1], weights),
      Safetensors.Tensor("layers.\(index).bias", shape: [width], biases),
    ]
  }
}
