import Analysis

/// A legend of the groups of a fit: the axes once, then a row for each group, or for an even choice
/// of many.
struct GroupLegend {
  /// The rows; none for a single group.
  let rows: [LegendRow]

  /// - Parameters:
  ///   - groups: The groups, in the order of their colours.
  ///   - limit: At most so many rows.
  ///   - heading: What stands behind the axes' names.
  ///   - row: The row of a group: its place, the group and its values, `0.4, relu`.
  init(
    _ groups: [FitGroup], limit: Int = 12, heading: String = "",
    row: (Int, FitGroup, String) -> LegendRow
  ) {
    guard groups.count > 1, let first = groups.first else {
      rows = []
      return
    }
    let names = first.labels.map(\.name).joined(separator: ", ")
    let all = Array(groups.enumerated())
    let named = all.count > limit + 3 ? all.evenly(limit) : all
    rows =
      [LegendRow(mark: .none, text: names + heading)]
      + named.map { row($0, $1, $1.labels.map(\.text).joined(separator: ", ")) }
      + LegendRow.more(shown: named.count, of: all.count, "groups")
  }
}
