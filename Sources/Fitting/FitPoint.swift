/// One observation of a scaling curve.
public struct FitPoint: Hashable, Sendable {
  /// The horizontal value (parameters, samples, steps); finite and above 0.
  public let x: Double
  /// The metric (a loss); finite and above 0.
  public let y: Double
  /// What the bootstrap draws as a whole: the grid point with all its seeds, or the run with all
  /// its steps. Observations of one cluster are not taken for independent.
  public let cluster: Int

  /// Creates an observation.
  public init(x: Double, y: Double, cluster: Int) {
    self.x = x
    self.y = y
    self.cluster = cluster
  }

  /// Observations where rows of equal x are one cluster: the seeds of one grid point.
  public static func groupedByX(_ pairs: [(x: Double, y: Double)]) -> [FitPoint] {
    var clusters: [Double: Int] = [:]
    return pairs.map { pair in
      let cluster = clusters[pair.x] ?? clusters.count
      clusters[pair.x] = cluster
      return FitPoint(x: pair.x, y: pair.y, cluster: cluster)
    }
  }
}

/// How a fit says what it does not know.
public enum Uncertainty: Hashable, Sendable {
  /// Case bootstrap over clusters; see ``Bootstrap`` for the scheme and its measured coverage.
  case bootstrap(resamples: Int = 2000, seed: UInt64 = 1)
  /// Linearised: s²(JᵀJ)⁻¹ with Student's t; takes all points for independent.
  case asymptotic
  /// Point estimates only.
  case none
}
