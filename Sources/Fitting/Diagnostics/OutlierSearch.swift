import Glibc

/// Points that lie too far off, by deletion: the drop of the residual squares where a point is left
/// out, against Student's t (externally studentised residuals); several by leaving out one after the
/// other (Rosner, *Technometrics* 25 (1983) 165), so that two do not hide each other.
struct OutlierSearch {
  /// Rows, the first to be left out first.
  let rows: [Int]
  /// How many standard deviations of the others the first lies off.
  let distance: Double
  /// The chance of so far a point among as many, of the last row that counts.
  let p: Double
  /// What is left without them.
  let rest: TangentResiduals

  /// At most one in so many points is an outlier; more are another curve.
  private static let share = 8

  init?(_ residuals: TangentResiduals, level: Double) {
    let n = residuals.count
    var left = residuals
    var candidates: [Int] = []
    var accepted: (count: Int, p: Double, rest: TangentResiduals)?
    var distances: [Double] = []
    var leverages = Array(repeating: 0.0, count: n)
    for q in left.basis {
      for row in 0..<n { leverages[row] += q[row] * q[row] }
    }
    for _ in 0..<max(1, min(10, n / Self.share)) where left.degrees >= 3 {
      let squares = left.squares
      guard squares > 0 else { break }
      let gains = (0..<n).map { row -> Double in
        let free = 1 - leverages[row]
        return candidates.contains(row) || free < 1e-9
          ? 0 : min(1, left.values[row] * left.values[row] / free / squares)
      }
      guard let row = gains.indices.max(by: { gains[$0] < gains[$1] }) else { break }
      let degrees = left.degrees - 1
      let t2 = Double(degrees) * gains[row] / max(1 - gains[row], 1e-300)
      let p = Double(n - candidates.count) * BetaDistribution.upperF(t2, 1, degrees)
      // ln y of a row is off by its deleted residual.
      distances.append(t2.squareRoot())
      candidates.append(row)
      var unit = Array(repeating: 0.0, count: n)
      unit[row] = 1
      left.add(unit)
      if let q = left.basis.last {
        for other in 0..<n { leverages[other] += q[other] * q[other] }
      }
      if p < level { accepted = (candidates.count, p, left) }
    }
    guard let accepted else { return nil }
    rows = Array(candidates.prefix(accepted.count))
    p = min(1, accepted.p)
    rest = accepted.rest
    distance = distances[accepted.count - 1]
  }
}
