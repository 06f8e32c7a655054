public import Fitting
import Glibc
public import SweepModel
public import Tables

/// Compute-optimal sizes from the rows of a table, by every approach that they can feed.
public struct FrontierStudy: Hashable, Sendable {
  /// The columns of parameters N and training samples D.
  public let sizes: [String]
  /// The column of the metric.
  public let y: String
  /// The column of planned budgets; nil takes C = 6·N·D.
  public let budget: String?
  /// The column that tells training runs apart, whose rows are checkpoints; nil takes those of one N
  /// for one run.
  public let run: String?
  /// Rows are taken where all hold.
  public let filters: [RowCondition]
  /// The C at which optima are told.
  public let budgets: [Double]
  /// Of the parametric fit.
  public let objective: FitRequest.Objective

  /// Creates a study.
  public init(
    sizes: [String], y: String, budget: String? = nil, run: String? = nil,
    filters: [RowCondition] = [], budgets: [Double] = [5.76e23],
    objective: FitRequest.Objective = .huber(delta: 1e-3)
  ) {
    self.sizes = sizes
    self.y = y
    self.budget = budget
    self.run = run
    self.filters = filters
    self.budgets = budgets
    self.objective = objective
  }

  /// Places between the smallest budget and the largest at which figures draw the laws.
  private static let drawn = 25

  /// Compares the approaches. Rows without a value are left out and counted.
  ///
  /// - Throws: ``TableError`` for an unknown column or a field that is no positive number.
  public func report(
    over table: Table, resamples: Int = 1000, seed: UInt64 = 1
  ) throws(TableError) -> FrontierReport {
    let names = sizes + [y] + [budget].compactMap(\.self)
    let runColumn = try run.map { name throws(TableError) in try table.column(name) }
    let taken = try PositiveRows(names, of: table, filters: filters)
    var numbers: [String: Int] = [:]
    let runs = zip(taken.numbers, taken.rows).map { values, row in
      let name = runColumn.map { table.text(row, $0) } ?? "\(values[0])"
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return FrontierRun(
        parameters: values[0], samples: values[1], y: values[2], run: number,
        budget: budget == nil ? nil : values[3])
    }
    let all = runs.map(\.compute) + budgets
    let (low, high) = (all.min() ?? 1, all.max() ?? 1)
    let ratio = high / low
    let drawn = (0..<Self.drawn).map {
      low * pow(ratio, Double($0) / Double(Self.drawn - 1))
    }
    return FrontierReport(
      source: table.origin, study: self, runs: runs, leftOut: taken.leftOut, seed: seed,
      resamples: resamples,
      comparison: FrontierComparison(
        runs, budgets: budgets + drawn, objective: objective, resamples: resamples, seed: seed))
  }
}

/// The approaches side by side.
public struct FrontierReport: Hashable, Sendable {
  /// The file.
  public let source: String
  /// What was asked for.
  public let study: FrontierStudy
  /// The rows that took part.
  public let runs: [FrontierRun]
  /// Rows without a value.
  public let leftOut: Int
  /// The bootstraps' seed.
  public let seed: UInt64
  /// Resamples of every approach.
  public let resamples: Int
  /// First the budgets that were asked for, then those of a figure.
  public let comparison: FrontierComparison

  /// The optima at the budgets that were asked for.
  public func told(_ answer: FrontierAnswer) -> [FrontierAnswer.Optimum] {
    Array(answer.optima.prefix(study.budgets.count))
  }

  /// Those along which the laws are drawn, by ascending budget.
  public func drawn(_ answer: FrontierAnswer) -> [FrontierAnswer.Optimum] {
    Array(answer.optima.dropFirst(study.budgets.count))
  }

  /// True where some approach has an answer.
  public var hasAnswer: Bool { comparison.results.contains { $0.answer != nil } }

  /// As a JSON encoder writes it.
  public var document: any Encodable & Sendable { FrontierDocument(self) }
}
