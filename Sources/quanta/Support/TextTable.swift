/// A plain table: columns as wide as their widest cell, numbers to the right.
struct TextTable {
  private var rows: [[String]]
  private let numeric: Set<Int>
  /// What rows that were taken before have made of the columns.
  private var taken: [Int] = []

  init(_ header: [String], numeric: Set<Int> = []) {
    rows = [header]
    self.numeric = numeric
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The text so far; what is added later continues the table.
  mutating func takeText() -> String {
    defer {
      taken = widths
      rows = []
    }
    return text
  }

  private var widths: [Int] {
    let columns = rows.first?.indices ?? taken.indices
    return columns.map { column in
      max(rows.map { $0[column].count }.max() ?? 0, taken.isEmpty ? 0 : taken[column])
    }
  }

  var text: String {
    let widths = widths
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return numeric.contains(column) ? padding + row[column] : row[column] + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
