import Tables

/// Rows of a table as numbers that have logarithms.
struct PositiveRows {
  /// The numbers of the named columns of each row that has them all.
  private(set) var numbers: [[Double]] = []
  /// The rows in the table, beside ``numbers``.
  private(set) var rows: [Int] = []
  /// Rows without a value, or with one that is no finite number, as of a run that diverged.
  private(set) var leftOut = 0

  /// Reads rows that meet all conditions.
  ///
  /// - Throws: ``TableError`` for an unknown column, or a field that is no number or not above 0.
  init(
    _ names: [String], of table: Table, filters: [RowCondition]
  ) throws(TableError) {
    let places = try names.map { name throws(TableError) in try table.column(name) }
    let taken = try RowFilter(filters: filters).take(from: table).rows
    let columns = try places.map { place throws(TableError) in
      try table.numbers(place, rows: taken)
    }
    for (index, row) in taken.enumerated() {
      let values = columns.map { $0[index] }
      guard values.allSatisfy(\.isFinite) else {
        leftOut += 1
        continue
      }
      if let place = values.firstIndex(where: { $0 <= 0 }) {
        throw table.error(
          row, places[place],
          "Column \(names[place]) has \(table.text(row, places[place])), which has no logarithm. Leave "
            + "the row out with --where, or mend it.")
      }
      numbers.append(values)
      rows.append(row)
    }
  }
}
