public import Analysis
import Fitting
import Glibc
import SweepModel

/// Frontiers as a table for papers.
public enum FrontierLatex {
  /// A `tabular` with rules of the package booktabs: for every group and size the exponent, the
  /// intercept, the optimal sizes that were asked for, and a row for every parabola.
  public static func text(_ report: IsoFlopReport) -> String {
    let head = [
      "% needs \\usepackage{amsmath,booktabs}", "\\begin{tabular}{lll}", "\\toprule",
      row(["quantity", "estimate $\\pm$ standard error", "95\\,\\% interval"]),
    ]
    let body = report.groups.flatMap { group in block(report.fit, group) }
    let notes =
      report.groups.compactMap { group -> String? in
        switch group.outcome {
        case .fitted(let frontiers): FrontierTable.method(frontiers[0])
        case .refused(let reason):
          [group.title, "no frontier. \(reason)"]
            .filter { !$0.isEmpty }.joined(separator: ": ")
        }
      }
      + report.groups.flatMap { group in group.warnings(of: report.fit).map(\.message) }
    let unique = notes.indices.filter { notes.firstIndex(of: notes[$0]) == $0 }.map { notes[$0] }
    return
      (head + body + ["\\bottomrule", "\\end{tabular}", "\\par\\smallskip"]
      + unique.map { "{\\footnotesize \(TeX.escaped($0))\\par}" } + [""])
      .joined(separator: "\n")
  }

  private static func row(_ cells: [String]) -> String {
    cells.joined(separator: " & ") + " \\\\"
  }

  private static func wide(_ text: String) -> String { "\\multicolumn{3}{l}{\(text)} \\\\" }

  private static func block(_ fit: IsoFlopFit, _ group: IsoFlopGroup) -> [String] {
    let title = group.title.isEmpty ? "" : TeX.escaped(group.title) + ": "
    guard let frontiers = group.frontiers else {
      return ["\\midrule", wide(title + "no frontier")]
    }
    let optima = group.optima(of: fit)
    return zip(fit.sizes, frontiers).flatMap { size, frontier -> [String] in
      let name = TeX.escaped(size)
      let estimates =
        [("exponent $a$", frontier.exponent), ("$k$", frontier.intercept)]
        + optima.filter { $0.size == size }.map {
          ("optimum at $C = \(RoundedEstimate(value: $0.budget).estimate)$", $0.estimate)
        }
      let parabolas = frontier.parabolas.map { parabola in
        row([
          "$C = \(RoundedEstimate(value: parabola.budget).estimate)$, $n = \(parabola.count)$",
          "$\(RoundedEstimate(value: pow(10, parabola.log10Vertex)).estimate)$",
          "\(TeX.escaped(fit.y)) $\(RoundedEstimate(value: parabola.minimum).estimate)$",
        ])
      }
      return [
        "\\midrule",
        wide(
          "\(title)optimal \(name) $= 10^{k}\\,C^{a}$, $C$ = \(TeX.escaped(fit.budget)), "
            + "$n = \(frontier.pointCount)$"),
      ]
        + estimates.map { title, estimate in
          let rounded = RoundedEstimate(estimate)
          return row([
            title, "$\(rounded.estimate)$", rounded.interval.map { "$\($0)$" } ?? "--",
          ])
        } + ["\\addlinespace"] + parabolas
    }
  }
}
