import Basics
import Glibc
import SweepModel

extension IsoFlopFrontier {
  /// A parabola of one budget.
  public struct Parabola: Hashable, Sendable {
    /// C; of several budgets that are one their geometric mean.
    public let budget: Double
    /// The runs' own budgets.
    public let budgets: ClosedRange<Double>
    /// Runs.
    public let count: Int
    /// log₁₀ of the optimal size.
    public let log10Vertex: Double
    /// y at the vertex.
    public let minimum: Double
    /// The second coefficient; above 0 where there is a minimum.
    public let curvature: Double
    /// log₁₀ of the smallest and the largest size.
    public let window: ClosedRange<Double>
    /// RSS, weighted where the runs are.
    public let residualSquares: Double
    /// Why it does not describe its runs (see ``MinimumMisfit``); nil where it does.
    public private(set) var misfit: String?

    /// True where it has a minimum inside its runs: elsewhere the vertex is an extrapolation, which takes
    /// no part in a frontier.
    public var isMinimum: Bool {
      curvature > 0 && window.contains(log10Vertex) && misfit == nil
    }

    /// The same with what its runs say of it; weighted ones say nothing.
    func judged(by group: [IsoFlopPoint], _ yName: String) -> Self {
      guard group.allSatisfy({ $0.weight == group[0].weight }) else { return self }
      let runs = group.map { MinimumRun(scales: [budget], settings: [$0.size], y: $0.y) }
      var judged = self
      judged.misfit = QuadraticForm(runs).flatMap { MinimumMisfit($0, runs, yName: yName)?.reason }
      return judged
    }

    /// y on the parabola.
    public func value(at size: Double) -> Double {
      let distance = log10(size) - log10Vertex
      return minimum + curvature * distance * distance
    }
  }
}

extension IsoFlopFrontier.Parabola {
  /// Least squares in log₁₀ size around its mean, in units of its spread; nil below three sizes.
  init?(fitting group: [IsoFlopPoint], budget: Double) {
    let logs = group.map { log10($0.size) }
    guard Set(logs).count >= 3, let low = logs.min(), let high = logs.max() else { return nil }
    let centre = 0.5 * (low + high)
    let half = 0.5 * (high - low)
    var gram = Symmetric()
    var moments = Vector()
    for (x, point) in zip(logs, group) {
      let u = (x - centre) / half
      let row = [1, u, u * u]
      for i in 0..<3 {
        moments[i] += point.weight * row[i] * point.y
        for j in 0...i { gram[i, j] += point.weight * row[i] * row[j] }
      }
    }
    guard let factor = Cholesky(gram, parameters: 3, free: .all(3)) else { return nil }
    var solution = factor.solve(moments)
    // One step of refinement takes the normal equations to rounding.
    var rest = Vector()
    for (x, point) in zip(logs, group) {
      let u = (x - centre) / half
      let r = point.y - solution[0] - u * (solution[1] + u * solution[2])
      for (i, entry) in [1, u, u * u].enumerated() { rest[i] += point.weight * entry * r }
    }
    let correction = factor.solve(rest)
    for i in 0..<3 { solution[i] += correction[i] }
    let squares = zip(logs, group).reduce(0) { sum, pair in
      let u = (pair.0 - centre) / half
      let r = pair.1.y - solution[0] - u * (solution[1] + u * solution[2])
      return sum + pair.1.weight * r * r
    }
    let own = group.map(\.budget)
    let vertex = -solution[1] / (2 * solution[2])
    self.init(
      budget: budget, budgets: (own.min() ?? budget)...(own.max() ?? budget), count: group.count,
      log10Vertex: centre + half * vertex,
      minimum: solution[0] + 0.5 * solution[1] * vertex,
      curvature: solution[2] / (half * half), window: low...high, residualSquares: squares,
      misfit: nil)
  }
}

/// Why there is no frontier.
public enum IsoFlopError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A budget, size or metric that has no logarithm; `index` counts points from 0.
  case notPositive(index: Int)
  /// Too few budgets have a parabola with a minimum inside their runs.
  case tooFewBudgets(Int, of: Int)

  /// What is wrong, then the remedy.
  public var description: String {
    switch self {
    case .notPositive(let index):
      "Point \(index + 1) has a budget, size, metric or weight that is not a positive number. Leave it "
        + "out or mend the data."
    case .tooFewBudgets(let count, let all):
      "\(count) of \(counted(all, "budget")) \(count == 1 ? "has" : "have") a parabola with its vertex "
        + "inside the runs, and a frontier needs three. Add budgets, or sizes on the side where the "
        + "metric still falls; leave out diverged runs. (Budgets "
        + "within \(Int((100 * EqualBudgets.tolerance).rounded())) % count as one.)"
    }
  }
}
