/// Takes the rows that meet every condition.
struct RowFilter {
  let filters: [TableFit.Filter]

  /// The rows, and each condition with the rows that it left out.
  func take(
    from table: CSVTable
  ) throws(CSVError) -> (rows: [[CSVTable.Field]], rules: [PointRules.Rule]) {
    var rows = table.rows
    var rules: [PointRules.Rule] = []
    for filter in filters {
      let column = try table.column(filter.column)
      let kept = rows.filter { Self.matches($0[column].text, filter.value) }
      guard !kept.isEmpty else {
        throw CSVError(
          origin: table.origin, line: 1, column: 1,
          message: "No row has \(filter.column) = \(filter.value)."
            + hint(filter.value, Self.distinct(rows.map { $0[column].text })))
      }
      rules.append(
        PointRules.Rule(
          name: "\(filter.column) = \(filter.value)", leftOut: rows.count - kept.count))
      rows = kept
    }
    guard !rows.isEmpty else {
      throw CSVError(
        origin: table.origin, line: 1, column: 1, message: "The table has a header but no rows.")
    }
    return (rows, rules)
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
