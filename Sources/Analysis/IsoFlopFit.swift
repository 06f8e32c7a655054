public import Fitting
import SweepModel
public import Tables

/// Compute-optimal frontiers over the rows of a table, by parabolas at equal compute.
public struct IsoFlopFit: Hashable, Sendable {
  /// The column of budgets.
  public let budget: String
  /// The columns of sizes: parameters, and tokens where they are wanted too.
  public let sizes: [String]
  /// The column of the metric.
  public let y: String
  /// Columns that split the rows into a frontier for each of their values.
  public let by: [String]
  /// Rows with another first size are left out; nil takes all.
  public let xRange: ClosedRange<Double>?
  /// Rows with another metric are left out; nil takes all.
  public let yRange: ClosedRange<Double>?
  /// Rows are taken where all hold.
  public let filters: [RowCondition]
  /// What squared residuals are multiplied by; nil weighs all alike.
  public let weights: TableFit.Weights?
  /// Budgets, FLOP, for which optimal sizes are told besides.
  public let predicted: [Double]

  /// Creates a fit.
  public init(
    budget: String, sizes: [String], y: String, by: [String] = [],
    xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil,
    filters: [RowCondition] = [], weights: TableFit.Weights? = nil, predicted: [Double] = []
  ) {
    self.budget = budget
    self.sizes = sizes
    self.y = y
    self.by = by
    self.xRange = xRange
    self.yRange = yRange
    self.filters = filters
    self.weights = weights
    self.predicted = predicted
  }

  /// A frontier for each column of sizes of every group.
  ///
  /// Rows are taken as for a fit of a form: one without a value is left out and counted.
  ///
  /// - Throws: ``TableError`` for an unknown column or a field that is no number. A group that carries
  ///   no frontier does not stop the others.
  public func report(
    over table: Table, resamples: Int = 2000, seed: UInt64 = 1
  ) throws(TableError) -> IsoFlopReport {
    let request = FitRequest(
      name: "\(y) ~ \(sizes.joined(separator: ", "))", x: sizes[0],
      further: sizes.dropFirst() + [budget], y: y, objective: .leastSquares, by: by, xRange: xRange,
      yRange: yRange)
    let rows = try TableGroups(
      of: TableFit(request: request, filters: filters, weights: weights), over: table)
    let labels = FitGroup.Label.shortened((0..<rows.count).map(rows.labels))
    let groups = (0..<rows.count).map { group in
      let collector = rows.collected(group).collector
      return IsoFlopGroup(
        labels: labels[group], points: collector.points, names: collector.names,
        rules: collector.withRanges(rows.rules), leftOut: collector.leftOut,
        outcome: outcome(collector, resamples, seed))
    }
    return IsoFlopReport(source: table.origin, fit: self, groups: groups)
  }

  private func outcome(
    _ collector: PointCollector<Int32>, _ resamples: Int, _ seed: UInt64
  ) -> IsoFlopGroup.Outcome {
    if let problem = collector.problem { return .refused(problem) }
    do throws(IsoFlopError) {
      var frontiers: [IsoFlopFrontier] = []
      for size in sizes.indices {
        let points = collector.points.map { point in
          IsoFlopPoint(
            budget: point.inputs[sizes.count], size: point.inputs[size], y: point.y,
            weight: point.weight)
        }
        frontiers.append(
          try IsoFlopFrontier(points: points, yName: y, resamples: resamples, seed: seed))
      }
      return .fitted(frontiers)
    } catch {
      return .refused(error.description)
    }
  }
}

/// Frontiers that were asked for.
public struct IsoFlopReport: Hashable, Sendable {
  /// The file.
  public let source: String
  /// What was asked for.
  public let fit: IsoFlopFit
  /// One entry for each value of the `by` columns, in order of appearance; never empty.
  public let groups: [IsoFlopGroup]
}

/// The frontiers of one group, or why there are none.
public struct IsoFlopGroup: Hashable, Sendable {
  /// The values of the `by` columns.
  public let labels: [FitGroup.Label]
  /// The rows that were taken; inputs are the sizes in order, then the budget.
  public let points: [FitPoint]
  /// What each is called.
  public let names: [PointName]
  /// Which rows were taken.
  public let rules: PointRules
  /// Rows left out, by reason.
  public let leftOut: [FitGroup.LeftOut]
  /// What came out.
  public let outcome: Outcome

  /// Frontiers, one for each column of sizes, or why there are none.
  public enum Outcome: Hashable, Sendable {
    /// In the columns' order.
    case fitted([IsoFlopFrontier])
    /// In full sentences with the remedy.
    case refused(String)
  }

  /// The frontiers; nil when refused.
  public var frontiers: [IsoFlopFrontier]? {
    if case .fitted(let frontiers) = outcome { frontiers } else { nil }
  }

  /// `tokenizer=a`; empty when the fit is not split.
  public var title: String { labels.title }

  /// For every row the number of its budget among ``IsoFlopFrontier/parabolas``' budgets and others,
  /// ascending.
  public var budgetNumbers: [Int] {
    EqualBudgets.numbers(points.map { $0.inputs[$0.inputs.count - 1] })
  }
}
