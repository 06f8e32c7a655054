public import Analysis
import Basics
import Fitting
import SweepModel

/// The fits as plain text for a terminal.
public enum FitTable {
  /// A heading, one row for each group, and below it everything that qualifies the numbers.
  ///
  /// - Parameter showsReasons: whether missing points are told with their messages, or only as
  ///   `failed`, where the messages stand beside the table.
  public static func text(_ report: FitReport, showsReasons: Bool = true) -> String {
    let request = report.request
    var lines = [
      "\(request.name): \(request.y) against \(request.inputs.joined(separator: ", ")), \(request.form.formula), "
        + "objective \(request.objective.label)"
    ]
    let columns = columns(report)
    lines.append(contentsOf: aligned([columns.map(\.title)] + rows(report, columns)))
    lines.append(contentsOf: ComparisonTable.text(report))
    lines.append(contentsOf: footnotes(report, showsReasons: showsReasons).map { "  \($0)" })
    return lines.joined(separator: "\n") + "\n"
  }

  /// All reports, a blank line between them.
  public static func text(_ reports: [FitReport], showsReasons: Bool = true) -> String {
    reports.map { text($0, showsReasons: showsReasons) }.joined(separator: "\n")
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
        estimate(group).flatMap { FitText.error($0, $1) } ?? "–"
      },
      Column(title: "95 % interval") { group in
        estimate(group).flatMap { FitText.interval($0, $1) } ?? "–"
      },
    ]
  }

  private static func column(_ parameter: FormParameter, withInterval: Bool) -> Column {
    Column(title: FitText.title(parameter)) { group in
      guard let fit = group.fit, let estimate = fit.parameter(parameter.name) else { return "–" }
      let interval = withInterval ? FitText.interval(fit, estimate).map { " \($0)" } : nil
      return FitText.value(fit, estimate) + (interval ?? "")
    }
  }

  private static func rows(_ report: FitReport, _ columns: [Column]) -> [[String]] {
    report.groups.map { group in columns.map { $0.cell(group) } }
  }

  static func aligned(_ rows: [[String]]) -> [String] {
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

  /// Method, refusals, points left out, notes and missing points; what holds for several groups
  /// stands there once, with their names.
  static func footnotes(_ report: FitReport, showsReasons: Bool = true) -> [String] {
    let method = report.groups.compactMap(\.fit).first.map { FitText.method($0) + "." }
    var order: [String] = []
    var holders: [String: [FitGroup]] = [:]
    for group in report.groups {
      for note in notes(group, sweep: report.source) {
        if holders[note] == nil { order.append(note) }
        holders[note, default: []].append(group)
      }
    }
    let shared = order.map { note in
      names(holders[note] ?? [], of: report) + note
    }
    return [method].compactMap(\.self) + shared
      + report.groups.flatMap { missing($0, showsReasons: showsReasons) }
  }

  /// `alpha=0.4: `, `all 30 groups: `, `alpha=0.1, alpha=0.2 and 5 more: `; empty for the only group.
  private static func names(_ groups: [FitGroup], of report: FitReport) -> String {
    let titles = groups.map(\.title)
    if report.groups.count == 1 { return titles[0].isEmpty ? "" : "\(titles[0]): " }
    if groups.count == report.groups.count, groups.count > 2 {
      return "all \(groups.count) groups: "
    }
    let named = titles.count > 4 ? titles.prefix(3).joined(separator: ", ") : nil
    return (named.map { "\($0) and \(titles.count - 3) more" } ?? titles.joined(separator: ", "))
      + ": "
  }

  /// What qualifies a group's numbers.
  private static func notes(_ group: FitGroup, sweep: String) -> [String] {
    var notes: [String] = []
    if case .refused(let reason) = group.outcome { notes.append("no fit. \(reason)") }
    if let profiles = group.fit.flatMap(FitText.profiles) { notes.append(profiles) }
    notes += group.leftOut.map { "\(counted($0.count, "point")) left out: \($0.reason)." }
    notes += group.allNotes
    if !group.mayBeCalledExponent, group.fit != nil {
      notes.append(
        "the grid has holes, so nothing here is final: run the rest (`quanta resume \(sweep)`), or "
          + "accept them with --allow-incomplete.")
    }
    return notes
  }

  /// The missing points of a group, those together that are missing for the same reason.
  private static func missing(_ group: FitGroup, showsReasons: Bool) -> [String] {
    let name = group.title.isEmpty ? "" : "\(group.title): "
    var order: [String] = []
    var members: [String: [MissingPoint]] = [:]
    for point in group.completeness?.missing ?? [] {
      let kind = showsReasons ? withoutNumbers(point.reason.description) : point.reason.word
      if members[kind] == nil { order.append(kind) }
      members[kind, default: []].append(point)
    }
    let lines = order.prefix(10).compactMap { kind -> String? in
      guard let points = members[kind] else { return nil }
      let labels = points.prefix(8).map { point in
        point.label + (point.last.map { " (last \($0))" } ?? "")
      }
      let more = points.count > 8 ? " and \(points.count - 8) more" : ""
      let why = showsReasons ? points[0].reason.description : points[0].reason.word
      return "\(name)missing: \(labels.joined(separator: ", "))\(more): \(why)."
    }
    let rest = order.dropFirst(10).reduce(0) { $0 + (members[$1]?.count ?? 0) }
    return lines + (rest > 0 ? ["\(name)and \(counted(rest, "more missing point"))."] : [])
  }
}

extension String {
  var trimmedEnd: String {
    var result = self
    while result.last == " " { result.removeLast() }
    return result
  }
}
