import Glibc

/// Least squares of y on a quadratic form in log₁₀ of one or two settings, with its minimum.
///
/// Of one setting it is the parabola of an isoFLOP fit.
struct QuadraticForm {
  /// log₁₀ of the settings at the minimum.
  let vertex: [Double]
  /// y there.
  let minimum: Double
  /// y = minimum + Σ_ij curvature_ij (u_i − vertex_i)(u_j − vertex_j) with u = log₁₀ of the settings.
  let curvature: [[Double]]
  /// log₁₀ of the least and the greatest value of each setting.
  let windows: [ClosedRange<Double>]
  let residualSquares: Double

  /// True where the form bends up in every direction.
  var hasMinimum: Bool {
    curvature.count == 1
      ? curvature[0][0] > 0
      : curvature[0][0] > 0
        && curvature[0][0] * curvature[1][1] > curvature[0][1] * curvature[0][1]
  }

  /// The settings of which the minimum lies outside those that were tried.
  var outside: [Int] {
    vertex.indices.filter { !windows[$0].contains(vertex[$0]) }
  }

  /// Σ of squared residuals of runs.
  func squares(of runs: [MinimumRun]) -> Double {
    runs.reduce(0) { sum, run in
      let u = zip(run.settings, vertex).map { log10($0) - $1 }
      var y = minimum
      for i in u.indices { for j in u.indices { y += curvature[i][j] * u[i] * u[j] } }
      return sum + (run.y - y) * (run.y - y)
    }
  }

  /// Nil where the runs do not determine it: fewer than three values of a setting, or, of two
  /// settings, fewer than six places.
  init?(_ runs: [MinimumRun]) {
    guard let first = runs.first else { return nil }
    if first.settings.count == 1 {
      let points = runs.map { IsoFlopPoint(budget: 1, size: $0.settings[0], y: $0.y) }
      guard let parabola = IsoFlopFrontier.Parabola(fitting: points, budget: 1) else { return nil }
      vertex = [parabola.log10Vertex]
      minimum = parabola.minimum
      curvature = [[parabola.curvature]]
      windows = [parabola.window]
      residualSquares = parabola.residualSquares
      return
    }
    let logs = runs.map { $0.settings.map { log10($0) } }
    let windows = (0..<2).compactMap { axis -> ClosedRange<Double>? in
      let values = Set(logs.map { $0[axis] })
      guard values.count >= 3, let low = values.min(), let high = values.max() else { return nil }
      return low...high
    }
    guard windows.count == 2, Set(logs).count >= 6 else { return nil }
    let centre = windows.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    let half = windows.map { 0.5 * ($0.upperBound - $0.lowerBound) }
    let rows = logs.map { place -> [Double] in
      let (u, v) = ((place[0] - centre[0]) / half[0], (place[1] - centre[1]) / half[1])
      return [1, u, v, u * u, u * v, v * v]
    }
    guard let c = LinearRegression.solve(rows, runs.map(\.y)) else { return nil }
    let determinant = 4 * c[3] * c[5] - c[4] * c[4]
    let at = [
      (-2 * c[5] * c[1] + c[4] * c[2]) / determinant,
      (-2 * c[3] * c[2] + c[4] * c[1]) / determinant,
    ]
    vertex = zip(at, zip(centre, half)).map { $1.0 + $0 * $1.1 }
    minimum = c[0] + 0.5 * (c[1] * at[0] + c[2] * at[1])
    let cross = 0.5 * c[4] / (half[0] * half[1])
    curvature = [[c[3] / (half[0] * half[0]), cross], [cross, c[5] / (half[1] * half[1])]]
    self.windows = windows
    residualSquares = zip(rows, runs).reduce(0) { sum, pair in
      let r = pair.1.y - zip(pair.0, c).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + r * r
    }
  }
}

/// Ordinary least squares of few columns.
enum LinearRegression {
  /// The coefficients, refined once; nil where the columns do not determine them.
  static func solve(_ rows: [[Double]], _ values: [Double]) -> [Double]? {
    guard let width = rows.first?.count, rows.count >= width else { return nil }
    var gram = Symmetric()
    func moments(_ values: [Double]) -> Vector {
      var moments = Vector()
      for (row, value) in zip(rows, values) {
        for i in 0..<width { moments[i] += row[i] * value }
      }
      return moments
    }
    for row in rows {
      for i in 0..<width { for j in 0...i { gram[i, j] += row[i] * row[j] } }
    }
    guard let factor = Cholesky(gram, parameters: width, free: .all(width)) else { return nil }
    let first = factor.solve(moments(values))
    let rest = zip(rows, values).map { row, value in
      value - (0..<width).reduce(0) { $0 + row[$1] * first[$1] }
    }
    let correction = factor.solve(moments(rest))
    return (0..<width).map { first[$0] + correction[$0] }
  }
}
