public import Kernels

/// The eigenvectors on which normalised spectral clustering works, as scikit-learn's
/// `SpectralClustering` with a precomputed affinity has them: the affinity's diagonal is set to 0, d are
/// its row sums, and the leading eigenvectors of `D^-½ A D^-½` are divided by √d.
///
/// The leading eigenvector is √d itself, known beforehand; it is taken off the matrix, so that single
/// precision is spent on the rest. Eigenvectors are nested: those of the largest count serve all counts.
public struct SpectralEmbedding: Sendable {
  /// `samples × vectors`: coordinates for k clusters are the first k columns. The first is constant.
  public let coordinates: Matrix
  /// The eigenvalues of the columns, the first of them 1.
  public let values: [Double]
  /// Rounds that the iteration took.
  public let rounds: Int
  /// The largest `‖N v − λ v‖` over the vectors; λ are at most 1.
  public let residual: Double

  /// Embeds samples with an affinity, `samples × samples`, symmetric and not negative but for its
  /// diagonal, which is used up.
  public init(
    using affinity: Matrix, vectors: Int, settings: SubspaceSettings = SubspaceSettings(),
    crew: Crew
  ) {
    precondition(
      affinity.rows == affinity.columns && (1...max(1, affinity.rows)).contains(vectors),
      "no such embedding")
    let roots = Self.normalise(affinity, crew)
    let total = roots.reduce(0) { $0 + $1 * $1 }
    let rest = SubspaceIteration(
      affinity, vectors: max(1, vectors - 1), settings: settings, crew: crew)
    let coordinates = Matrix(rows: affinity.rows, columns: vectors)
    let found = rest.vectors
    crew.runRows(affinity.rows, by: 256) { rows, _ in
      for row in rows {
        coordinates[row, 0] = Float(1 / total.squareRoot())
        let scale = roots[row] > 0 ? 1 / roots[row] : 0
        for column in 1..<max(1, vectors) {
          coordinates[row, column] = Float(Double(found[row, column - 1]) * scale)
        }
      }
    }
    self.coordinates = coordinates
    values = Array(([1] + rest.values).prefix(vectors))
    (rounds, residual) = (rest.rounds, rest.residual)
  }

  /// Turns an affinity into `D^-½ A D^-½ − u uᵀ`, u the leading eigenvector; returns √d.
  private static func normalise(_ affinity: Matrix, _ crew: Crew) -> [Double] {
    let count = affinity.rows
    let degrees = Buffer<Double>(count: count)
    crew.runRows(count, by: 64) { rows, _ in
      for row in rows {
        affinity[row, row] = 0
        var sum = 0.0
        for column in 0..<count { sum += Double(affinity[row, column]) }
        degrees[row] = max(0, sum)
      }
    }
    let sums = degrees.elements(0..<count)
    let total = sums.reduce(0, +)
    precondition(total > 0, "an affinity has likenesses above 0")
    let roots = sums.map { $0.squareRoot() }
    crew.runRows(count, by: 64) { rows, _ in
      for row in rows {
        for column in 0..<count {
          let scale = roots[row] * roots[column]
          let own = scale > 0 ? Double(affinity[row, column]) / scale : 0
          affinity[row, column] = Float(own - scale / total)
        }
      }
    }
    return roots
  }
}
