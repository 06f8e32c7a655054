internal import CKernels

/// Matrices and dense layers by the C kernels.
extension NativeKernels {
  func multiply(_ product: MatrixProduct, _ rows: Range<Int>) {
    precondition(
      rows.isEmpty || rows.lowerBound >= 0 && rows.upperBound <= product.result.rows,
      "no such rows")
    var operands = quanta_product(
      left: product.left.buffer.base + product.left.offset, left_row: Int64(product.leftRow),
      left_term: Int64(product.leftTerm),
      right: product.right.buffer.base + product.right.offset,
      right_term: Int64(product.right.stride),
      starts: product.starts.map { UnsafePointer($0.base + product.startsOffset) },
      accumulates: product.accumulates ? 1 : 0,
      result: product.result.buffer.base + product.result.offset,
      result_row: Int64(product.result.stride), terms: Int64(product.right.rows),
      vectors: Int64(product.right.vectors))
    operations.multiply(&operands, Int64(rows.lowerBound), Int64(rows.upperBound))
  }

  func transpose(_ pair: MatrixTransposition, _ rows: Range<Int>) {
    precondition(
      rows.lowerBound % 16 == 0 && rows.upperBound % 16 == 0, "whole squares are transposed")
    var operands = quanta_transposition(
      source: pair.source.buffer.base + pair.source.offset,
      source_row: Int64(pair.source.stride),
      result: pair.result.buffer.base + pair.result.offset,
      result_row: Int64(pair.result.stride), columns: Int64(pair.source.stride))
    operations.transpose(&operands, Int64(rows.lowerBound), Int64(rows.upperBound))
  }

  func softmax(_ softmax: Softmax, _ vectors: Range<Int>) {
    let (outputs, gradients) = (softmax.outputs, softmax.gradients)
    var operands = quanta_softmax(
      outputs: outputs.buffer.base + outputs.offset, row: Int64(outputs.stride),
      rows: Int64(outputs.rows), labels: softmax.labels.base,
      gradients: gradients.map { $0.buffer.base + $0.offset },
      gradient_row: Int64(gradients?.stride ?? 0), scale: softmax.scale,
      count: Int64(softmax.count), others: softmax.others.base, chosen: softmax.chosen.base)
    operations.softmax(&operands, Int64(vectors.lowerBound), Int64(vectors.upperBound))
  }

  func activate(
    _ activation: Activation, _ arguments: Buffer<Float>, _ values: Buffer<Float>,
    _ range: Range<Int>
  ) {
    let vectors = PortableKernels.vectors(range)
    operations.activate(
      activation.native, arguments.base, values.base, Int64(vectors.lowerBound * 16),
      Int64(vectors.upperBound * 16))
  }

  func differentiate(_ operands: ActivationGradients, _ range: Range<Int>) {
    let vectors = PortableKernels.vectors(range)
    operations.differentiate(
      operands.activation.native, operands.points.base, operands.gradients.base,
      Int64(vectors.lowerBound * 16), Int64(vectors.upperBound * 16))
  }
}

extension Activation {
  fileprivate var native: Int32 {
    switch self {
    case .relu: Int32(quanta_relu)
    case .tanh: Int32(quanta_tanh)
    case .sigmoid: Int32(quanta_sigmoid)
    case .gelu: Int32(quanta_gelu)
    }
  }
}
