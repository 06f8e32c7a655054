import Glibc

/// Lack of fit against replicates: the squares between places over those among rows of one place.
struct ReplicateTest {
  let f: Double
  let p: Double
  /// Places, and rows beyond the first of each.
  let places: Int
  let repeats: Int

  init?(_ residuals: TangentResiduals, _ points: [FitPoint]) {
    var numbers: [[Double]: Int] = [:]
    var (weights, means) = ([Double](), [Double]())
    let place = points.map { point -> Int in
      if let number = numbers[point.inputs] { return number }
      numbers[point.inputs] = weights.count
      weights.append(0)
      means.append(0)
      return weights.count - 1
    }
    for (row, point) in points.enumerated() {
      weights[place[row]] += point.weight
      means[place[row]] += point.weight.squareRoot() * residuals.values[row]
    }
    var within = 0.0
    for (row, point) in points.enumerated() {
      let root = point.weight.squareRoot()
      let rest = residuals.values[row] - root * means[place[row]] / weights[place[row]]
      within += rest * rest
    }
    let between = residuals.squares - within
    let degrees = residuals.degrees - (points.count - weights.count)
    repeats = points.count - weights.count
    places = weights.count
    guard degrees > 0, repeats >= 4, within > 1e-16 * residuals.squares else { return nil }
    f = between / Double(degrees) / (within / Double(repeats))
    p = BetaDistribution.upperF(f, degrees, repeats)
  }
}
