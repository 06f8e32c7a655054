import Glibc

/// How much more variance every parameter has than noise of one size would give it: the ratio of
/// HC2's estimate of the variance (MacKinnon & White, *J. Econometrics* 29 (1985) 305), each cluster's
/// squared mean residual over 1 − its leverage, to that from the mean square; at least 1.
///
/// HC2 is unbiased where noise is of one size, and with one cluster more than parameters the ratio is
/// 1 whatever the residuals are, so few points are judged as before.
struct UnevenNoise {
  /// Of every parameter, in the form's order; 1 where it is held, at a bound or not determined.
  let ratios: [Double]

  /// - Parameter keys: The cluster of every point; the points of one lie at one place.
  init(_ problem: Problem, _ solution: Solution, keys: [FitPoint.ClusterKey]) {
    let model = problem.model
    let p = model.parameterCount
    var free = model.free
    for index in 0..<p where solution.atBound[index] { free[index] = false }
    var numbers: [FitPoint.ClusterKey: Int] = [:]
    var clusters: [Place] = []
    for (point, jet) in problem.residualJets(solution.theta).enumerated() {
      let weight = problem.sample.weight(of: point)
      let number = numbers[keys[point]] ?? clusters.count
      if number == clusters.count {
        numbers[keys[point]] = number
        clusters.append(Place(gradient: jet.gradient))
      }
      clusters[number].add(jet.r, weight)
    }
    let degrees = clusters.count - free.count
    guard degrees > 0,
      let factor = Cholesky(problem.gram(solution.theta), parameters: p, free: free)
    else {
      ratios = Array(repeating: 1, count: p)
      return
    }
    let solved = clusters.map { factor.solve($0.gradient) }
    let even = clusters.reduce(0) { $0 + $1.weight * $1.mean * $1.mean } / Double(degrees)
    let squares = zip(clusters, solved).map { cluster, solved in
      let leverage = (0..<p).reduce(0) { $0 + cluster.gradient[$1] * solved[$1] } * cluster.weight
      return cluster.weight * cluster.mean * cluster.mean / max(1 - leverage, 1e-6)
    }
    ratios = model.coordinates.enumerated().map { index, coordinate in
      guard model.free[index], even > 0 else { return 1 }
      var (uneven, total) = (0.0, 0.0)
      for (place, cluster) in clusters.enumerated() {
        let share = coordinate.row.reduce(0) { $0 + $1.factor * solved[place][$1.index] }
        uneven += cluster.weight * share * share * squares[place]
        total += cluster.weight * share * share * even
      }
      return total > 0 && uneven.isFinite ? max(1, uneven / total) : 1
    }
  }

  /// The points of one cluster.
  private struct Place {
    let gradient: Vector
    private(set) var weight = 0.0
    private var sum = 0.0

    init(gradient: Vector) { self.gradient = gradient }

    var mean: Double { sum / weight }

    mutating func add(_ residual: Double, _ more: Double) {
      weight += more
      sum += more * residual
    }
  }
}
