public import SweepModel
public import Tables

/// A fit over the rows of any table: `quanta fit data.csv --x tokens --y loss`.
public struct TableFit: Hashable, Sendable {
  /// What to fit; `x`, `further`, `y` and `by` name columns.
  public let request: FitRequest
  /// Rows are taken where all of these hold.
  public let filters: [RowCondition]
  /// The column whose equal values form one cluster of the bootstrap; nil makes one of the rows of
  /// equal inputs, the seeds of one grid point.
  public let cluster: String?
  /// The column within whose values clusters are drawn; nil draws among all.
  public let strata: String?
  /// What the points' terms of the objective are multiplied by; nil weighs all alike.
  public let weights: Weights?
  /// The column that is 1 or `true` in rows whose y is an upper bound only; nil for none.
  public let censored: String?

  /// Of more rows the further columns are not looked at.
  static let mostLabelled = 50_000

  /// Where weights come from.
  public enum Weights: Hashable, Sendable {
    /// A column of weights.
    case column(String)
    /// A column of standard deviations σ of y, in the unit of y. The weight of a squared residual is
    /// 1/σ² where that is of y, and (y/σ)² with the measured y where it is of ln y, whose standard
    /// deviation is σ/y to first order.
    case deviations(String)

    var column: String {
      switch self {
      case .column(let name), .deviations(let name): name
      }
    }

    /// What each number of the column is.
    var kind: String {
      switch self {
      case .column: "a weight"
      case .deviations: "a standard deviation"
      }
    }

    /// How weights come of the column; `isRaw` where residuals are of y and not of ln y.
    func description(isRaw: Bool) -> String {
      switch self {
      case .column(let name): "column \(name)"
      case .deviations(let name):
        isRaw
          ? "1/σ² with σ of y in column \(name)"
          : "(y/σ)² with σ of the measured y in column \(name), because residuals are of ln y"
      }
    }

    func weight(_ value: Double, y: Double, isRaw: Bool) -> Double {
      switch self {
      case .column: value
      case .deviations: isRaw ? 1 / (value * value) : (y / value) * (y / value)
      }
    }
  }

  /// Creates a fit.
  public init(
    request: FitRequest, filters: [RowCondition] = [], cluster: String? = nil,
    strata: String? = nil,
    weights: Weights? = nil, censored: String? = nil
  ) {
    self.request = request
    self.filters = filters
    self.cluster = cluster
    self.strata = strata
    self.weights = weights
    self.censored = censored
  }

  /// Fits the rows, groups on all cores. A row without a value of an input or of y is left out, and the
  /// report says so.
  ///
  /// - Throws: ``TableError`` for an unknown column or a field that is no number.
  public func report(
    over table: Table, settings: FitSettings = FitSettings(speaker: .commandLine)
  ) throws(TableError) -> FitReport {
    try TableGroups(of: self, over: table).report(settings)
  }
}
