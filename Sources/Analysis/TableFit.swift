public import Fitting
public import SweepModel

/// A fit over the rows of any table: `quanta fit data.csv --x tokens --y loss`.
public struct TableFit: Hashable, Sendable {
  /// What to fit; `x`, `y` and `by` name columns.
  public let request: FitRequest
  /// Rows are taken where every one of these columns has this text, or an equal number.
  public let filters: [Filter]
  /// The column whose equal values form one cluster of the bootstrap; nil makes one of the rows of
  /// equal x, the seeds of one grid point.
  public let cluster: String?

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
  public init(request: FitRequest, filters: [Filter] = [], cluster: String? = nil) {
    self.request = request
    self.filters = filters
    self.cluster = cluster
  }

  /// Fits the rows.
  ///
  /// - Throws: ``CSVError`` for an unknown column or a field that is no number.
  public func report(
    over table: CSVTable, uncertainty: Uncertainty = .bootstrap()
  ) throws(CSVError) -> FitReport {
    let x = try table.column(request.x)
    let y = try table.column(request.y)
    let clusterColumn = try cluster.map { name throws(CSVError) in try table.column(name) }
    var collectors: [PointCollector<String>] = []
    var labels: [[FitGroup.Label]] = []
    for row in try filtered(table) {
      let label = try request.by.map { name throws(CSVError) in
        FitGroup.Label(name: name, value: row[try table.column(name)].text)
      }
      let place = labels.firstIndex(of: label) ?? labels.count
      if place == labels.count {
        labels.append(label)
        collectors.append(PointCollector(request: request))
      }
      let point = (
        x: try table.number(row[x], column: request.x),
        y: try table.number(row[y], column: request.y)
      )
      guard collectors[place].admits(x: point.x, y: point.y) else { continue }
      collectors[place].take(
        x: point.x, y: point.y, cluster: clusterColumn.map { row[$0].text } ?? "\(point.x)",
        label: "line \(row[x].line)")
    }
    let groups = zip(labels, collectors).map { labels, collector in
      collector.group(
        labels: labels, completeness: nil, theory: nil, notes: [], uncertainty: uncertainty)
    }
    return FitReport(source: table.origin, request: request, groups: groups)
  }

  private func filtered(_ table: CSVTable) throws(CSVError) -> [[CSVTable.Field]] {
    var rows = table.rows
    for filter in filters {
      let column = try table.column(filter.column)
      let kept = rows.filter { Self.matches($0[column].text, filter.value) }
      guard !kept.isEmpty else {
        throw CSVError(
          origin: table.origin, line: 1, column: 1,
          message: "No row has \(filter.column) = \(filter.value)."
            + hint(filter.value, Self.distinct(rows.map { $0[column].text })))
      }
      rows = kept
    }
    guard !rows.isEmpty else {
      throw CSVError(
        origin: table.origin, line: 1, column: 1, message: "The table has a header but no rows.")
    }
    return rows
  }

  private static func matches(_ text: String, _ value: String) -> Bool {
    if text == value { return true }
    guard let left = Double(text), let right = Double(value) else { return false }
    return left == right
  }

  /// At most eight distinct texts, for a message.
  private static func distinct(_ texts: [String]) -> [String] {
    var seen: [String] = []
    for text in texts where !seen.contains(text) && seen.count < 8 { seen.append(text) }
    return seen
  }
}
