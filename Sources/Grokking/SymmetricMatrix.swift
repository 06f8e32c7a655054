/// A symmetric matrix, for its eigenvalues.
struct SymmetricMatrix {
  private var entries: [Double]
  private let size: Int

  /// Takes `size × size` entries.
  init(_ entries: [Double], size: Int) {
    precondition(entries.count == size * size, "a matrix is square")
    self.entries = entries
    self.size = size
  }

  /// All eigenvalues, ascending, by cyclic Jacobi rotations (Golub & Van Loan, *Matrix
  /// Computations*, §8.5); absolute error of about 10⁻¹⁵ times the largest.
  var eigenvalues: [Double] {
    var rotated = self
    for _ in 0..<60 where rotated.offDiagonal > 1e-30 * rotated.square { rotated.sweep() }
    return (0..<size).map { rotated.entries[$0 * size + $0] }.sorted()
  }

  private var square: Double { entries.reduce(0) { $0 + $1 * $1 } }

  private var offDiagonal: Double {
    entries.indices.reduce(0) { sum, place in
      place % (size + 1) == 0 ? sum : sum + entries[place] * entries[place]
    }
  }

  private mutating func sweep() {
    for p in 0..<size {
      for q in (p + 1)..<max(size, p + 1) where entries[p * size + q] != 0 { rotate(p, q) }
    }
  }

  /// Makes entry (p, q) zero.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let difference = entries[q * size + q] - entries[p * size + p]
    let tau = difference / (2 * entries[p * size + q])
    let tangent = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    for k in 0..<size {
      let (a, b) = (entries[k * size + p], entries[k * size + q])
      entries[k * size + p] = cosine * a - sine * b
      entries[k * size + q] = sine * a + cosine * b
    }
    for k in 0..<size {
      let (a, b) = (entries[p * size + k], entries[q * size + k])
      entries[p * size + k] = cosine * a - sine * b
      entries[q * size + k] = sine * a + cosine * b
    }
  }
}
