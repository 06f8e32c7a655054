import Glibc

/// The Moore–Penrose inverse of JᵀWJ over the free columns, every one scaled to length 1: along the
/// directions that J determines the inverse, along flat ones 0.
struct PseudoInverse {
  private let rows: [Int]
  private let inverse: [[Double]]

  /// Below this ratio of singular values a direction is flat to rounding.
  static let rounding = 1e-9

  /// - Parameter jacobian: Rows √w·∂r/∂θ.
  init(_ jacobian: [Vector], parameters: Int, free: Mask) {
    func norm(_ index: Int) -> Double {
      jacobian.reduce(0) { $0 + $1[index] * $1[index] }.squareRoot()
    }
    let norms = (0..<parameters).map(norm)
    let rows = (0..<parameters).filter {
      free[$0] && norms[$0] > 1e-12 * (norms.max() ?? 0)
    }
    let decomposed = SingularValues(
      rows.map { index in jacobian.map { $0[index] / norms[index] } })
    let least = Self.rounding * (decomposed.values.max() ?? 0)
    var inverse = rows.map { _ in rows.map { _ in 0.0 } }
    for (value, vector) in zip(decomposed.values, decomposed.vectors) where value > least {
      for i in rows.indices {
        for j in rows.indices {
          inverse[i][j] += vector[i] * vector[j] / (value * value * norms[rows[i]] * norms[rows[j]])
        }
      }
    }
    self.rows = rows
    self.inverse = inverse
  }

  /// The inverse times b; 0 outside the rows that are free and seen.
  func solve(_ b: Vector) -> Vector {
    var x = Vector()
    for (i, row) in rows.enumerated() {
      for (j, column) in rows.enumerated() { x[row] += inverse[i][j] * b[column] }
    }
    return x
  }
}
