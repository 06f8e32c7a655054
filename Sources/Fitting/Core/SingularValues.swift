/// The singular values of a matrix with few columns and its right singular vectors, by one-sided
/// Jacobi rotations: small values come out to their own relative rounding, unlike those of AᵀA, whose
/// squares vanish beside the largest one.
struct SingularValues {
  /// σ, in no order.
  private(set) var values: [Double]
  /// The right singular vector of each: as many numbers as there are columns.
  private(set) var vectors: [[Double]]

  /// - Parameter columns: The matrix, column by column, all of one length.
  init(_ columns: [[Double]]) {
    var a = columns
    let count = columns.count
    var v = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
    for _ in 0..<60 {
      var isDone = true
      for i in 0..<count {
        for j in (i + 1)..<max(count, i + 1) {
          let (ii, jj, ij) = (Self.dot(a[i], a[i]), Self.dot(a[j], a[j]), Self.dot(a[i], a[j]))
          guard abs(ij) > 1e-15 * (ii * jj).squareRoot(), ij != 0 else { continue }
          isDone = false
          let zeta = (jj - ii) / (2 * ij)
          let t = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
          let cosine = 1 / (1 + t * t).squareRoot()
          Self.rotate(&a, i, j, cosine, cosine * t)
          Self.rotate(&v, i, j, cosine, cosine * t)
        }
      }
      if isDone { break }
    }
    values = a.map { Self.dot($0, $0).squareRoot() }
    vectors = v
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  private static func rotate(
    _ columns: inout [[Double]], _ i: Int, _ j: Int, _ cosine: Double, _ sine: Double
  ) {
    for row in columns[i].indices {
      let (x, y) = (columns[i][row], columns[j][row])
      columns[i][row] = cosine * x - sine * y
      columns[j][row] = sine * x + cosine * y
    }
  }
}
