import Basics
import SweepModel
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
          "Column \(printable(names[place])) has \(printable(table.text(row, places[place]))), and a number "
            + "above 0 was expected. Leave such rows out with --where '\(names[place])>0', or mend them."
        )
      }
      numbers.append(values)
      rows.append(row)
    }
  }
}

/// Every row lacks a value that a study needs.
public struct NoRowsError: Error, Hashable, Sendable, CustomStringConvertible {
  private let count: Int
  private let names: [String]

  /// What is wrong, then the remedy.
  public var description: String {
    "None of the \(counted(count, "row")) has a number in each of \(names.joined(separator: ", ")). Fill in the "
      + "missing values, or name other columns."
  }

  /// Nil where some row has all of them.
  init?(_ rows: PositiveRows, names: [String]) {
    guard rows.numbers.isEmpty else { return nil }
    count = rows.leftOut
    self.names = names
  }
}
