import Glibc

/// The Cholesky factor of the free rows of a symmetric matrix, scaled to a unit diagonal so that
/// the parameters' units do not matter.
struct Cholesky {
  private let factor: Symmetric
  private let scale: Vector
  private let rows: InlineArray<12, Int>
  private let count: Int

  /// Factors A + λD over the rows where `free` holds; nil unless it is safely positive definite
  /// (scaled pivots above 1e-14).
  init?(
    _ matrix: Symmetric, parameters: Int, free: Mask, damping: Double = 0, metric: Vector = Vector()
  ) {
    // Local arrays: every access to one of a property would copy it whole.
    var rows: InlineArray<12, Int> = InlineArray(repeating: 0)
    var scale: InlineArray<12, Double> = InlineArray(repeating: 0)
    var factor: InlineArray<78, Double> = InlineArray(repeating: 0)
    var count = 0
    for row in 0..<parameters where free[row] {
      rows[count] = row
      count += 1
    }
    for i in 0..<count {
      let row = rows[i]
      let diagonal = matrix[row, row] + damping * metric[row]
      guard diagonal > 0, diagonal < .infinity else { return nil }
      scale[i] = 1 / diagonal.squareRoot()
    }
    for i in 0..<count {
      let start = i * (i + 1) / 2
      for j in 0...i {
        let other = j * (j + 1) / 2
        var sum = i == j ? 1 : matrix[rows[i], rows[j]] * scale[i] * scale[j]
        for k in 0..<j { sum -= factor[start + k] * factor[other + k] }
        if i == j {
          guard sum > 1e-14 else { return nil }
          factor[start + i] = sum.squareRoot()
        } else {
          factor[start + j] = sum / factor[other + j]
        }
      }
    }
    (self.factor, self.scale, self.rows) = (Symmetric(factor), Vector(scale), rows)
    self.count = count
  }

  /// ln det A over the free rows.
  var logDeterminant: Double {
    (0..<count).reduce(0) { $0 + 2 * (log(factor[$1, $1]) - log(scale[$1])) }
  }

  /// The columns of L with A = LLᵀ, as many as there are free rows.
  var columns: [Vector] {
    (0..<count).map { j in
      var column = Vector()
      for i in j..<count { column[rows[i]] = factor[i, j] / scale[i] }
      return column
    }
  }

  /// x with A·x = b on the free rows and 0 elsewhere.
  func solve(_ b: Vector) -> Vector {
    var y = Vector()
    for i in 0..<count {
      var sum = b[rows[i]] * scale[i]
      for k in 0..<i { sum -= factor[i, k] * y[k] }
      y[i] = sum / factor[i, i]
    }
    var x = Vector()
    for i in stride(from: count - 1, through: 0, by: -1) {
      var sum = y[i]
      for k in (i + 1)..<max(i + 1, count) { sum -= factor[k, i] * y[k] }
      y[i] = sum / factor[i, i]
      x[rows[i]] = y[i] * scale[i]
    }
    return x
  }
}

/// A set of parameters, by index.
struct Mask: Hashable {
  private var bits: UInt16 = 0

  /// The first `count` parameters.
  static func all(_ count: Int) -> Mask {
    var mask = Mask()
    for index in 0..<count { mask[index] = true }
    return mask
  }

  @inline(__always)
  subscript(index: Int) -> Bool {
    get { bits >> index & 1 == 1 }
    set { bits = newValue ? bits | 1 << index : bits & ~(1 << index) }
  }

  var count: Int { bits.nonzeroBitCount }
}
