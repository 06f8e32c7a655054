public import Analysis
import Fitting
import SweepModel

/// Fits as a table for papers.
public enum LatexTable {
  /// A `tabular` with rules of the package booktabs: for every group the formula, its parameters,
  /// what is derived from them, objective and points; below it how the intervals were made, and why
  /// a group has no fit.
  ///
  /// Estimates are rounded to two significant digits of their standard error, intervals to the same
  /// decimal. A grid with holes says so at its exponents and beside the number of points.
  public static func text(_ reports: [FitReport]) -> String {
    let blocks = reports.flatMap { report in report.groups.map { block(report, $0) } }
    let head = [
      "% needs \\usepackage{amsmath,booktabs}", "\\begin{tabular}{llll}", "\\toprule",
      row(["quantity", "estimate $\\pm$ standard error", "95\\,\\% interval", "theory"]),
    ]
    let body = blocks.flatMap { ["\\midrule"] + $0 }
    let end = ["\\bottomrule", "\\end{tabular}"]
    return (head + body + end + notes(reports) + ComparisonTable.latex(reports) + [""]).joined(
      separator: "\n")
  }

  private static func row(_ cells: [String]) -> String {
    cells.joined(separator: " & ") + " \\\\"
  }

  private static func wide(_ text: String) -> String { "\\multicolumn{4}{l}{\(text)} \\\\" }

  private static func small(_ text: String) -> String { wide("\\footnotesize \(text)") }

  private static func block(_ report: FitReport, _ group: FitGroup) -> [String] {
    let request = report.request
    let heading = [request.name, group.title].filter { !$0.isEmpty }.map(TeX.escaped)
    let named = zip(request.form.letters + ["L"], request.inputs + [request.y])
      .map { "$\($0)$ = \(TeX.escaped($1))" }
    let head = [
      wide("\(heading.joined(separator: ", ")): $\(TeX.formula(request.form))$"),
      small(named.joined(separator: ", ")),
    ]
    guard let fit = group.fit else { return head + [wide("no fit")] }
    let derived = fit.derived.map { row(["$\(TeX.symbol($0.name))$"] + cells($0, fit) + [""]) }
    return head
      + zip(fit.form.parameters, fit.parameters).map { parameter, estimate in
        row(
          [title(parameter, group)] + cells(estimate, fit)
            + [parameter.name == fit.exponent.name ? theory(group) : ""])
      } + (derived.isEmpty ? [] : ["\\addlinespace"] + derived) + ["\\addlinespace"]
      + [small(facts(group, fit))]
  }

  /// `exponent $c$`, with what a grid with holes makes of the word.
  private static func title(_ parameter: FormParameter, _ group: FitGroup) -> String {
    let symbol = "$\(TeX.symbol(parameter.name))$"
    switch parameter.role {
    case .exponent: return "\(TeX.escaped(group.exponentTitle)) \(symbol)"
    case .prefactor, .floor: return "\(parameter.role.rawValue) \(symbol)"
    case .scale, .shape: return symbol
    }
  }

  private static func cells(_ estimate: Estimate, _ fit: Fit) -> [String] {
    let rounded = FitText.rounded(fit, estimate, in: .tex)
    let isFloor = fit.form.parameters.first { $0.role == .floor }?.name == estimate.name
    let remark =
      fit.held[estimate.name] != nil
      ? " (held)" : isFloor && fit.isFloorAtBound ? " (at bound)" : ""
    return ["$\(rounded.estimate)$\(remark)", rounded.interval.map { "$\($0)$" } ?? "--"]
  }

  private static func theory(_ group: FitGroup) -> String {
    group.theory.map {
      "$\(RoundedEstimate(value: $0.value).estimate)$ (\(TeX.escaped($0.formula)))"
    } ?? ""
  }

  private static func facts(_ group: FitGroup, _ fit: Fit) -> String {
    let value = RoundedEstimate(value: fit.objectiveValue).estimate
    return "objective \(TeX.escaped(fit.objective.label)) $= \(value)$, $n = \(fit.pointCount)$"
      + (fit.converged ? "" : ", not converged")
      + (group.completeness.map { "; \(TeX.escaped($0.summary))" } ?? "")
  }

  /// What does not fit into columns, each sentence once, a paragraph each.
  private static func notes(_ reports: [FitReport]) -> [String] {
    var notes: [String] = []
    for (report, group) in reports.flatMap({ report in report.groups.map { (report, $0) } }) {
      switch group.outcome {
      case .fitted(let fit):
        notes.append(FitText.method(fit) + ".")
        let name = group.title.isEmpty ? "" : "\(group.title): "
        if let profiles = FitText.profiles(fit) { notes.append(name + profiles) }
      case .refused(let reason):
        let name = [report.request.name, group.title].filter { !$0.isEmpty }
        notes.append("\(name.joined(separator: ", ")): no fit. \(reason)")
      }
    }
    let unique = notes.indices.filter { notes.firstIndex(of: notes[$0]) == $0 }.map { notes[$0] }
    return ["\\par\\smallskip"] + unique.map { "{\\footnotesize \(TeX.escaped($0))\\par}" }
  }
}
