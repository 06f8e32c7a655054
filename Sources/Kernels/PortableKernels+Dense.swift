extension PortableKernels {
  @Sendable
  static func multiply(_ product: MatrixProduct, _ rows: Range<Int>) {
    let terms = product.right.rows
    let step = product.leftTerm
    for row in rows {
      let left = product.left.buffer.base + product.left.offset + row * product.leftRow
      let start = product.starts?[product.startsOffset + row] ?? 0
      let result = product.result.buffer.lanes + product.result.places(row..<row).lowerBound / 16
      for vector in 0..<product.right.vectors {
        var right = product.right.buffer.lanes + product.right.offset / 16 + vector
        var sum = product.accumulates ? result[vector] : Lanes(repeating: start)
        for term in 0..<terms {
          sum += left[term * step] * right.pointee
          right += product.right.vectors
        }
        result[vector] = sum
      }
    }
  }

  @Sendable
  static func transpose(_ pair: MatrixTransposition, _ rows: Range<Int>) {
    precondition(
      rows.lowerBound % 16 == 0 && rows.upperBound % 16 == 0, "whole squares are transposed")
    let source = pair.source.buffer.base + pair.source.offset
    let result = pair.result.buffer.base + pair.result.offset
    let (sourceStride, resultStride) = (pair.source.stride, pair.result.stride)
    for row in rows {
      for column in 0..<sourceStride {
        result[column * resultStride + row] = source[row * sourceStride + column]
      }
    }
  }

  @Sendable
  static func activate(
    _ activation: Activation, _ arguments: Buffer<Float>, _ values: Buffer<Float>,
    _ range: Range<Int>
  ) {
    for place in vectors(range) {
      let z = arguments.lanes[place]
      switch activation {
      case .relu: values.lanes[place] = z.replacing(with: 0, where: z .<= 0)
      case .tanh: values.lanes[place] = Lanes.hyperbolicTangent(z)
      case .sigmoid:
        let decay = Lanes.exponential(nonPositive: -z.magnitudes)
        let large = 1 / (1 + decay)
        values.lanes[place] = large.replacing(with: decay * large, where: z .< 0)
      case .gelu: values.lanes[place] = z * Lanes.normal(z).distribution
      }
    }
  }

  @Sendable
  static func differentiate(_ operands: ActivationGradients, _ range: Range<Int>) {
    let gradients = operands.gradients.lanes
    for place in vectors(range) {
      let point = operands.points.lanes[place]
      let gradient = gradients[place]
      switch operands.activation {
      case .relu: gradients[place] = gradient.replacing(with: 0, where: point .<= 0)
      case .tanh: gradients[place] = gradient * (1 - point * point)
      case .sigmoid: gradients[place] = gradient * (point * (1 - point))
      case .gelu:
        let (distribution, bell) = Lanes.normal(point)
        gradients[place] = gradient * (distribution + point * 0.398_942_28 * bell)
      }
    }
  }

  /// The vectors of a range of floats.
  static func vectors(_ range: Range<Int>) -> Range<Int> {
    precondition(
      range.lowerBound % 16 == 0 && range.upperBound % 16 == 0, "only whole vectors are processed")
    return range.lowerBound / 16..<range.upperBound / 16
  }
}
