import Fitting
public import SweepModel

/// A fit over the rows of any table: `quanta fit data.csv --x tokens --y loss`.
public struct TableFit: Hashable, Sendable {
  /// What to fit; `x`, `further`, `y` and `by` name columns.
  public let request: FitRequest
  /// Rows are taken where every one of these columns has this text, or an equal number.
  public let filters: [Filter]
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
  private static let mostLabelled = 50_000

  /// Where weights come from.
  public enum Weights: Hashable, Sendable {
    /// A column of weights.
    case column(String)
    /// A column of standard deviations σ; the weight is 1/σ².
    case deviations(String)

    var column: String {
      switch self {
      case .column(let name), .deviations(let name): name
      }
    }

    var description: String {
      switch self {
      case .column(let name): "column \(name)"
      case .deviations(let name): "1/σ² with σ in column \(name)"
      }
    }

    func weight(_ value: Double) -> Double {
      switch self {
      case .column: value
      case .deviations: 1 / (value * value)
      }
    }
  }

  /// One condition on rows.
  public struct Filter: Hashable, Sendable {
    /// The column.
    public let column: String
    /// The value.
    public let value: String

    /// Creates a condition.
    public init(column: String, value: String) {
      self.column = column
      self.value = value
    }

    /// Reads `column=value`; nil without an equals sign or a column.
    public init?(_ text: String) {
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
      self.init(
        column: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }
  }

  /// Creates a fit.
  public init(
    request: FitRequest, filters: [Filter] = [], cluster: String? = nil, strata: String? = nil,
    weights: Weights? = nil, censored: String? = nil
  ) {
    self.request = request
    self.filters = filters
    self.cluster = cluster
    self.strata = strata
    self.weights = weights
    self.censored = censored
  }

  /// Fits the rows. A row without a value of an input or of y is left out, and the report says so.
  ///
  /// - Throws: ``CSVError`` for an unknown column or a field that is no number.
  public func report(
    over table: CSVTable, settings: FitSettings = FitSettings(speaker: .commandLine)
  ) throws(CSVError) -> FitReport {
    let gathered = try gather(table)
    let groups = gathered.parts.map { part in
      var collector = part.collector
      let checks = TableChecks(fit: self, table: table, rows: part.rows)
      if let problem = checks.refusal { collector.refuse(problem) }
      return collector.group(
        labels: part.labels, rules: gathered.rules, warnings: checks.warnings, settings: settings)
    }
    return FitReport(source: table.origin, request: request, groups: groups)
  }

  /// The points of one group.
  struct Part {
    var labels: [FitGroup.Label]
    var collector: PointCollector<String>
    /// The rows that the points are of.
    var rows: [[CSVTable.Field]] = []
  }

  /// Takes the rows that the conditions admit, by group.
  func gather(_ table: CSVTable) throws(CSVError) -> (parts: [Part], rules: PointRules) {
    let columns = try (request.inputs + [request.y]).map { name throws(CSVError) in
      try table.column(name)
    }
    let by = try request.by.map { name throws(CSVError) in try table.column(name) }
    let clusterColumn = try cluster.map { name throws(CSVError) in try table.column(name) }
    let strataColumn = try strata.map { name throws(CSVError) in try table.column(name) }
    let weightColumn = try weights.map { it throws(CSVError) in try table.column(it.column) }
    let boundColumn = try censored.map { name throws(CSVError) in try table.column(name) }
    let taken = try RowFilter(filters: filters).take(from: table)
    // Columns beside the fitted ones may tell runs, seeds or families apart.
    let fitted = columns + [weightColumn, boundColumn].compactMap(\.self)
    let others =
      taken.rows.count <= Self.mostLabelled
      ? table.header.indices.filter { !fitted.contains($0) } : []
    let rules = PointRules(
      rules: taken.rules,
      clusters: cluster.map { "column \($0)" } ?? "rows of equal inputs",
      strata: strata.map { "column \($0)" }, weights: weights?.description)
    var parts: [Part] = []
    var places: [[FitGroup.Label]: Int] = [:]
    for row in taken.rows {
      let label = zip(request.by, by).map { FitGroup.Label(name: $0, value: row[$1].text) }
      let place = places[label] ?? parts.count
      if place == parts.count {
        places[label] = place
        parts.append(
          Part(
            labels: label, collector: PointCollector(request: request, speaker: .commandLine)))
      }
      if let empty = columns.firstIndex(where: { row[$0].text.isEmpty }) {
        parts[place].collector.leaveOut("no value of \((request.inputs + [request.y])[empty])")
        continue
      }
      let numbers = try zip(request.inputs + [request.y], columns).map {
        pair throws(CSVError) in try table.number(row[pair.1], column: pair.0)
      }
      guard parts[place].collector.admits(x: numbers[0], y: numbers[numbers.count - 1]) else {
        continue
      }
      var weight = 1.0
      if let weights, let weightColumn {
        weight = weights.weight(
          try table.number(row[weightColumn], column: weights.column))
      }
      let isBound = try boundColumn.map { column throws(CSVError) in
        try table.flag(row[column], column: censored ?? "")
      }
      parts[place].rows.append(row)
      parts[place].collector.take(
        inputs: numbers.dropLast(), y: numbers[numbers.count - 1], weight: weight,
        cluster: clusterColumn.map { row[$0].text } ?? "\(numbers.dropLast())",
        stratum: strataColumn.map { row[$0].text } ?? "", isUpperBound: isBound ?? false,
        name: .line(row[columns[0]].line))
      parts[place].collector.label(others.map { (table.header[$0], row[$0].text) })
    }
    let labels = FitGroup.Label.shortened(parts.map(\.labels))
    for place in parts.indices { parts[place].labels = labels[place] }
    return (parts, rules)
  }
}
