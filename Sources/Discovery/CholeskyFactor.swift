import Kernels

/// The lower factor L of a symmetric positive definite matrix, `A = L Lᵀ`, in double precision and a
/// fixed order of operations.
struct CholeskyFactor {
  private let size: Int
  private let entries: Buffer<Double>

  /// Factors `size × size` row-major entries, of which the lower half is read; nil unless they are
  /// positive definite in double precision.
  init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "a matrix is square")
    self.size = size
    entries = Buffer(count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for k in 0..<column { sum -= entries[row * size + k] * entries[column * size + k] }
        if column < row {
          entries[row * size + column] = sum / entries[column * size + column]
        } else {
          guard sum > 0, sum.isFinite else { return nil }
          entries[row * size + row] = sum.squareRoot()
        }
      }
    }
  }

  /// L⁻¹, row-major, zeros above the diagonal.
  var inverse: [Double] {
    let result = Buffer<Double>(count: size * size)
    for row in 0..<size {
      let scale = 1 / entries[row * size + row]
      for k in 0..<row {
        let factor = entries[row * size + k] * scale
        for column in 0...k {
          result[row * size + column] -= factor * result[k * size + column]
        }
      }
      result[row * size + row] = scale
    }
    return result.elements(0..<size * size)
  }

  /// The transpose of L⁻¹ in single precision: rows times it are whitened, `x ↦ L⁻¹x`.
  var whitening: Matrix {
    let inverse = inverse
    let result = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0...row { result[column, row] = Float(inverse[row * size + column]) }
    }
    return result
  }

  /// The solution of `A x = b`.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    for row in 0..<size {
      for k in 0..<row { x[row] -= entries[row * size + k] * x[k] }
      x[row] /= entries[row * size + row]
    }
    for row in (0..<size).reversed() {
      for k in (row + 1)..<max(size, row + 1) { x[row] -= entries[k * size + row] * x[k] }
      x[row] /= entries[row * size + row]
    }
    return x
  }
}
