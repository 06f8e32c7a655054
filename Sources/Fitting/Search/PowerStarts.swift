import Glibc

/// Places from which the descent of a sum of power laws begins: a grid over the exponents, with
/// floor and prefactors by variable projection.
struct PowerStarts {
  /// Exponents times the spread of their input: from a slope that is hardly seen to a cliff.
  private static let steepness = [0.02, 0.07, 0.15, 0.3, 0.45, 0.65, 0.9, 1.3, 2, 3.5, 6]

  /// A cliff at either end, of one term beside a floor.
  private static let cliffs = [10.0, 18, 35, 70]
  /// Points beyond which a curve is not looked at for cliffs, and for the other sign.
  private static let mostPoints = 10_000

  private let sum: PowerSum
  private let columns: [[Double]]
  private let y: [Double]
  /// Squares of residuals are taken relative to y, or raw, as the objective has it.
  private let weights: [Double]

  init(_ sum: PowerSum, _ problem: Problem, columns: [[Double]]? = nil) {
    let sample = problem.sample
    self.sum = sum
    self.columns =
      columns
      ?? (0..<sum.termCount).map { column in
        (0..<sample.count).map { sample.value(column, of: $0) }
      }
    self.y = (0..<sample.count).map { exp(sample.logY(of: $0)) }
    self.weights = (0..<sample.count).map { point in
      let y = exp(sample.logY(of: point))
      return sample.weight(of: point) / (problem.isRaw ? 1 : y * y)
    }
  }

  /// At most `limit` starts, best first: local minima of the grid, then its best other places.
  func starts(limit: Int) -> [Vector] {
    let axes = exponentAxes()
    let shape = axes.map(\.count)
    let places = shape.reduce(1, *)
    let tables = axes.enumerated().map { axis, exponents in
      exponents.map { exponent in columns[axis].map { exp(-exponent * $0) } }
    }
    var found: [(theta: Vector, rss: Double)] = []
    for place in 0..<places {
      let first = place % shape[0]
      let second = place / shape[0]
      var exponents = [axes[0][first]]
      var terms = [tables[0][first]]
      if axes.count > 1 {
        exponents.append(axes[1][second])
        terms.append(tables[1][second])
      } else if sum.termCount == 2 {
        terms.append(columns[1].map { exp(-axes[0][first] * $0) })
      }
      found.append(project(exponents, terms))
    }
    func isLocal(_ place: Int) -> Bool {
      let first = place % shape[0]
      let neighbours = [
        first > 0 ? place - 1 : nil, first + 1 < shape[0] ? place + 1 : nil,
        place >= shape[0] ? place - shape[0] : nil,
        place + shape[0] < places ? place + shape[0] : nil,
      ]
      return neighbours.allSatisfy { $0.map { found[$0].rss >= found[place].rss } ?? true }
    }
    let order = found.indices.sorted { found[$0].rss < found[$1].rss }
    let local = order.filter(isLocal).prefix(limit / 2)
    let others = order.filter { !local.contains($0) }.prefix(limit - local.count)
    return (local + others).map { found[$0].theta }
  }

  /// The grid of every distinct exponent, on the side on which the metric falls; of one term beside a
  /// floor on both.
  private func exponentAxes() -> [[Double]] {
    (0..<(sum.isTied ? 1 : sum.termCount)).map { axis in
      let u = columns[axis]
      let mean = u.reduce(0, +) / Double(u.count)
      let logs = y.map { log($0) }
      let middle = logs.reduce(0, +) / Double(logs.count)
      var (uu, uv) = (0.0, 0.0)
      for (u, v) in zip(u, logs) {
        uu += (u - mean) * (u - mean)
        uv += (u - mean) * (v - middle)
      }
      let spread = max((uu / Double(u.count)).squareRoot(), 1e-9)
      let sign = uv > 0 && sum.termCount == 1 ? -1.0 : 1
      guard sum.hasFloor, sum.termCount == 1, u.count <= Self.mostPoints else {
        return Self.steepness.map { sign * $0 / spread }
      }
      let all = Self.steepness + Self.cliffs
      return (all.reversed().map { -$0 } + all).map { $0 / spread }
    }
  }

  /// Floor and prefactors for given exponents.
  private func project(_ exponents: [Double], _ terms: [[Double]]) -> (theta: Vector, rss: Double) {
    let all = (sum.hasFloor ? [[Double](repeating: 1, count: y.count)] : []) + terms
    var gram = Symmetric()
    var moments = Vector()
    var square = 0.0
    for point in y.indices { square += weights[point] * y[point] * y[point] }
    for (i, left) in all.enumerated() {
      for point in y.indices { moments[i] += weights[point] * left[point] * y[point] }
      for (j, right) in all.prefix(i + 1).enumerated() {
        var entry = 0.0
        for point in y.indices { entry += weights[point] * left[point] * right[point] }
        gram[i, j] = entry
      }
    }
    let (coefficients, rss) = NonnegativeLeastSquares.solve(
      gram: gram, moments: moments, square: square, columns: all.count)
    var theta = Vector()
    if sum.hasFloor { theta[0] = coefficients[0] }
    for term in terms.indices {
      let index = sum.amplitude(term)
      let mean = terms[term].reduce(0, +) / Double(y.count)
      theta[index] = log(max(coefficients[index], 1e-3 / max(mean, 1e-300)))
      theta[sum.exponent(term)] = exponents[min(term, exponents.count - 1)]
    }
    return (theta, rss.isFinite ? rss : .infinity)
  }
}
