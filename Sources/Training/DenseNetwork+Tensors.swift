public import Basics
import Kernels

extension DenseNetwork {
  /// The parameters as PyTorch has them: `layers.0.weight`, a row an output, and `layers.0.bias`, with
  /// `prefix` before each name.
  public func tensors(_ prefix: String = "") -> [Safetensors.Tensor] {
    shape.layers.enumerated().flatMap { index, layer in
      let weights = Matrix(
        group.parameters, offset: layer.weightOffset, rows: layer.outputs, columns: layer.inputs)
      return [
        weights.tensor("\(prefix)layers.\(index).weight"),
        Safetensors.Tensor(
          "\(prefix)layers.\(index).bias", shape: [layer.outputs],
          group.parameters.elements(layer.biasOffset..<layer.biasOffset + layer.outputs)),
      ]
    }
  }
}
