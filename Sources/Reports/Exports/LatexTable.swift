public import Analysis
import Fitting
import SweepModel

/// Fits as a table for papers.
public enum LatexTable {
  /// A `tabular` with rules of the package booktabs: for every group the formula, its parameters,
  /// what is derived from them, and in small print objective, points and method.
  ///
  /// Estimates are rounded to two significant digits of their standard error, intervals to the same
  /// decimal. A grid with holes says so at its exponents and in the small print.
  public static func text(_ reports: [FitReport]) -> String {
    let blocks = reports.flatMap { report in report.groups.map { block(report, $0) } }
    let head = [
      "% needs \\usepackage{amsmath,booktabs}", "\\begin{tabular}{llll}", "\\toprule",
      row(["quantity", "estimate $\\pm$ standard error", "95\\,\\% interval", "theory"]),
    ]
    let body = blocks.flatMap { ["\\midrule"] + $0 }
    return (head + body + ["\\bottomrule", "\\end{tabular}", ""]).joined(separator: "\n")
  }

  private static func row(_ cells: [String]) -> String {
    cells.joined(separator: " & ") + " \\\\"
  }

  private static func wide(_ text: String) -> String { "\\multicolumn{4}{l}{\(text)} \\\\" }

  private static func small(_ text: String) -> String { wide("\\footnotesize \(text)") }

  private static func block(_ report: FitReport, _ group: FitGroup) -> [String] {
    let request = report.request
    let heading = [request.name, group.title].filter { !$0.isEmpty }.map(TeX.escaped)
    let named = zip(TeX.inputs(request.form) + ["L"], request.inputs + [request.y])
      .map { "$\($0)$ = \(TeX.escaped($1))" }
    let head = [
      wide("\(heading.joined(separator: ", ")): $\(TeX.formula(request.form))$"),
      small(named.joined(separator: ", ")),
    ]
    guard let fit = group.fit else {
      guard case .refused(let reason) = group.outcome else { return head }
      return head + [small("no fit: \(TeX.escaped(reason))")]
    }
    let derived = fit.derived.map { row(["$\(TeX.symbol($0.name))$"] + cells($0, fit) + [""]) }
    return head
      + zip(fit.form.parameters, fit.parameters).map { parameter, estimate in
        row(
          [title(parameter, group)] + cells(estimate, fit)
            + [parameter.name == fit.exponent.name ? theory(group) : ""])
      } + (derived.isEmpty ? [] : ["\\addlinespace"] + derived) + ["\\addlinespace"]
      + notes(group, fit).map(small)
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
    let rounded = RoundedEstimate(estimate)
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

  private static func notes(_ group: FitGroup, _ fit: Fit) -> [String] {
    let value = RoundedEstimate(value: fit.objectiveValue).estimate
    let facts =
      "objective \(TeX.escaped(fit.objective.label)) $= \(value)$, $n = \(fit.pointCount)$"
      + (fit.converged ? "" : ", not converged")
      + (group.completeness.map { "; \(TeX.escaped($0.summary))" } ?? "")
    return [facts, TeX.escaped(FitText.method(fit))]
  }
}
