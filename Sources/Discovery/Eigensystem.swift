import Kernels

/// Eigenvalues and eigenvectors of a symmetric matrix in double precision: Householder's
/// tridiagonal form, then implicit QL (EISPACK's `tred2` and `tql2`), about 3·size³ multiplications in a
/// fixed order.
struct Eigensystem {
  /// Rows and columns.
  let size: Int
  /// Ascending.
  private(set) var values: [Double]
  /// Eigenvector i stands in elements `i·size` and on, of length 1; its sign is such that its
  /// element of largest magnitude is positive.
  private(set) var vectors: [Double]

  /// Solves `size × size` row-major entries, of which the lower half counts.
  init(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size && size > 0, "a matrix is square")
    self.size = size
    var work = TridiagonalWork(matrix, size: size)
    work.reduce()
    work.accumulate()
    work.iterate()
    let order = (0..<size).sorted { (work.diagonal[$0], $0) < (work.diagonal[$1], $1) }
    values = order.map { work.diagonal[$0] }
    vectors = []
    vectors.reserveCapacity(size * size)
    for index in order {
      let vector = work.columns.elements(index * size..<(index + 1) * size)
      let largest = vector.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
      vectors += largest < 0 ? vector.map { -$0 } : vector
    }
  }
}

/// The state of the two steps; column j of the matrix stands in elements `j·size` and on.
private struct TridiagonalWork {
  let size: Int
  let columns: Buffer<Double>
  let diagonal: Buffer<Double>
  let beside: Buffer<Double>

  init(_ matrix: [Double], size: Int) {
    self.size = size
    columns = Buffer(count: size * size)
    diagonal = Buffer(count: size)
    beside = Buffer(count: size)
    for row in 0..<size {
      for column in 0...row {
        columns[column * size + row] = matrix[row * size + column]
        columns[row * size + column] = matrix[row * size + column]
      }
    }
  }

  /// Element (row, column).
  subscript(row: Int, column: Int) -> Double {
    get { columns[column * size + row] }
    nonmutating set { columns[column * size + row] = newValue }
  }

  /// Reduces to tridiagonal form; the reflections stay in the columns.
  mutating func reduce() {
    let (d, e) = (diagonal, beside)
    for j in 0..<size { d[j] = self[size - 1, j] }
    for i in stride(from: size - 1, to: 0, by: -1) {
      var scale = 0.0
      for k in 0..<i { scale += abs(d[k]) }
      guard scale > 0 else {
        e[i] = d[i - 1]
        for j in 0..<i {
          d[j] = self[i - 1, j]
          self[i, j] = 0
          self[j, i] = 0
        }
        d[i] = 0
        continue
      }
      d[i] = reflect(i, scale)
    }
  }

  /// One reflection; returns the half square of its vector.
  private func reflect(_ i: Int, _ scale: Double) -> Double {
    let (d, e) = (diagonal, beside)
    var h = 0.0
    for k in 0..<i {
      d[k] /= scale
      h += d[k] * d[k]
    }
    let f = d[i - 1]
    let g = f > 0 ? -h.squareRoot() : h.squareRoot()
    e[i] = scale * g
    h -= f * g
    d[i - 1] = f - g
    for j in 0..<i { e[j] = 0 }
    for j in 0..<i {
      let f = d[j]
      self[j, i] = f
      var g = e[j] + self[j, j] * f
      let column = j * size
      for k in (j + 1)..<max(i, j + 1) {
        g += columns[column + k] * d[k]
        e[k] += columns[column + k] * f
      }
      e[j] = g
    }
    var sum = 0.0
    for j in 0..<i {
      e[j] /= h
      sum += e[j] * d[j]
    }
    let half = sum / (h + h)
    for j in 0..<i { e[j] -= half * d[j] }
    for j in 0..<i {
      let (f, g) = (d[j], e[j])
      let column = j * size
      for k in j..<i { columns[column + k] -= f * e[k] + g * d[k] }
      d[j] = self[i - 1, j]
      self[i, j] = 0
    }
    return h
  }

  /// Multiplies the reflections out.
  mutating func accumulate() {
    let d = diagonal
    for i in 0..<max(0, size - 1) {
      self[size - 1, i] = self[i, i]
      self[i, i] = 1
      let (h, next) = (d[i + 1], (i + 1) * size)
      if h != 0 {
        for k in 0...i { d[k] = columns[next + k] / h }
        for j in 0...i {
          var g = 0.0
          for k in 0...i { g += columns[next + k] * columns[j * size + k] }
          for k in 0...i { columns[j * size + k] -= g * d[k] }
        }
      }
      for k in 0...i { columns[next + k] = 0 }
    }
    for j in 0..<size {
      d[j] = self[size - 1, j]
      self[size - 1, j] = 0
    }
    self[size - 1, size - 1] = 1
    beside[0] = 0
  }

  /// Finds the eigenvalues, turning the vectors along.
  mutating func iterate() {
    let (d, e) = (diagonal, beside)
    for i in 1..<max(size, 1) { e[i - 1] = e[i] }
    e[size - 1] = 0
    var shift = 0.0
    var largest = 0.0
    for l in 0..<size {
      largest = max(largest, abs(d[l]) + abs(e[l]))
      var m = l
      while m < size - 1, abs(e[m]) > 0x1p-52 * largest { m += 1 }
      if m > l {
        var rounds = 0
        repeat {
          shift += turn(l, m)
          rounds += 1
        } while abs(e[l]) > 0x1p-52 * largest && rounds < 60
      }
      d[l] += shift
      e[l] = 0
    }
  }

  /// One implicit QL step on rows l to m; returns the shift that it took off.
  private func turn(_ l: Int, _ m: Int) -> Double {
    let (d, e) = (diagonal, beside)
    let first = d[l]
    var p = (d[l + 1] - first) / (2 * e[l])
    let root = (p * p + 1).squareRoot()
    let sum = p < 0 ? p - root : p + root
    d[l] = e[l] / sum
    d[l + 1] = e[l] * sum
    let second = d[l + 1]
    let shift = first - d[l]
    for i in (l + 2)..<max(size, l + 2) { d[i] -= shift }
    p = d[m]
    var (c, c2, c3, s, s2) = (1.0, 1.0, 1.0, 0.0, 0.0)
    let beyond = e[l + 1]
    for i in stride(from: m - 1, through: l, by: -1) {
      (c3, c2, s2) = (c2, c, s)
      let g = c * e[i]
      let h = c * p
      let r = (p * p + e[i] * e[i]).squareRoot()
      e[i + 1] = s * r
      s = e[i] / r
      c = p / r
      p = c * d[i] - s * g
      d[i + 1] = h + s * (c * g + s * d[i])
      let (low, high) = (i * size, (i + 1) * size)
      for k in 0..<size {
        let (a, b) = (columns[low + k], columns[high + k])
        columns[high + k] = s * a + c * b
        columns[low + k] = c * a - s * b
      }
    }
    p = -s * s2 * c3 * beyond * e[l] / second
    e[l] = s * p
    d[l] = c * p
    return shift
  }
}
