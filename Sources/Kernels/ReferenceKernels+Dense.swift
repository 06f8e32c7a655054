internal import Glibc

/// Dense layers by their definition, in double precision.
extension ReferenceKernels {
  @Sendable
  static func multiply(_ product: MatrixProduct, _ rows: Range<Int>) {
    for row in rows {
      for column in 0..<product.result.columns {
        let start = product.starts?[product.startsOffset + row] ?? 0
        var sum = Double(product.accumulates ? product.result[row, column] : start)
        for term in 0..<product.right.rows {
          let left = product.isLeftTransposed ? product.left[term, row] : product.left[row, term]
          sum += Double(left) * Double(product.right[term, column])
        }
        product.result[row, column] = Float(sum)
      }
    }
  }

  @Sendable
  static func activate(
    _ activation: Activation, _ arguments: Buffer<Float>, _ values: Buffer<Float>,
    _ range: Range<Int>
  ) {
    for place in range {
      let z = Double(arguments[place])
      let decay = Elementary.exponential(-abs(z))
      let value =
        switch activation {
        case .relu: max(0, z)
        case .tanh: z * tangentRatio(z)
        case .sigmoid: (z < 0 ? decay : 1) / (1 + decay)
        case .gelu: z * normalDistribution(z)
        }
      values[place] = Float(value)
    }
  }

  /// tanh(z)/z, by a series where the quotient of exponentials would cancel.
  private static func tangentRatio(_ z: Double) -> Double {
    guard abs(z) > 1e-3 else { return 1 - z * z / 3 + 2 * z * z * z * z / 15 }
    let decay = Elementary.exponential(-2 * abs(z))
    return (1 - decay) / (1 + decay) / abs(z)
  }

  /// Φ(z).
  private static func normalDistribution(_ z: Double) -> Double { erfc(-z * 0.5.squareRoot()) / 2 }

  @Sendable
  static func differentiate(_ operands: ActivationGradients, _ range: Range<Int>) {
    for place in range {
      let point = Double(operands.points[place])
      let derivative =
        switch operands.activation {
        case .relu: point > 0 ? 1.0 : 0
        case .tanh: 1 - point * point
        case .sigmoid: point * (1 - point)
        case .gelu:
          normalDistribution(point)
            + point * Elementary.exponential(-point * point / 2) / (2 * Double.pi).squareRoot()
        }
      operands.gradients[place] = Float(Double(operands.gradients[place]) * derivative)
    }
  }
}
