/// One observation of a scaling curve.
public struct FitPoint: Hashable, Sendable {
  /// What the metric depends on, in the form's order: x; or N and D. Finite and above 0.
  public let inputs: [Double]
  /// The metric (a loss); finite and above 0.
  public let y: Double
  /// What its term of the objective is multiplied by; finite and above 0.
  public let weight: Double
  /// What the bootstrap draws as a whole: the grid point with all its seeds, or the run with all
  /// its steps. Observations of one cluster are not taken for independent.
  public let cluster: Int
  /// The bootstrap draws as many clusters of every stratum as there are (a seed, a data set).
  public let stratum: Int
  /// True for a censored observation: the metric is at most y, as the last loss of a run that a
  /// limit stopped bounds what it would have reached. Its residual is max(r, 0).
  public let isUpperBound: Bool

  /// The first input: parameters, samples, steps.
  public var x: Double { inputs[0] }

  /// A name for its cluster within all strata.
  var clusterKey: [Int] { [stratum, cluster] }

  /// Creates an observation.
  public init(
    x: Double, further: [Double] = [], y: Double, weight: Double = 1, cluster: Int,
    stratum: Int = 0, isUpperBound: Bool = false
  ) {
    self.inputs = [x] + further
    self.y = y
    self.weight = weight
    self.cluster = cluster
    self.stratum = stratum
    self.isUpperBound = isUpperBound
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

extension [FitPoint] {
  /// Those whose y is known, not only bounded.
  var exact: [FitPoint] { filter { !$0.isUpperBound } }
}
