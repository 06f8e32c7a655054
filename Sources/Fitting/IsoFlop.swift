import Glibc

/// One run of an isoFLOP experiment.
public struct IsoFlopPoint: Hashable, Sendable {
  /// Training compute C, FLOP; runs of equal budget form one parabola.
  public let budget: Double
  /// What the parabola is drawn against: parameters N, or training tokens D.
  public let size: Double
  /// The metric.
  public let y: Double

  /// Creates a run.
  public init(budget: Double, size: Double, y: Double) {
    self.budget = budget
    self.size = size
    self.y = y
  }
}

/// The compute-optimal frontier from parabolas through runs of equal compute: approach 2 of
/// Hoffmann et al. 2022, arXiv:2203.15556.
///
/// For every budget with at least three sizes, least squares of y on a parabola in log₁₀ size; its
/// vertex is the optimal size. Then least squares of log₁₀ vertex on log₁₀ C: size* = 10^k·C^a. No
/// weights, as the paper has it.
public struct IsoFlopFrontier: Hashable, Sendable {
  /// The exponent a, and k.
  public let exponent: Estimate
  /// log₁₀ of the optimal size at C = 1.
  public let intercept: Estimate
  /// One for every budget, ascending.
  public let parabolas: [Parabola]
  /// ½ Σ of squared residuals over all parabolas.
  public let objectiveValue: Double
  /// Runs in the parabolas.
  public let pointCount: Int
  /// Vertices at an edge, windows too wide, budgets left out.
  public let warnings: [FitWarning]

  /// A window wider than this many decades is no parabola any more.
  public static let widestWindow = 2.0

  /// Fits parabolas and frontier.
  ///
  /// - Parameters:
  ///   - points: Runs.
  ///   - resamples: Bootstrap resamples of runs within their budgets; 0 for Student's t of the
  ///     frontier's regression.
  ///   - seed: The bootstrap's seed.
  /// - Throws: ``IsoFlopError`` when fewer than three budgets have a parabola with a minimum.
  public init(
    points: [IsoFlopPoint], resamples: Int = 2000, seed: UInt64 = 1
  ) throws(IsoFlopError) {
    for (index, point) in points.enumerated()
    where ![point.budget, point.size, point.y].allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw .notPositive(index: index)
    }
    let budgets = Set(points.map(\.budget)).sorted()
    let groups = budgets.map { budget in points.filter { $0.budget == budget } }
    let parabolas = groups.compactMap { Parabola(fitting: $0) }
    let minima = parabolas.filter { $0.curvature > 0 }
    guard minima.count >= 3 else { throw .tooFewBudgets(minima.count) }
    let line = Line(minima.map { log10($0.budget) }, minima.map(\.log10Vertex))
    self.parabolas = parabolas
    self.objectiveValue = 0.5 * parabolas.reduce(0) { $0 + $1.residualSquares }
    self.pointCount = parabolas.reduce(0) { $0 + $1.count }
    self.warnings = Self.warnings(parabolas, budgets: budgets.count)
    (exponent, intercept) =
      resamples > 0
      ? Self.bootstrap(line, groups, resamples: resamples, seed: seed)
      : Self.asymptotic(line, minima)
  }

  private static func warnings(_ parabolas: [Parabola], budgets: Int) -> [FitWarning] {
    func name(_ some: [Parabola]) -> String { some.map { "\($0.budget)" }.joined(separator: ", ") }
    var warnings: [FitWarning] = []
    let edge = parabolas.filter { parabola in
      let margin = 0.1 * (parabola.window.upperBound - parabola.window.lowerBound)
      return parabola.curvature <= 0
        || parabola.log10Vertex < parabola.window.lowerBound + margin
        || parabola.log10Vertex > parabola.window.upperBound - margin
    }
    if !edge.isEmpty {
      warnings.append(
        FitWarning(
          .vertexAtEdge,
          "The vertex is outside its runs or within a tenth of their edge at \(name(edge)): an "
            + "extrapolation. Add sizes on that side."))
    }
    let wide = parabolas.filter {
      $0.window.upperBound - $0.window.lowerBound > widestWindow
    }
    if !wide.isEmpty {
      warnings.append(
        FitWarning(
          .windowTooWide,
          "The sizes span more than two decades at \(name(wide)), over which the loss is no "
            + "parabola and its vertex biased. Leave out the far ends, or fit chinchilla."))
    }
    if parabolas.count < budgets {
      warnings.append(
        FitWarning(
          .fewClusters,
          "\(budgets - parabolas.count) budgets have fewer than three sizes and take no part. Add "
            + "runs to them."))
    }
    return warnings
  }

  private static func asymptotic(
    _ line: Line, _ minima: [Parabola]
  ) -> (exponent: Estimate, intercept: Estimate) {
    let xs = minima.map { log10($0.budget) }
    let mean = xs.reduce(0, +) / Double(xs.count)
    let spread = xs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let squares = zip(xs, minima).reduce(0) { sum, pair in
      let r = pair.1.log10Vertex - line.intercept - line.slope * pair.0
      return sum + r * r
    }
    let variance = squares / Double(xs.count - 2)
    let t = StudentT.quantile975(degrees: xs.count - 2)
    func estimate(_ name: String, _ value: Double, _ error: Double) -> Estimate {
      Estimate(
        name: name, value: value, standardError: error,
        ci95: (value - t * error)...(value + t * error))
    }
    return (
      estimate("a", line.slope, (variance / spread).squareRoot()),
      estimate(
        "log10_k", line.intercept,
        (variance * (1 / Double(xs.count) + mean * mean / spread)).squareRoot())
    )
  }

  /// As many runs with replacement; again while fewer than min(⌈0.6·m⌉, 7) of the m sizes are among
  /// them: a parabola through hardly more points than it has coefficients goes wild.
  static func draw(
    _ group: [IsoFlopPoint], _ generator: inout SplitMix64
  ) -> [IsoFlopPoint] {
    let sizes = Set(group.map(\.size)).count
    let needed = min(sizes, max(3, min((6 * sizes + 9) / 10, 7)))
    var drawn: [IsoFlopPoint] = []
    for _ in 0..<1000 {
      drawn = group.map { _ in group[Int.random(in: group.indices, using: &generator)] }
      if Set(drawn.map(\.size)).count >= needed { break }
    }
    return drawn
  }

  private static func bootstrap(
    _ line: Line, _ groups: [[IsoFlopPoint]], resamples: Int, seed: UInt64
  ) -> (exponent: Estimate, intercept: Estimate) {
    var replicates = Replicates(width: 2)
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      let drawn = groups.map { Self.draw($0, &generator) }
      let minima = drawn.compactMap { Parabola(fitting: $0) }.filter { $0.curvature > 0 }
      guard minima.count >= 3 else { continue }
      let again = Line(minima.map { log10($0.budget) }, minima.map(\.log10Vertex))
      replicates.append([again.slope, again.intercept])
    }
    let values = [line.slope, line.intercept]
    let expansion = StudentT.quantile975(degrees: groups.count - 2) / StudentT.normal975
    let estimates = ["a", "log10_k"].enumerated().map { index, name in
      Bootstrap.estimate(
        Functional(name: name, isLogarithmic: false) { $0[index] }, values, replicates,
        expansion: expansion)
    }
    return (estimates[0], estimates[1])
  }
}
