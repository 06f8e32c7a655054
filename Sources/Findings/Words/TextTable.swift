/// A plain table: columns as wide as their widest cell, numbers to the right.
package struct TextTable {
  /// The fewest characters that the last column is narrowed to.
  private static let narrowest = 20

  private var rows: [[String]]
  private let numeric: Set<Int>
  /// What rows that were taken before have made of the columns.
  private var taken: [Int] = []

  package init(_ header: [String], numeric: Set<Int> = []) {
    rows = [header]
    self.numeric = numeric
  }

  /// Adds a row; what would break its line or steer a terminal is shown escaped.
  package mutating func add(_ row: [String]) { rows.append(row.map(TerminalText.escapedLine)) }

  /// The text so far; what is added later continues the table.
  mutating func takeText(width: Int? = nil) -> String {
    defer {
      taken = widths
      rows = []
    }
    return text(width: width)
  }

  private var widths: [Int] {
    let columns = rows.first?.indices ?? taken.indices
    return columns.map { column in
      max(rows.map { $0[column].count }.max() ?? 0, taken.isEmpty ? 0 : taken[column])
    }
  }

  package var text: String { text(width: nil) }

  /// The text; a last column of words is broken into lines of its own so that the whole is at most
  /// `width` characters wide, if the other columns leave it room.
  package func text(width: Int?) -> String {
    let widths = widths
    let before = widths.dropLast().reduce(0) { $0 + $1 + 2 }
    let room = width.map { $0 - before } ?? .max
    let breaks =
      !numeric.contains(widths.count - 1) && room >= Self.narrowest && room < widths.last ?? 0
    return rows.map { row in
      guard breaks, let last = row.last else { return line(row, widths) }
      let parts = TerminalText.wrapped(last, width: room)
      let indent = String(repeating: " ", count: before)
      return ([line(row.dropLast() + [parts[0]], widths)] + parts.dropFirst().map { indent + $0 })
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = row.indices.map { column in
      let padding = String(repeating: " ", count: max(0, widths[column] - row[column].count))
      return numeric.contains(column) ? padding + row[column] : row[column] + padding
    }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
