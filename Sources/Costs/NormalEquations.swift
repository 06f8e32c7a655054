import Glibc

/// Weighted least squares with few coefficients, by rows that are mostly zeros.
struct NormalEquations {
  private(set) var solution: [Double]
  /// The lower triangle of Cholesky's factor, row after row.
  private var factor: [Double]
  private let size: Int

  /// A row's features that are not 0.
  typealias Row = [(place: Int, value: Double)]

  /// - Parameters:
  ///   - rows: features, what they shall give, and the row's weight.
  ///   - precision: what is added to the diagonal: it draws coefficients to 0.
  init(_ rows: some Sequence<(Row, target: Double, weight: Double)>, precision: [Double]) {
    let size = precision.count
    var matrix = Array(repeating: 0.0, count: size * size)
    var right = Array(repeating: 0.0, count: size)
    for (features, target, weight) in rows {
      for left in features {
        let scaled = weight * left.value
        right[left.place] += scaled * target
        for other in features where other.place <= left.place {
          matrix[left.place * size + other.place] += scaled * other.value
        }
      }
    }
    for place in 0..<size { matrix[place * size + place] += precision[place] }
    // Cholesky: what rounding has left of a diagonal is at least its own noise.
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for inner in 0..<column {
          sum -= matrix[row * size + inner] * matrix[column * size + inner]
        }
        if row == column {
          matrix[row * size + row] = max(sum, 1e-12).squareRoot()
        } else {
          matrix[row * size + column] = sum / matrix[column * size + column]
        }
      }
    }
    self.size = size
    factor = matrix
    solution = []
    var values = forward(right)
    for row in (0..<size).reversed() {
      for below in row + 1..<max(size, row + 1) {
        values[row] -= factor[below * size + row] * values[below]
      }
      values[row] /= factor[row * size + row]
    }
    solution = values
  }

  private func forward(_ right: [Double]) -> [Double] {
    var values = right
    for row in 0..<size {
      for column in 0..<row { values[row] -= factor[row * size + column] * values[column] }
      values[row] /= factor[row * size + row]
    }
    return values
  }

  /// The variance of a row's value, in units of the noise's.
  func variance(_ row: Row) -> Double {
    var dense = Array(repeating: 0.0, count: size)
    for feature in row { dense[feature.place] += feature.value }
    return forward(dense).reduce(0) { $0 + $1 * $1 }
  }
}
