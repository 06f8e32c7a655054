import Glibc
import SweepModel

/// Which values of the objective the data allow: those not so far above its minimum that chance
/// makes them rarer than 1 in 20, for one parameter at a time.
///
/// For g clusters and p free parameters, least squares takes the F statistic of the residuals
/// between clusters, (F(θ) − F̂)/((F̂ − F_within)/(g − p)) ≤ t²₀.₉₇₅(g − p) with F_within of the seeds
/// around their cluster's mean: exact for linear models with normal errors, and blind neither to lack
/// of fit nor to few points (Bates & Watts 1988, *Nonlinear Regression Analysis*, 6.1.3). Where
/// clusters scatter far less than their seeds would have them, as where the same seeds are at every
/// place and shift it alike, it takes the mean square of all residuals, which is larger. Other
/// objectives compare deviances (see ``Deviance``) with g·ln(1 + t²/(g − p)), the same for least
/// squares.
struct ConfidenceRegion {
  private let objective: FitRequest.Objective
  private let minimum: Double
  private let count: Int
  /// Half the mean square between clusters, times t²; nil for objectives that compare deviances.
  private var allowance: Double?
  private var rise: Double
  /// The mean square that is taken over that of all residuals; 1 for objectives that compare deviances.
  private(set) var variance = 1.0

  /// The chance below which seeds scatter more than their clusters by something that they share.
  private static let sharedLevel = 1e-3
  /// Residuals of this relative size are rounding: an exact fit allows what is as exact.
  private static let rounding = 1e-10

  /// Nil where the clusters are no more than the parameters.
  init?(
    points: [FitPoint], objective: FitRequest.Objective, free: Int, minimum: Double
  ) {
    let exact = points.exact
    let groups = exact.clusters
    let degrees = groups.count - free
    guard degrees > 0 else { return nil }
    let t = StudentT.quantile975(degrees: degrees)
    let isRaw = objective == .leastSquares
    let sizes = exact.map { isRaw ? $0.y : 1 }
    let noise = Self.rounding * (sizes.max() ?? 1)
    let least = 0.5 * Double(exact.count) * noise * noise
    self.objective = objective
    self.minimum = max(minimum, least)
    count = exact.count
    rise = log(1 + t * t / Double(degrees))
    switch objective {
    case .leastSquares, .logLeastSquares:
      let within = groups.reduce(0) { sum, members in
        sum + Self.spread(members.map { exact[$0] }, isRaw: isRaw)
      }
      let between = max(minimum - within, least) / Double(degrees)
      let all = max(minimum, least) / Double(max(1, exact.count - free))
      let repeats = exact.count - groups.count
      let isShared =
        repeats > 0 && between < all
        && BetaDistribution.upperF(within / Double(repeats) / between, repeats, degrees)
          < Self.sharedLevel
      allowance = t * t * (isShared ? all : between)
      variance = (isShared ? all : between) / all
    case .huber, .leastAbsolute: allowance = nil
    }
    edge = findEdge()
  }

  /// The region of a parameter that has so many times the variance (see ``UnevenNoise``).
  func stretched(by ratio: Double) -> ConfidenceRegion {
    guard ratio != 1, let allowance else { return self }
    var region = self
    region.allowance = ratio * allowance
    region.edge = minimum + ratio * allowance
    return region
  }

  /// How far a value of the objective is from being allowed: 0 at the minimum, 1 at the edge.
  func distance(_ value: Double) -> Double {
    if let allowance { return max(0, value - minimum) / allowance }
    let above =
      Deviance.value(objective, max(value, minimum), count: count)
      - Deviance.value(objective, minimum, count: count)
    return above / (Double(count) * rise)
  }

  /// How far above the minimum the largest allowed value of the objective is.
  var room: Double { edge - minimum }

  /// The largest allowed value of the objective.
  private(set) var edge = Double.infinity

  /// The value whose distance is 1: above the minimum by doubling, then by halves.
  private func findEdge() -> Double {
    if let allowance { return minimum + allowance }
    var (low, high) = (minimum, 2 * minimum)
    while distance(high) < 1, high < .infinity { (low, high) = (high, 2 * high) }
    for _ in 0..<50 {
      let middle = 0.5 * (low + high)
      if distance(middle) < 1 { low = middle } else { high = middle }
    }
    return low
  }

  /// ½ Σ w (y − ȳ)² of one cluster, on the objective's scale.
  private static func spread(_ points: [FitPoint], isRaw: Bool) -> Double {
    let values = points.map { isRaw ? $0.y : log($0.y) }
    let weight = points.reduce(0) { $0 + $1.weight }
    let mean = zip(values, points).reduce(0) { $0 + $1.0 * $1.1.weight } / weight
    return zip(values, points).reduce(0) { sum, pair in
      sum + 0.5 * pair.1.weight * (pair.0 - mean) * (pair.0 - mean)
    }
  }
}
