/// One observation of a scaling curve.
public struct FitPoint: Hashable, Sendable {
  /// The first input: parameters, samples, steps. Finite and above 0.
  public let x: Double
  /// Further inputs in the form's order, such as D beside N; of most forms none, which costs no memory.
  private let further: [Double]
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

  /// What the metric depends on, in the form's order: x; or N and D.
  public var inputs: [Double] { [x] + further }

  /// Inputs.
  var inputCount: Int { 1 + further.count }

  /// True for equal inputs.
  func isAtPlace(of other: FitPoint) -> Bool { x == other.x && further == other.further }

  /// One input, without making a list of all.
  func input(_ index: Int) -> Double { index == 0 ? x : further[index - 1] }

  /// The same with fewer inputs, as a form that is contained in another one reads it.
  func cut(to count: Int) -> FitPoint {
    guard inputCount > count else { return self }
    return FitPoint(
      x: x, further: Array(further.prefix(count - 1)), y: y, weight: weight, cluster: cluster,
      stratum: stratum, isUpperBound: isUpperBound)
  }

  /// True where every number is finite and above 0.
  var isPositive: Bool {
    func isFine(_ value: Double) -> Bool { value > 0 && value.isFinite }
    return isFine(x) && isFine(y) && isFine(weight) && further.allSatisfy(isFine)
  }

  /// A name for its cluster within all strata.
  var clusterKey: ClusterKey { ClusterKey(stratum: stratum, cluster: cluster) }

  /// A cluster within all strata.
  struct ClusterKey: Hashable {
    let stratum: Int
    let cluster: Int
  }

  /// What makes a point the repetition of another one.
  struct Row: Hashable {
    let x: Double
    let further: [Double]
    let y: Double
    let weight: Double
  }

  var row: Row { Row(x: x, further: further, y: y, weight: weight) }

  /// Creates an observation.
  public init(
    x: Double, further: [Double] = [], y: Double, weight: Double = 1, cluster: Int,
    stratum: Int = 0, isUpperBound: Bool = false
  ) {
    self.x = x
    self.further = further
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
  var exact: [FitPoint] { contains(where: \.isUpperBound) ? filter { !$0.isUpperBound } : self }

  /// The positions of the points of each cluster, in order of appearance, so that sums over clusters
  /// are the same in every process.
  var clusters: [[Int]] {
    var places: [FitPoint.ClusterKey: Int] = [:]
    var clusters: [[Int]] = []
    for (index, point) in enumerated() {
      let place = places[point.clusterKey] ?? clusters.count
      if place == clusters.count {
        places[point.clusterKey] = place
        clusters.append([])
      }
      clusters[place].append(index)
    }
    return clusters
  }

  /// All points, or every k-th of more than so many.
  func thinned(to limit: Int) -> [FitPoint] {
    guard count > limit else { return self }
    let step = (count + limit - 1) / limit
    return stride(from: 0, to: count, by: step).map { self[$0] }
  }
}
