public import Basics
public import Kernels

extension Matrix {
  /// The numbers that count, row by row.
  public func tensor(_ name: String) -> Safetensors.Tensor {
    Safetensors.Tensor(
      name, shape: [rows, columns],
      (0..<rows).flatMap { row in
        let start = offset + row * stride
        return buffer.elements(start..<start + columns)
      })
  }

  /// The same of the transpose: `columns × rows`.
  public func transposedTensor(_ name: String) -> Safetensors.Tensor {
    Safetensors.Tensor(
      name, shape: [columns, rows],
      (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } })
  }
}
