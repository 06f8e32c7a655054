import Glibc

/// The line through the vertices, log₁₀ size over log₁₀ C, with the spread about it.
struct FrontierLine: Hashable, Sendable {
  let slope: Double
  let intercept: Double
  /// Vertices less two.
  let degrees: Int
  private let mean: Double
  private let spread: Double
  private let variance: Double

  init(_ minima: [IsoFlopFrontier.Parabola]) {
    let xs = minima.map { log10($0.budget) }
    let line = Line(xs, minima.map(\.log10Vertex))
    let mean = xs.reduce(0, +) / Double(xs.count)
    let squares = zip(xs, minima).reduce(0) { sum, pair in
      let r = pair.1.log10Vertex - line.intercept - line.slope * pair.0
      return sum + r * r
    }
    self.slope = line.slope
    self.intercept = line.intercept
    self.degrees = xs.count - 2
    self.mean = mean
    self.spread = xs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.variance = squares / Double(xs.count - 2)
  }

  /// The standard error of α·slope + β·intercept.
  func error(slope alpha: Double, intercept beta: Double) -> Double {
    let distance = alpha - beta * mean
    return (variance * (beta * beta / Double(degrees + 2) + distance * distance / spread))
      .squareRoot()
  }
}

/// What follows from a frontier's line, with its error and interval.
struct FrontierEstimates {
  let line: FrontierLine
  let replicates: Replicates
  let expansion: Double

  /// By resampling, or, without resamples, Student's t of the regression.
  func estimate(
    _ name: String, isLogarithmic: Bool, _ value: @escaping (Double, Double) -> Double
  ) -> Estimate {
    let functional = Functional(name: name, isLogarithmic: isLogarithmic) { value($0[0], $0[1]) }
    let values = [line.slope, line.intercept]
    guard replicates.isEmpty else {
      return Bootstrap.estimate(functional, values, replicates, expansion: expansion)
    }
    let linear = functional.linear(values)
    // The even scale is linear in both.
    let error = line.error(
      slope: functional.linear([line.slope + 1, line.intercept]) - linear,
      intercept: functional.linear([line.slope, line.intercept + 1]) - linear)
    let reach = StudentT.quantile975(degrees: line.degrees) * error
    let value = functional.value(values)
    return Estimate(
      name: name, value: value, standardError: isLogarithmic ? abs(value) * error : error,
      ci95: functional.natural(linear - reach)...functional.natural(linear + reach))
  }
}
