import ArgumentParser
import Foundation
import Tables

/// How a table is read before anything is fitted.
struct TableOptions: ParsableArguments {
  @Option(
    name: .customLong("let"),
    help: ArgumentHelp(
      "A column computed from others, such as C=6*N*D, with + - * / ^ ( ) and log, log10, log2, exp, "
        + "sqrt (tables; repeatable).", valueName: "name=formula"))
  var formulas: [String] = []
  @Option(
    name: .customLong("x-values"),
    help: ArgumentHelp(
      "The table is a matrix with a curve in each row, measured at these x: numbers, a file of them, or "
        + "an array of the .npz file. Columns are then curve, x and y, and --by curve is meant.",
      valueName: "list"))
  var xValues: String?

  /// Reads a table, with the columns that are computed.
  ///
  /// - Parameter matrix: The name of the matrix of curves in an archive of arrays.
  func read(_ path: String, matrix: String?) throws -> Table {
    let formulas = try formulas.map { try ColumnFormula($0) }
    var table =
      try xValues.map { try Table.curves(path: path, xValues: $0, y: matrix) }
      ?? Table(path: path)
    for formula in formulas { try formula.add(to: &table) }
    return table
  }
}

/// The subject of a command that takes a sweep or a table.
enum TableArgument {
  /// Endings of files that are tables or that somebody might take for one; what a file holds is then
  /// found out, and said.
  private static let endings: Set = [
    "csv", "tsv", "tab", "txt", "dat", "data", "prn", "json", "jsonl", "ndjson", "npy", "npz", "gz",
    "parquet", "feather", "arrow", "orc", "xls", "xlsx", "ods", "pkl", "pickle", "pt", "h5", "hdf5",
    "mat", "zip", "xz", "bz2", "zst", "db", "sqlite",
  ]

  /// True for standard input, for names that end as tables do, and for any file that is no sweep's.
  static func isTable(_ subject: String) -> Bool {
    if subject == "-" { return true }
    let ending = (subject as NSString).pathExtension.lowercased()
    if ["yaml", "yml"].contains(ending) { return false }
    if endings.contains(ending) { return true }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: subject, isDirectory: &isFolder)
    return exists && (!isFolder.boolValue || subject.contains("/"))
  }
}
