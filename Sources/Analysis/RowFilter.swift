import SweepModel
import Tables

/// Takes the rows that meet every condition.
struct RowFilter {
  let filters: [RowCondition]

  /// The rows, and each condition with the rows that it left out.
  func take(
    from table: Table
  ) throws(TableError) -> (rows: [Int], rules: [PointRules.Rule]) {
    var rows = Array(0..<table.rowCount)
    var rules: [PointRules.Rule] = []
    for filter in filters where !rows.isEmpty {
      let kept = try filter.rows(of: table, among: rows)
      rules.append(PointRules.Rule(name: filter.description, leftOut: rows.count - kept.count))
      rows = kept
    }
    guard !rows.isEmpty else {
      throw TableError(
        origin: table.origin, place: table.headerPlace,
        message: "The table has a header but no rows. Is the file complete?")
    }
    return (rows, rules)
  }
}
