public import Analysis
import Fitting
import SweepModel

/// The fits of many groups as a table for a terminal that is printed as it grows: the columns are as
/// wide as the first rows need.
public struct GroupTable {
  private let report: FitReport
  private let columns: [FitTable.Column]
  private var widths: [Int] = []

  /// A table of a report's groups; those given decide the columns.
  public init(_ report: FitReport) {
    self.report = report
    columns = FitTable.columns(report)
  }

  /// What is fitted, above the table.
  public var heading: String {
    let request = report.request
    return
      "\(request.name): \(request.y) against \(request.inputs.joined(separator: ", ")), "
      + "\(request.form.formula), objective \(request.objective.label)"
  }

  /// The cells of a group; for any thread.
  public static func cells(_ group: FitGroup, of request: FitReport) -> [String] {
    FitTable.columns(request).map { $0.cell(group) }
  }

  /// Rows as lines; the first call has the columns' titles above them.
  public mutating func lines(_ rows: [[String]]) -> String {
    var rows = rows
    if widths.isEmpty {
      rows.insert(columns.map(\.title), at: 0)
      widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      return "  " + cells.joined(separator: "  ").trimmedEnd + "\n"
    }.joined()
  }
}
