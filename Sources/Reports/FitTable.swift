public import Analysis
import Fitting
import SweepModel

/// The fits as plain text for a terminal.
public enum FitTable {
  /// A heading, one row for each group, and below it everything that qualifies the numbers.
  public static func text(_ report: FitReport) -> String {
    let request = report.request
    var lines = [
      "\(request.name): \(request.y) against \(request.inputs.joined(separator: ", ")), \(request.form.formula), "
        + "objective \(request.objective.label)"
    ]
    let columns = columns(report)
    lines.append(contentsOf: aligned([columns.map(\.title)] + rows(report, columns)))
    lines.append(contentsOf: footnotes(report).map { "  \($0)" })
    return lines.joined(separator: "\n") + "\n"
  }

  /// All reports, a blank line between them.
  public static func text(_ reports: [FitReport]) -> String {
    reports.map { text($0) }.joined(separator: "\n")
  }

  struct Column {
    let title: String
    let cell: (FitGroup) -> String
  }

  /// The columns that this report needs; the HTML table has the same.
  static func columns(_ report: FitReport) -> [Column] {
    var columns: [Column] = []
    if !report.request.by.isEmpty { columns.append(Column(title: "group") { $0.title }) }
    let parameters = report.request.form.parameters
    for (rank, exponent) in parameters.filter({ $0.role == .exponent }).enumerated() {
      columns += exponentColumns(exponent, of: report, isFirst: rank == 0)
    }
    for parameter in parameters where ![.exponent, .floor].contains(parameter.role) {
      columns.append(column(parameter, withInterval: parameter.role != .prefactor))
    }
    for floor in parameters where floor.role == .floor {
      columns.append(column(floor, withInterval: true))
    }
    if report.groups.contains(where: { $0.theory != nil }) {
      columns.append(Column(title: "theory") { FitText.theory($0) ?? "–" })
    }
    columns.append(
      Column(title: "n") { group in "\(group.fit?.pointCount ?? group.points.count)" })
    if report.groups.contains(where: { $0.completeness != nil }) {
      columns.append(Column(title: "grid") { $0.completeness?.summary ?? "–" })
    }
    return columns
  }

  /// An exponent with its error and interval; the first one carries the word for holes.
  private static func exponentColumns(
    _ exponent: FormParameter, of report: FitReport, isFirst: Bool
  ) -> [Column] {
    func estimate(_ group: FitGroup) -> (Fit, Estimate)? {
      group.fit.flatMap { fit in fit.parameter(exponent.name).map { (fit, $0) } }
    }
    return [
      Column(title: "\(report.exponentWord) \(exponent.name)") { group in
        let hole = isFirst && group.completeness?.isComplete == false ? " (incomplete)" : ""
        return estimate(group).map { FitText.value($0, $1) + hole } ?? "no fit"
      },
      Column(title: "std. error") { group in
        estimate(group).flatMap { FitText.error($1) } ?? "–"
      },
      Column(title: "95 % interval") { group in
        estimate(group).flatMap { FitText.interval($0, $1) }.map { "[\($0)]" } ?? "–"
      },
    ]
  }

  private static func column(_ parameter: FormParameter, withInterval: Bool) -> Column {
    Column(title: FitText.title(parameter)) { group in
      guard let fit = group.fit, let estimate = fit.parameter(parameter.name) else { return "–" }
      let interval = withInterval ? FitText.interval(fit, estimate).map { " [\($0)]" } : nil
      return FitText.value(fit, estimate) + (interval ?? "")
    }
  }

  private static func rows(_ report: FitReport, _ columns: [Column]) -> [[String]] {
    report.groups.map { group in columns.map { $0.cell(group) } }
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return "  " + cells.joined(separator: "  ").trimmedEnd
    }
  }

  /// Method, refusals, points left out, notes and missing points; each with its group's name.
  static func footnotes(_ report: FitReport) -> [String] {
    var notes: [String] = []
    if let fit = report.groups.compactMap(\.fit).first { notes.append(FitText.method(fit) + ".") }
    for group in report.groups {
      let name = group.title.isEmpty ? "" : "\(group.title): "
      if case .refused(let reason) = group.outcome { notes.append("\(name)no fit. \(reason)") }
      for left in group.leftOut {
        notes.append("\(name)\(left.count) points left out: \(left.reason).")
      }
      for note in group.allNotes { notes.append(name + note) }
      if !group.mayBeCalledExponent, group.fit != nil {
        notes.append(
          "\(name)the grid has holes, so nothing here is final: run the rest (`quanta run`), or accept "
            + "them with --allow-incomplete.")
      }
      for missing in (group.completeness?.missing ?? []).prefix(10) {
        let last = missing.last.map { "; last \($0)" } ?? ""
        notes.append("\(name)missing: \(missing.label), \(missing.reason)\(last).")
      }
      let more = (group.completeness?.missing.count ?? 0) - 10
      if more > 0 { notes.append("\(name)and \(more) more missing points.") }
    }
    return notes
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var result = self
    while result.last == " " { result.removeLast() }
    return result
  }
}
