import Analysis
import Fitting
import SweepModel

/// Forms side by side: the same cells in text, HTML and LaTeX.
enum ComparisonTable {
  static let header = ["form", "exponent", "parameters", "ΔAICc", "held-out error", ""]

  /// A row for each form, lowest AICc first.
  static func rows(_ comparison: FormComparison) -> [[String]] {
    let lowest = comparison.rows.first?.aicc ?? 0
    return comparison.rows.map { row in
      let exponent = row.exponent
      let isAdvised = comparison.advised?.form == row.form
      let remark = isAdvised ? "better in both" : row.objection?.words ?? ""
      return [
        row.form.rawValue,
        "\(exponent.name) = \(RoundedEstimate(exponent, noise: 1e-13, in: .text).estimate)",
        "\(row.form.parameters.count)", Number.fixed(row.aicc - lowest, 1),
        row.heldOut.map { "\(Number.significant(100 * $0)) %" } ?? "–",
        [row.isFitted ? "fitted" : "", remark].filter { !$0.isEmpty }.joined(separator: ", "),
      ]
    }
  }

  /// What the columns mean, and the forms that are not in them.
  static func note(_ comparison: FormComparison, x: String) -> String {
    let scales = comparison.rollOuts.map { Number.significant($0) }.joined(separator: ", ")
    let errors =
      scales.isEmpty
      ? "too few scales to hold any out"
      : "held-out error: root mean square of ln prediction − ln y from \(x) = \(scales) on, each "
        + "predicted from what lies below"
    let left = comparison.leftOut.map(\.form.rawValue)
    return "ΔAICc: above the lowest, \(errors)"
      + (left.isEmpty
        ? "." : "; no fit here of \(left.joined(separator: ", ")), and --form says why.")
  }

  /// The groups that have a comparison.
  static func all(_ report: FitReport) -> [(title: String, comparison: FormComparison)] {
    report.groups.compactMap { group in group.fit?.comparison.map { (group.title, $0) } }
  }

  /// Lines for a terminal.
  static func text(_ report: FitReport) -> [String] {
    all(report).flatMap { title, comparison in
      let cells = [header] + rows(comparison)
      let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
      let lines = cells.map { row -> String in
        var line = "    "
        for (cell, width) in zip(row, widths) {
          line += cell + String(repeating: " ", count: width - cell.count + 2)
        }
        while line.last == " " { line.removeLast() }
        return line
      }
      return ["  forms\(title.isEmpty ? "" : " of \(title)"):"] + lines
        + ["    " + note(comparison, x: report.request.inputs.joined(separator: "·"))]
    }
  }

  /// Tables for the report.
  static func html(_ report: FitReport, escaped: (String) -> String) -> String {
    all(report).map { title, comparison in
      let head = header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
      let body = rows(comparison).map { row in
        "<tr>\(row.map { "<td>\(escaped($0))</td>" }.joined())</tr>\n"
      }.joined()
      let note = escaped(note(comparison, x: report.request.inputs.joined(separator: "·")))
      return """
        <h4>Forms\(title.isEmpty ? "" : " of \(escaped(title))")</h4>
        <div class="scroll"><table class="numbers"><thead><tr>\(head)</tr></thead>
        <tbody>
        \(body)</tbody></table></div>
        <p class="notes">\(note)</p>

        """
    }.joined()
  }

  /// `tabular`s for papers.
  static func latex(_ reports: [FitReport]) -> [String] {
    reports.flatMap { report in
      all(report).flatMap { title, comparison -> [String] in
        let cells = [header] + rows(comparison)
        let lines = cells.map { row in row.map(TeX.escaped).joined(separator: " & ") + " \\\\" }
        let name = [report.request.name, title].filter { !$0.isEmpty }.joined(separator: ", ")
        return ["\\par\\smallskip", "\\begin{tabular}{llrrrl}", "\\toprule"]
          + ["\\multicolumn{6}{l}{\(TeX.escaped(name))} \\\\", lines[0], "\\midrule"]
          + lines.dropFirst() + ["\\bottomrule", "\\end{tabular}"]
          + [
            "{\\footnotesize "
              + TeX.escaped(note(comparison, x: report.request.inputs.joined(separator: "·")))
              + "\\par}"
          ]
      }
    }
  }
}
