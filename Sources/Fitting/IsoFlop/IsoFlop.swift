import Basics
import Glibc
import SweepModel

/// One run of an isoFLOP experiment.
public struct IsoFlopPoint: Hashable, Sendable {
  /// Training compute C, FLOP; runs of one budget form one parabola.
  public let budget: Double
  /// What the parabola is drawn against: parameters N, or training tokens D.
  public let size: Double
  /// The metric.
  public let y: Double
  /// What its squared residual is multiplied by.
  public let weight: Double

  /// Creates a run.
  public init(budget: Double, size: Double, y: Double, weight: Double = 1) {
    self.budget = budget
    self.size = size
    self.y = y
    self.weight = weight
  }
}

/// The compute-optimal frontier from parabolas through runs of equal compute: approach 2 of
/// Hoffmann et al. 2022, arXiv:2203.15556.
///
/// For every budget with at least three sizes, least squares of y on a parabola in log₁₀ size, where
/// points carry weights weighted; its vertex is the optimal size. Then least squares of log₁₀ vertex
/// on log₁₀ C, without weights: size* = 10^k·C^a. Budgets that rounding alone tells apart are one
/// (see ``EqualBudgets``).
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

  private let line: FrontierLine
  private let replicates: Replicates
  /// The factor on the percentile distances; 1 without resamples.
  public let expansion: Double
  /// The bootstrap's seed.
  public let seed: UInt64

  /// A window wider than this many decades is no parabola any more.
  public static let widestWindow = 2.0

  /// Fits parabolas and frontier.
  ///
  /// - Parameters:
  ///   - points: Runs.
  ///   - yName: What y is called in messages.
  ///   - resamples: Bootstrap resamples of runs within their budgets; 0 for Student's t of the
  ///     frontier's regression.
  ///   - seed: The bootstrap's seed.
  /// - Throws: ``IsoFlopError`` when fewer than three budgets have a parabola with its minimum inside
  ///   their runs.
  public init(
    points: [IsoFlopPoint], yName: String = "y", resamples: Int = 2000, seed: UInt64 = 1
  ) throws(IsoFlopError) {
    for (index, point) in points.enumerated()
    where ![point.budget, point.size, point.y, point.weight].allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw .notPositive(index: index)
    }
    let groups = EqualBudgets.groups(points)
    let parabolas = groups.compactMap { group in
      Parabola(fitting: group.points, budget: group.budget).map {
        $0.judged(by: group.points, yName)
      }
    }
    let minima = parabolas.filter(\.isMinimum)
    guard minima.count >= 3 else { throw .tooFewBudgets(minima.count, of: groups.count) }
    line = FrontierLine(minima)
    self.parabolas = parabolas
    self.objectiveValue = 0.5 * parabolas.reduce(0) { $0 + $1.residualSquares }
    self.pointCount = parabolas.reduce(0) { $0 + $1.count }
    self.warnings = Self.warnings(parabolas, budgets: groups.count)
    // Three sizes determine a parabola whatever is drawn of them: then nothing is to be resampled.
    let tellsNothing = minima.allSatisfy { $0.count <= 3 }
    replicates = Self.resampled(
      groups.compactMap { group in
        minima.first { $0.budget == group.budget }.map { (group, $0) }
      }, resamples: tellsNothing ? 0 : resamples, seed: seed)
    expansion =
      resamples > 0 && !tellsNothing
      ? StudentT.quantile975(degrees: max(1, minima.count - 2)) / StudentT.normal975 : 1
    self.seed = seed
    let maker = FrontierEstimates(line: line, replicates: replicates, expansion: expansion)
    exponent = maker.estimate("a", isLogarithmic: false) { slope, _ in slope }
    intercept = maker.estimate("log10_k", isLogarithmic: false) { _, intercept in intercept }
  }

  /// Resamples behind the intervals; 0 where they are Student's t of the frontier's regression.
  public var resampleCount: Int { replicates.count }

  /// The parabola of a run of this budget; nil where it has none.
  public func parabola(of budget: Double) -> Parabola? {
    parabolas.first { $0.budgets.contains(budget) }
  }

  /// The optimal size at a budget, on the line through the vertices.
  ///
  /// - Parameters:
  ///   - budget: C, FLOP.
  ///   - name: What it is called.
  public func optimum(at budget: Double, name: String) -> Estimate {
    FrontierEstimates(line: line, replicates: replicates, expansion: expansion)
      .estimate(name, isLogarithmic: true) { slope, intercept in
        pow(10, intercept + slope * log10(budget))
      }
  }

  private static func warnings(_ parabolas: [Parabola], budgets: Int) -> [FitWarning] {
    func name(_ some: [Parabola]) -> String {
      some.map { $0.budget.inCompute }.joined(separator: ", ")
    }
    var warnings: [FitWarning] = []
    for parabola in parabolas {
      if let misfit = parabola.misfit {
        warnings.append(
          FitWarning(.lackOfFit, "Left out: C = \(parabola.budget.printable), \(misfit)."))
      }
    }
    let beyond = parabolas.filter { !$0.isMinimum && $0.misfit == nil }
    if !beyond.isEmpty {
      warnings.append(
        FitWarning(
          .vertexAtEdge,
          "Left out: C = \(name(beyond)), no minimum inside the runs: its vertex is an extrapolation. "
            + "Add sizes on the side where y still falls."))
    }
    let edge = parabolas.filter { parabola in
      let margin = 0.1 * (parabola.window.upperBound - parabola.window.lowerBound)
      return parabola.isMinimum
        && (parabola.log10Vertex < parabola.window.lowerBound + margin
          || parabola.log10Vertex > parabola.window.upperBound - margin)
    }
    if !edge.isEmpty {
      warnings.append(
        FitWarning(
          .vertexAtEdge,
          "The vertex is within a tenth of its runs' edge at \(name(edge)). Add sizes on that side."
        ))
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

  /// Slope and intercept of every resample that has three minima.
  private static func resampled(
    _ groups: [(EqualBudgets.Group, Parabola)], resamples: Int, seed: UInt64
  ) -> Replicates {
    var replicates = Replicates(width: 2)
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      let minima = groups.compactMap { group, whole in
        Parabola(fitting: Self.draw(group.points, &generator), budget: group.budget).flatMap {
          $0.curvature > 0 && whole.window.contains($0.log10Vertex) ? $0 : nil
        }
      }
      guard minima.count >= 3 else { continue }
      let again = FrontierLine(minima)
      replicates.append([again.slope, again.intercept])
    }
    return replicates
  }
}
