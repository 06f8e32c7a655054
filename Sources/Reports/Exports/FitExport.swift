public import Analysis
import Fitting
import SweepModel

/// The fits as files for papers and notebooks.
public enum FitExport {
  /// A table with a header and one row for each group, numbers in full precision; RFC 4180 with LF.
  ///
  /// Every parameter NAME of any of the forms has the columns NAME, NAME_se, NAME_lo95, NAME_hi95.
  public static func csv(_ reports: [FitReport]) -> String {
    var names: [String] = []
    for name in reports.flatMap({ $0.request.form.parameters.map(\.name) })
    where !names.contains(name) {
      names.append(name)
    }
    let header =
      [
        "source", "name", "group", "x", "y", "form", "objective", "objective_value", "n",
        "clusters", "converged",
      ] + names.flatMap { [$0, "\($0)_se", "\($0)_lo95", "\($0)_hi95"] }
      + ["floor_at_bound", "theory", "points_expected", "points_missing"]
    let rows = reports.flatMap { report in report.groups.map { row(report, $0, names) } }
    return ([header] + rows)
      .map { $0.map { quoted($0) }.joined(separator: ",") + "\n" }.joined()
  }

  private static func row(
    _ report: FitReport, _ group: FitGroup, _ names: [String]
  ) -> [String] {
    let request = report.request
    let fit = group.fit
    let objective =
      request.objective.delta.map { "huber(\($0))" } ?? request.objective.name
    let head: [String] = [
      report.source, request.name, group.title, request.inputs.joined(separator: " "), request.y,
      request.form.rawValue, objective, text(fit?.objectiveValue),
      "\(fit?.pointCount ?? group.points.count)", fit.map { "\($0.clusterCount)" } ?? "",
      fit.map { "\($0.converged)" } ?? "",
    ]
    let parameters = names.flatMap { cells(fit?.parameter($0)) }
    let tail: [String] = [
      fit.map { "\($0.isFloorAtBound)" } ?? "", text(group.theory?.value),
      group.completeness.map { "\($0.expected)" } ?? "",
      group.completeness.map { "\($0.missing.count)" } ?? "",
    ]
    return head + parameters + tail
  }

  private static func cells(_ parameter: Estimate?) -> [String] {
    [
      text(parameter?.value), text(parameter?.standardError), text(parameter?.ci95?.lowerBound),
      text(parameter?.ci95?.upperBound),
    ]
  }

  private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    var doubled = ""
    for character in field { doubled += character == "\"" ? "\"\"" : String(character) }
    return "\"\(doubled)\""
  }

  /// A `tabular` with rules of the package booktabs; incomplete grids carry the word.
  public static func latex(_ reports: [FitReport]) -> String {
    var lines = [
      "\\begin{tabular}{llrllll}", "\\toprule",
      "fit & group & $n$ & exponent & 95\\,\\% interval & theory & grid \\\\", "\\midrule",
    ]
    for report in reports {
      for group in report.groups {
        let fit = group.fit
        let cells = [
          escaped(report.request.name), escaped(group.title),
          "\(fit?.pointCount ?? group.points.count)",
          fit.map { math(FitText.value($0, $0.exponent)) } ?? "no fit",
          fit.flatMap { FitText.interval($0, $0.exponent) }.map { math("[\($0)]") } ?? "--",
          group.theory.map { math(Number.fixed($0.value, 3)) } ?? "--",
          escaped(group.completeness?.summary ?? "--"),
        ]
        lines.append(cells.joined(separator: " & ") + " \\\\")
      }
    }
    return (lines + ["\\bottomrule", "\\end{tabular}", ""]).joined(separator: "\n")
  }

  private static func math(_ text: String) -> String {
    "$" + text.map { $0 == "−" ? "-" : String($0) }.joined() + "$"
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "_", "&", "%", "$", "#", "{", "}": "\\\(character)"
      case "α": "$\\alpha$"
      default: String(character)
      }
    }.joined()
  }
}
