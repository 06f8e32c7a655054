public import Fitting
import SweepModel

extension IsoFlopReport {
  /// The only group's document, or `{"groups": […]}` where the fit is split: the shape of a fit with
  /// the form `isoflop`, parameters `a`, `a_intercept` and, for a second column of sizes, `b`,
  /// `b_intercept`, optimal sizes under `derived`, and every parabola.
  public var document: any Encodable & Sendable {
    if fit.by.isEmpty, let only = groups.first { return IsoFlopDocument(self, only) }
    return SplitIsoFlopDocument(groups: groups.map { IsoFlopDocument(self, $0) })
  }
}

private struct SplitIsoFlopDocument: Encodable, Sendable {
  let groups: [IsoFlopDocument]
}

private struct IsoFlopDocument: Encodable, Sendable {
  struct Parabola: Encodable, Sendable {
    let size: String
    let budget: Double
    let n: Int
    let log10Vertex: Double?
    let minimum: Double?
    let curvature: Double
    let window: [Double]
    let rss: Double
  }

  let kind = "isoflop"
  let version = quantaVersion
  let source: String
  let filters: Filters
  let name: String
  let x: [String]
  let y: String
  let by: [String: String]
  let form = "isoflop"
  let formula = "size* = 10^intercept·C^exponent, size* the vertex of y against log10 size"
  let budget: String
  let budgetTolerance = EqualBudgets.tolerance
  let objective: ObjectiveDocument
  let n: Int
  let converged: Bool
  let minima: [Double] = []
  let parameters: [String: EstimateDocument]
  let derived: [String: EstimateDocument]
  let warnings: [WarningDocument]
  let intervals: Intervals
  let parabolas: [Parabola]
  let refused: String?
  let leftOut: [LeftOut]

  init(_ report: IsoFlopReport, _ group: IsoFlopGroup) {
    let fit = report.fit
    let frontiers = group.frontiers ?? []
    source = report.source
    filters = Filters(group.rules)
    name = "\(fit.y) ~ \(fit.sizes.joined(separator: ", "))"
    x = fit.sizes
    y = fit.y
    by = unique(group.labels.map { ($0.name, $0.value) })
    budget = fit.budget
    objective = ObjectiveDocument(name: "ls", delta: nil, value: frontiers.first?.objectiveValue)
    n = frontiers.first?.pointCount ?? group.points.count
    converged = !frontiers.isEmpty
    parameters = unique(
      zip(["a", "b"], frontiers).flatMap { name, frontier in
        [
          (name, EstimateDocument(frontier.exponent)),
          ("\(name)_intercept", EstimateDocument(frontier.intercept)),
        ]
      })
    derived = unique(
      group.optima(of: fit).map { ($0.estimate.name, EstimateDocument($0.estimate)) })
    warnings =
      zip(fit.sizes, frontiers).flatMap { size, frontier in
        frontier.warnings.map {
          WarningDocument(code: $0.code.rawValue, message: "\(size): \($0.message)")
        }
      }
      + group.warnings(of: fit).map {
        WarningDocument(code: $0.code.rawValue, message: $0.message)
      }
    intervals = Intervals(frontiers.first)
    parabolas = zip(fit.sizes, frontiers).flatMap { size, frontier in
      frontier.parabolas.map {
        Parabola(
          size: size, budget: $0.budget, n: $0.count, log10Vertex: finite($0.log10Vertex),
          minimum: finite($0.minimum), curvature: $0.curvature,
          window: [$0.window.lowerBound, $0.window.upperBound], rss: $0.residualSquares)
      }
    }
    if case .refused(let reason) = group.outcome { refused = reason } else { refused = nil }
    leftOut = group.leftOut.map { LeftOut(reason: $0.reason, count: $0.count) }
  }
}

extension IsoFlopGroup {
  /// The optimal sizes of the budgets that were asked for, `x_opt_C1e24` and `x2_opt_C1e24`, each with
  /// its column and budget.
  public func optima(
    of fit: IsoFlopFit
  ) -> [(size: String, budget: Double, estimate: Estimate)] {
    let named = zip(zip(["x", "x2"], fit.sizes), frontiers ?? [])
    return named.flatMap { names, frontier in
      fit.predicted.map { budget in
        let label = "C" + Derived.label(budget)
        return (names.1, budget, frontier.optimum(at: budget, name: "\(names.0)_opt_\(label)"))
      }
    }
  }
}
