/// Rows of a table as numbers that have logarithms.
struct PositiveRows {
  /// The numbers of the named columns of each row that has them all.
  private(set) var numbers: [[Double]] = []
  /// The rows themselves, beside ``numbers``.
  private(set) var rows: [[CSVTable.Field]] = []
  /// Rows without a value, or with one that is no finite number, as of a run that diverged.
  private(set) var leftOut = 0

  /// Reads rows that meet all conditions.
  ///
  /// - Throws: ``CSVError`` for an unknown column, or a field that is no number or not above 0.
  init(
    _ names: [String], of table: CSVTable, filters: [TableFit.Filter]
  ) throws(CSVError) {
    let columns = try names.map { name throws(CSVError) in try table.column(name) }
    for row in try RowFilter(filters: filters).take(from: table).rows {
      guard columns.allSatisfy({ !row[$0].text.isEmpty }) else {
        leftOut += 1
        continue
      }
      var values: [Double] = []
      for (name, column) in zip(names, columns) {
        values.append(try table.number(row[column], column: name))
      }
      guard values.allSatisfy(\.isFinite) else {
        leftOut += 1
        continue
      }
      if let place = values.firstIndex(where: { $0 <= 0 }) {
        let field = row[columns[place]]
        throw CSVError(
          origin: table.origin, line: field.line, column: field.column,
          message:
            "Column \(names[place]) has \(field.text), which has no logarithm. Leave the row out "
            + "with --where, or mend it.")
      }
      numbers.append(values)
      rows.append(row)
    }
  }
}
