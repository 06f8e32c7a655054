import Glibc
import SweepModel

/// What a fit says of the metric at one place, inside the data or beyond them.
public struct Prediction: Hashable, Sendable {
  /// The place, with the form's inputs.
  public let inputs: [Double]
  /// The fitted curve there.
  public let value: Double
  /// The 95 % interval of the curve; nil without intervals. Where ``isDetermined`` is false, all that
  /// the curves that were found to fit equally well say, which may still be too little.
  public let confidence: ClosedRange<Double>?
  /// The 95 % interval of one new measurement there: the curve's, widened by the spread of the
  /// measurements around it; nil where either is unknown.
  public let measurement: ClosedRange<Double>?
  /// For every input by how many decades it lies above the data, negative below them; 0 inside.
  public let decadesOutside: [Double]
  /// False where curves that fit the points equally well disagree here, or the data allow any value.
  public let isDetermined: Bool

  /// True when every input lies within its values in the data.
  public var isInside: Bool { decadesOutside.allSatisfy { $0 == 0 } }
}

/// Where a compute budget is best spent, and what comes of it.
public struct ComputeOptimum: Hashable, Sendable {
  /// Training compute C = 6·N·D, FLOP.
  public let budget: Double
  /// The number of parameters.
  public let parameters: Estimate
  /// The number of training samples.
  public let samples: Estimate
  /// The metric there, and whether place and metric lie within the data.
  public let prediction: Prediction
}

extension Fit {
  /// Predicts the metric at places.
  ///
  /// - Parameters:
  ///   - inputs: The places, each with the form's inputs, all above 0.
  ///   - points: The points of the fit, which say how far measurements lie from the curve and how far
  ///     the data reach.
  public func predict(at inputs: [[Double]], points: [FitPoint]) -> [Prediction] {
    let grid = PredictionGrid(form: form, inputs: inputs)
    return predictions(of: grid.logValues, at: inputs, points: points)
  }

  /// The best sizes for a budget, with intervals that move along with the curve: the least of
  /// E + A·N^-alpha + B·(C/6N)^-beta. Nil for forms without such a frontier.
  public func optimum(budget: Double, points: [FitPoint]) -> ComputeOptimum? {
    guard form == .chinchilla || form == .chinchillaTied else { return nil }
    let form = form
    let sizing = Derived.quantities(of: form, budgets: [budget]).filter {
      $0.name.hasPrefix("N_opt") || $0.name.hasPrefix("D_opt")
    }
    func place(_ values: [Double]) -> [Double] { sizing.map { $0.value(values) } }
    let values = parameters.map(\.value)
    let best = place(values)
    guard best.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let sizes = ranges { place($0).map { log($0) } }
    func size(_ name: String, _ index: Int) -> Estimate {
      let range = sizes.isEmpty ? nil : sizes[index]
      return Estimate(
        name: name, value: best[index],
        ci95: range.map { exp($0.lowerBound)...exp($0.upperBound) },
        isIdentified: isDetermined({ [log(place($0)[index])] }, points)[0])
    }
    let least = predictions(
      of: { values in PredictionGrid(form: form, inputs: [place(values)]).logValues(values) },
      at: [best], points: points)
    return ComputeOptimum(
      budget: budget, parameters: size("N", 0), samples: size("D", 1), prediction: least[0])
  }

  private func predictions(
    of logValues: @escaping ([Double]) -> [Double], at inputs: [[Double]], points: [FitPoint]
  ) -> [Prediction] {
    let isRaw = objective == .leastSquares
    let numbers: ([Double]) -> [Double] = { values in
      isRaw ? logValues(values).map { exp($0) } : logValues(values)
    }
    func natural(_ number: Double) -> Double { isRaw ? max(0, number) : exp(number) }
    let centre = numbers(parameters.map(\.value))
    let ranges = ranges(of: numbers)
    let spread = Spread(self, points)
    let determined = isDetermined(numbers, points)
    let columns = (0..<form.inputCount).map { input in points.map { $0.inputs[input] } }
    return inputs.indices.map { index in
      let range = ranges.isEmpty ? nil : ranges[index]
      let wide = spread.flatMap { spread in
        range.map { spread.widened($0, around: centre[index]) }
      }
      return Prediction(
        inputs: inputs[index], value: natural(centre[index]),
        confidence: range.map { natural($0.lowerBound)...natural($0.upperBound) },
        measurement: wide.map { natural($0.lowerBound)...natural($0.upperBound) },
        decadesOutside: zip(columns, inputs[index]).map { Self.decades($1, beyond: $0) },
        isDetermined: determined[index])
    }
  }

  private static func decades(_ value: Double, beyond column: [Double]) -> Double {
    guard let low = column.min(), let high = column.max() else { return 0 }
    // What differs by rounding is at the edge.
    if value > high * (1 + 1e-9) { return log10(value / high) }
    return value < low * (1 - 1e-9) ? log10(value / low) : 0
  }

  /// For every number whether the curves that fit the points as well as the best one agree on it.
  private func isDetermined(
    _ numbers: ([Double]) -> [Double], _ points: [FitPoint]
  ) -> [Bool] {
    let values = parameters.map(\.value)
    let centre = numbers(values)
    guard !parameters.allSatisfy(\.isIdentified) else { return centre.map { _ in true } }
    guard !allowed.curves.isEmpty else { return centre.map { _ in false } }
    let isBounded = ranges(of: numbers).map {
      $0.lowerBound > -.infinity && $0.upperBound < .infinity
    }
    guard isOpen.contains(true) else { return isBounded }
    let grid = PredictionGrid(form: form, inputs: points.map(\.inputs))
    let fitted = grid.logValues(values)
    let alike = allowed.curves.filter { curve in
      zip(grid.logValues(curve), fitted).allSatisfy { abs($0 - $1) < 1e-5 }
    }
    let found = alike.map(numbers)
    return centre.indices.map { index in
      isBounded[index] && found.count > 1
        && found.allSatisfy { abs($0[index] - centre[index]) < 1e-3 }
    }
  }
}

/// How far single measurements lie from a fitted curve, on the objective's scale.
///
/// With clusters of several measurements (seeds of a grid point) the variance of a new one is that
/// within clusters plus that between them, from the analysis of variance of the residuals
/// (Searle, Casella & McCulloch, *Variance Components*, 3.6); the degrees of freedom are
/// Satterthwaite's.
struct Spread {
  let deviation: Double
  let degrees: Int

  /// Nil where the clusters are no more than the parameters.
  init?(_ fit: Fit, _ points: [FitPoint]) {
    let exact = points.exact
    let free = fit.form.parameters.count - fit.held.count
    let fitted = fit.predictions(at: exact.map(\.inputs))
    let isRaw = fit.objective == .leastSquares
    let residuals = zip(exact, fitted).map { isRaw ? $0.y - $1 : log($0.y) - log($1) }
    let mean = exact.reduce(0) { $0 + $1.weight } / Double(max(1, exact.count))
    let weighted = zip(residuals, exact).map { $0 * ($1.weight / mean).squareRoot() }
    let clusters = exact.clusters.map { members in members.map { weighted[$0] } }
    let (n, g) = (Double(exact.count), Double(clusters.count))
    let between = g - Double(free)
    guard between >= 1, residuals.allSatisfy(\.isFinite) else { return nil }
    let means = clusters.map { $0.reduce(0, +) / Double($0.count) }
    let betweenSquares = zip(clusters, means).reduce(0) { $0 + Double($1.0.count) * $1.1 * $1.1 }
    let withinSquares = zip(clusters, means).reduce(0) { sum, pair in
      sum + pair.0.reduce(0) { $0 + ($1 - pair.1) * ($1 - pair.1) }
    }
    let within = n - g
    let sizes = clusters.reduce(0) { $0 + Double($1.count * $1.count) }
    let size = (n - sizes / n) / max(1, g - 1)
    guard within > 0, size > 1 else {
      deviation = (betweenSquares / between).squareRoot()
      degrees = Int(between)
      return
    }
    let (a, b) = (betweenSquares / between, withinSquares / within)
    guard a > b else {
      deviation = ((betweenSquares + withinSquares) / (between + within)).squareRoot()
      degrees = Int(between + within)
      return
    }
    let parts = [(a / size, between), (b * (1 - 1 / size), within)]
    let variance = parts.reduce(0) { $0 + $1.0 }
    let spread = parts.reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    deviation = variance.squareRoot()
    degrees = spread > 0 ? max(1, Int(min(1e6, variance * variance / spread))) : Int(between)
  }

  /// The interval of a curve widened by one measurement's.
  func widened(_ range: ClosedRange<Double>, around centre: Double) -> ClosedRange<Double> {
    let reach = StudentT.quantile975(degrees: degrees) * deviation
    func side(_ distance: Double) -> Double { (distance * distance + reach * reach).squareRoot() }
    return (centre - side(centre - range.lowerBound))...(centre + side(range.upperBound - centre))
  }
}
