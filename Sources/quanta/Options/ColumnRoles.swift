import ArgumentParser
import Basics
import SweepModel

/// Options that name columns, and which of them must name different ones.
enum ColumnRoles {
  /// Refuses two options that name one column.
  ///
  /// - Parameter roles: Options with their columns, those that are not given nil.
  static func checkApart(_ roles: [(option: String, column: String?)]) throws {
    let given = roles.compactMap { role in role.column.map { (option: role.option, column: $0) } }
    for (place, later) in given.enumerated() {
      guard let first = given[..<place].first(where: { $0.column == later.column }) else {
        continue
      }
      let column = printable(later.column)
      throw ValidationError(
        first.option == later.option
          ? "\(later.option) \(column) is given twice"
          : "\(first.option) and \(later.option) both name \(column); they mean different columns")
    }
  }
}
