public import Basics
import Kernels

extension BinaryNetwork {
  /// The parameters as PyTorch has them: `layers.0.weight`, `width × (tasks + bits)` with the one-hot
  /// task's columns first, `layers.0.bias`, and so on; the last layer has two rows, one a class.
  public var tensors: [Safetensors.Tensor] {
    let input = shape.input
    let last = shape.depth - 1
    var tensors = layer(0, offset: 0, rows: input.tileRows, inputs: input.tasks + input.bits)
    for index in 1..<last {
      tensors += layer(
        index, offset: shape.hiddenOffset(index), rows: input.paddedWidth + 1,
        inputs: input.width)
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

  /// A layer's tiles as rows of its units: its first `inputs` rows are weights, the last one biases.
  private func layer(
    _ index: Int, offset: Int, rows: Int, inputs: Int
  ) -> [Safetensors.Tensor] {
    let width = shape.input.width
    func column(_ unit: Int) -> Int { offset + unit / 16 * rows * 16 + unit % 16 }
    let weights = (0..<width).flatMap { unit in
      (0..<inputs).map { parameters[column(unit) + 16 * $0] }
    }
    let biases = (0..<width).map { parameters[column($0) + 16 * (rows - 1)] }
    return [
      Safetensors.Tensor("layers.\(index).weight", shape: [width, inputs], weights),
      Safetensors.Tensor("layers.\(index).bias", shape: [width], biases),
    ]
  }
}
