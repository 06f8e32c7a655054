import Glibc

/// A metric that falls and rises again, or the other way round: least-squares slopes of ln y in ln x
/// up to a place and from there on, both sure, of opposite signs. Noise is local.
struct Reversal {
  /// The input along which it turns.
  private(set) var input = 0
  /// Where it turns.
  let turn: Double
  /// Rows from there on.
  let count: Int
  /// ln y against ln x before and after.
  let slopes: (before: Double, after: Double)
  /// The chance of the less sure of the two.
  let p: Double

  /// Values of an input that make two slopes.
  private static let least = 6
  /// As many do where there are several rows of each.
  private static let leastOfGrid = 5

  /// The surest turn along one of two inputs, over all values of the other together: each of these has
  /// a level of its own.
  init?(grid points: [FitPoint]) {
    let found = [0, 1].compactMap { input -> Reversal? in
      let groups = Dictionary(grouping: points.indices) { points[$0].input(1 - input) }
      var levelled: [FitPoint] = []
      for (_, rows) in groups.sorted(by: { $0.key < $1.key }) where rows.count >= Self.leastOfGrid {
        let level = rows.reduce(0) { $0 + log(points[$1].y) } / Double(rows.count)
        levelled += rows.map { row in
          FitPoint(
            x: points[row].input(input), y: exp(log(points[row].y) - level),
            cluster: points[row].cluster)
        }
      }
      guard levelled.count >= 4 * Self.leastOfGrid else { return nil }
      var turn = Reversal(levelled, correlation: 0, least: Self.leastOfGrid)
      turn?.input = input
      return turn
    }
    guard let surest = found.min(by: { $0.p < $1.p }) else { return nil }
    self = surest
  }

  /// - Parameter correlation: of neighbours' residuals, which makes slopes less sure.
  init?(_ points: [FitPoint], correlation: Double) {
    self.init(points, correlation: correlation, least: Self.least)
  }

  private init?(_ points: [FitPoint], correlation: Double, least: Int) {
    let rho = min(0.98, max(0, correlation))
    let inflation = (1 + rho) / (1 - rho) / (1 - rho)
    let rows = points.sorted { $0.x < $1.x }
    let xs = rows.map { log($0.x) }
    let ys = rows.map { log($0.y) }
    let places = Self.places(xs)
    guard places.count >= least, rows.count >= 8, let noise = Self.noise(xs, ys) else { return nil }
    let sums = Sums(xs, ys)
    let degrees = max(1, 2 * (rows.count - 2) / 3)
    var best: (p: Double, turn: Double, count: Int, slopes: (Double, Double))?
    for place in places[2..<(places.count - 2)] {
      let (before, after) = (
        sums.slope(0..<place.upperBound), sums.slope(place.lowerBound..<xs.count)
      )
      guard before.value * after.value < 0 else { continue }
      let p = [before, after].map { slope in
        BetaDistribution.upperF(
          slope.value * slope.value * slope.spread / (noise * inflation), 1, degrees)
      }.max()
      if let p, p < best?.p ?? 1 {
        best = (
          p, xs[place.lowerBound], rows.count - place.lowerBound, (before.value, after.value)
        )
      }
    }
    guard let best else { return nil }
    turn = exp(best.turn)
    count = best.count
    slopes = best.slopes
    p = min(1, best.p * Double(places.count))
  }

  /// The rows of every distinct x, of sorted ones.
  private static func places(_ xs: [Double]) -> [Range<Int>] {
    var starts = xs.indices.filter { $0 == 0 || xs[$0] != xs[$0 - 1] }
    starts.append(xs.count)
    return zip(starts, starts.dropFirst()).map { $0..<$1 }
  }

  /// Sums over the first rows, so that the slope of any stretch costs nothing.
  private struct Sums {
    private var x = [0.0]
    private var y = [0.0]
    private var xx = [0.0]
    private var xy = [0.0]

    init(_ xs: [Double], _ ys: [Double]) {
      // About the mean, so that differences of sums keep their digits.
      let n = Double(xs.count)
      let (mx, my) = (xs.reduce(0, +) / n, ys.reduce(0, +) / n)
      for (row, (a, b)) in zip(xs, ys).enumerated() {
        let (u, v) = (a - mx, b - my)
        x.append(x[row] + u)
        y.append(y[row] + v)
        xx.append(xx[row] + u * u)
        xy.append(xy[row] + u * v)
      }
    }

    func slope(_ rows: Range<Int>) -> (value: Double, spread: Double) {
      let n = Double(rows.count)
      func sum(_ sums: [Double]) -> Double { sums[rows.upperBound] - sums[rows.lowerBound] }
      let spread = sum(xx) - sum(x) * sum(x) / n
      let cross = sum(xy) - sum(x) * sum(y) / n
      return (spread > 0 ? cross / spread : 0, spread)
    }
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
