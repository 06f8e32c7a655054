import Glibc

/// A metric that falls and rises again, or the other way round: least-squares slopes of ln y in ln x
/// up to a place and from there on, both sure, of opposite signs. Noise is local.
struct Reversal {
  /// Where it turns.
  let turn: Double
  /// Rows from there on.
  let count: Int
  /// ln y against ln x before and after.
  let slopes: (before: Double, after: Double)
  /// The chance of the less sure of the two.
  let p: Double

  /// - Parameter correlation: of neighbours' residuals, which makes slopes less sure.
  init?(_ points: [FitPoint], correlation: Double) {
    let rho = min(0.98, max(0, correlation))
    let inflation = (1 + rho) / (1 - rho) / (1 - rho)
    let rows = points.sorted { $0.x < $1.x }
    let xs = rows.map { log($0.x) }
    let ys = rows.map { log($0.y) }
    let places = Set(xs).sorted()
    guard places.count >= 6, rows.count >= 8, let noise = Self.noise(xs, ys) else { return nil }
    let degrees = max(1, 2 * (rows.count - 2) / 3)
    var best: (p: Double, turn: Double, count: Int, slopes: (Double, Double))?
    for turn in places[2..<(places.count - 2)] {
      let split = xs.firstIndex { $0 >= turn } ?? 0
      let end = xs.lastIndex { $0 <= turn } ?? 0
      let (before, after) = (
        Self.slope(xs[...end], ys[...end]), Self.slope(xs[split...], ys[split...])
      )
      guard before.value * after.value < 0 else { continue }
      let p = [before, after].map { slope in
        BetaDistribution.upperF(
          slope.value * slope.value * slope.spread / (noise * inflation), 1, degrees)
      }.max()
      if let p, p < best?.p ?? 1 {
        best = (p, turn, rows.count - split, (before.value, after.value))
      }
    }
    guard let best else { return nil }
    turn = exp(best.turn)
    count = best.count
    slopes = best.slopes
    p = min(1, best.p * Double(places.count))
  }

  private static func slope(
    _ xs: ArraySlice<Double>, _ ys: ArraySlice<Double>
  ) -> (value: Double, spread: Double) {
    let n = Double(xs.count)
    let (mx, my) = (xs.reduce(0, +) / n, ys.reduce(0, +) / n)
    var (cross, spread) = (0.0, 0.0)
    for (x, y) in zip(xs, ys) {
      cross += (x - mx) * (y - my)
      spread += (x - mx) * (x - mx)
    }
    return (spread > 0 ? cross / spread : 0, spread)
  }

  /// The variance of single rows: how far each lies from the line between its neighbours (Gasser,
  /// Sroka & Jennen-Steinmetz, *Biometrika* 73 (1986) 625), which no bend disturbs.
  private static func noise(_ xs: [Double], _ ys: [Double]) -> Double? {
    guard xs.count >= 5 else { return nil }
    let squares = (1..<(xs.count - 1)).map { place -> Double in
      let gap = xs[place + 1] - xs[place - 1]
      let share = gap > 0 ? (xs[place + 1] - xs[place]) / gap : 0.5
      let rest = share * ys[place - 1] + (1 - share) * ys[place + 1] - ys[place]
      return rest * rest / (share * share + (1 - share) * (1 - share) + 1)
    }
    return max(squares.reduce(0, +) / Double(squares.count), 1e-18)
  }
}

/// Columns that describe a shape along an input.
enum Shape {
  /// uᵏ, u from −1 to 1 over the range.
  static func powers(_ xs: [Double], _ power: Int) -> [Double] {
    guard let low = xs.min(), let high = xs.max(), high > low else { return xs.map { _ in 1 } }
    return xs.map { x in
      let u = 2 * (x - low) / (high - low) - 1
      return (0..<power).reduce(1.0) { product, _ in product * u }
    }
  }
}
