import SweepModel

/// The words that remedies use: options of the command line, or the keys of a sweep file.
public enum FitWords: Hashable, Sendable {
  /// Options of `quanta fit` for a table: `--x-range`.
  case table
  /// Options of `quanta fit` for a sweep, by its name, which has no columns.
  case sweep(String)
  /// Keys of a fit in the file of a sweep, by its name: `xRange`.
  case sweepFile(String)

  private var isFile: Bool {
    if case .sweepFile = self { true } else { false }
  }

  func form(_ form: FitRequest.Form) -> String {
    isFile ? "form: \(form.rawValue)" : "--form \(form.rawValue)"
  }

  var range: String { isFile ? "xRange" : "--x-range" }

  /// How to choose rows by any column.
  var condition: String { self == .table ? " (--where)" : "" }

  var robust: String { isFile ? "objective: huber" : "--objective huber" }

  func split(_ name: String) -> String {
    isFile ? "by: [\(name)]" : "--by \(name)"
  }

  /// What resamples everything of one value of a column together.
  func cluster(_ name: String) -> String {
    switch self {
    case .table: "--cluster \(name)"
    case .sweep(let sweep), .sweepFile(let sweep):
      "`quanta export \(sweep) > runs.csv`, then `quanta fit runs.csv --cluster \(name)`"
    }
  }

  var compare: String {
    if case .sweepFile(let sweep) = self { "`quanta fit \(sweep) --compare`" } else { "--compare" }
  }
}

/// What a fit's points are called and what else is known of them, for the diagnostics.
public struct FitContext: Hashable, Sendable {
  /// The inputs' names; x, x2 and x3 where they are not told.
  public var inputs: [String]
  /// The metric's name.
  public var metric: String
  /// A name for every point, such as `line 7`; empty for none.
  public var points: [String]
  /// Columns that are no input.
  public var columns: [Column]
  /// The words of remedies.
  public var words: FitWords

  /// A column that the form does not read.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// For every point a number that is the same where the column's value is.
    public let values: [Int]

    /// Creates a column.
    public init(name: String, values: [Int]) {
      self.name = name
      self.values = values
    }
  }

  /// Creates a context.
  public init(
    inputs: [String] = [], metric: String = "y", points: [String] = [], columns: [Column] = [],
    words: FitWords = .table
  ) {
    self.inputs = inputs
    self.metric = metric
    self.points = points
    self.columns = columns
    self.words = words
  }

  /// The same of some of the points.
  func of(_ rows: [Int]) -> FitContext {
    guard rows.count < points.count || !columns.isEmpty else { return self }
    var part = self
    part.points = points.isEmpty ? [] : rows.compactMap { $0 < points.count ? points[$0] : nil }
    part.columns = columns.filter { column in rows.allSatisfy { $0 < column.values.count } }
      .map { column in Column(name: column.name, values: rows.map { column.values[$0] }) }
    return part
  }

  func input(_ index: Int) -> String {
    inputs.indices.contains(index) ? inputs[index] : ["x", "x2", "x3"][index]
  }
}
