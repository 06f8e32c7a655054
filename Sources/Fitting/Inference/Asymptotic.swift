/// Linearised errors: s²(JᵀWJ)⁻¹ on the scale on which each parameter's errors are even.
///
/// s² is RSS/(n − p) for least squares and what ``RobustScale`` has for other losses. p counts the parameters that are free and not at a bound. Weights are taken
/// for relative ones. Intervals use Student's t with n − p degrees of freedom, all points
/// independent. Where directions are flat, the inverse is the pseudo-inverse and p counts what is
/// determined: right for what no flat direction moves, and 0 along these.
struct Asymptotic {
  /// Covariance of the parameters on their even scales (ln for logarithmic ones); rows of held or
  /// bounded parameters are 0.
  private(set) var covariance: [[Double]]
  private(set) var degrees: Int
  /// The variance that residuals of their middle size would give, over that which is taken.
  let scatterShare: Double
  private let form: [FormParameter]

  /// Nil where the data leave no degree of freedom, or do not determine the parameters and
  /// `flatCount` says of no flat direction.
  init?(_ problem: Problem, _ solution: Solution, flatCount: Int = 0) {
    let model = problem.model
    let p = model.parameterCount
    var free = model.free
    for index in 0..<p where solution.atBound[index] { free[index] = false }
    // A bound that holds says nothing here: its residual and its gradient are 0.
    let speaking = zip(0..., problem.residuals(solution.theta))
      .filter { $1 > problem.sample.floor(of: $0) }.map(\.0)
    let degrees = speaking.count - free.count + flatCount
    guard degrees > 0, !speaking.isEmpty else { return nil }
    guard let solve = Self.solver(problem, solution.theta, free, isSingular: flatCount > 0) else {
      return nil
    }
    let residuals = problem.residuals(solution.theta)
    let determined = max(0, free.count - flatCount)
    let own = speaking.map { residuals[$0] }
    let weights = speaking.map { problem.sample.weight(of: $0) }
    let squares = zip(own, weights).map { $0 * $0 * $1 }
    let mean = squares.reduce(0, +) / Double(degrees)
    let variance =
      problem.threshold == .infinity
      ? mean
      : RobustScale(
        residuals: own, weights: weights, threshold: problem.threshold, determined: determined
      ).variance
    // Of normal residuals the median square is σ²/2.198.
    let middle = squares.sorted()[squares.count / 2]
    scatterShare = variance > 0 ? min(1, min(mean, 2.198 * middle) / variance) : 1
    let rows = model.coordinates.map { coordinate in
      var row = Vector()
      for entry in coordinate.row { row[entry.index] = entry.factor }
      return row
    }
    let solved = rows.map(solve)
    self.covariance = rows.indices.map { i in
      rows.indices.map { j in
        guard free[i], free[j] else { return 0 }
        return variance * (0..<p).reduce(0) { $0 + rows[i][$1] * solved[j][$1] }
      }
    }
    self.degrees = degrees
    self.form = model.coordinates.map(\.parameter)
  }

  /// The same with so many times the variance, known with other degrees of freedom.
  func scaled(by variance: Double, degrees: Int) -> Asymptotic {
    var scaled = self
    scaled.covariance = covariance.map { row in row.map { variance * $0 } }
    scaled.degrees = degrees
    return scaled
  }

  /// x with JᵀWJ·x = b, the shortest one where the matrix is singular.
  private static func solver(
    _ problem: Problem, _ theta: Vector, _ free: Mask, isSingular: Bool
  ) -> ((Vector) -> Vector)? {
    let p = problem.model.parameterCount
    if isSingular {
      let jacobian = problem.residualJets(theta).enumerated().map { point, entry in
        var row = Vector()
        let root = problem.sample.weight(of: point).squareRoot()
        for index in 0..<p { row[index] = root * entry.gradient[index] }
        return row
      }
      return PseudoInverse(jacobian, parameters: p, free: free).solve
    }
    return Cholesky(problem.gram(theta), parameters: p, free: free)?.solve
  }

  /// The delta method, with central differences on the even scales.
  func estimate(_ functional: Functional, _ values: [Double]) -> Estimate {
    let point = zip(form, values).map { $0.linear($1) }
    let gradient = point.indices.map { index -> Double in
      let deviation = covariance[index][index].squareRoot()
      guard deviation > 0 else { return 0 }
      func shifted(_ by: Double) -> Double {
        var moved = values
        moved[index] = form[index].value(linear: point[index] + by)
        return functional.linear(moved)
      }
      let scale = max(1, abs(point[index]))
      let step = min(max(1e-4 * deviation, 1e-8 * scale), 1e-6 * scale)
      return (shifted(step) - shifted(-step)) / (2 * step)
    }
    var variance = 0.0
    for i in gradient.indices {
      for j in gradient.indices { variance += gradient[i] * covariance[i][j] * gradient[j] }
    }
    let value = functional.value(values)
    guard variance > 0, variance.isFinite, functional.linear(values).isFinite else {
      return Estimate(name: functional.name, value: value)
    }
    let error = variance.squareRoot()
    let reach = StudentT.quantile975(degrees: degrees) * error
    let linear = functional.linear(values)
    return Estimate(
      name: functional.name, value: value,
      standardError: functional.isLogarithmic ? value * error : error,
      ci95: functional.natural(linear - reach)...functional.natural(linear + reach))
  }
}
