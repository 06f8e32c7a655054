import Analysis
import Fitting
import SweepModel

extension HTMLReport {
  var fitSection: String {
    guard !fits.isEmpty else { return "" }
    return "<section>\n<h2>Fits</h2>\n" + fits.map { fit($0) }.joined() + "</section>\n"
  }

  private func fit(_ report: FitReport) -> String {
    let request = report.request
    let columns = FitTable.columns(report)
    let head = columns.map { "<th scope=\"col\">\(esc($0.title))</th>" }.joined()
    let rows = report.groups.map { group in
      let cells = columns.map { column -> String in
        let text = esc(column.cell(group))
        let isHole = column.title == "grid" && group.completeness?.isComplete == false
        return isHole ? "<td class=\"hole\">\(text)</td>" : "<td>\(text)</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let notes = FitTable.footnotes(report).map { "<li>\(esc($0))</li>\n" }
    return """
      <h3>\(esc(request.name))</h3>
      <p><var>\(formula(request.form))</var> with L = \(esc(request.y)), x = \
      \(esc(request.inputs.joined(separator: ", "))); objective \(esc(request.objective.label)), summed over points.</p>
      <div class="scroll"><table class="numbers"><thead><tr>\(head)</tr></thead>
      <tbody>
      \(rows.joined())</tbody></table></div>
      \(sources(report))\(points(report))<ul class="notes">
      \(notes.joined())</ul>

      """
  }

  private func formula(_ form: FitRequest.Form) -> String {
    switch form {
    case .power: "L = b·x<sup>−c</sup>"
    case .offset: "L = E + b·x<sup>−c</sup>"
    default: esc(form.formula)
    }
  }

  /// Which points each fit took, by rule and by hash.
  private func points(_ report: FitReport) -> String {
    report.groups.map { group in
      let rules = group.rules.rules.map { rule in
        rule.name + (rule.leftOut > 0 ? " (\(rule.leftOut) left out)" : "")
      }
      let title = group.title.isEmpty ? "Points" : "Points of \(group.title)"
      return "<p class=\"notes\">\(esc(title)): \(esc(rules.joined(separator: ", "))); clusters: "
        + "\(esc(group.rules.clusters)); SHA-256 <code>\(group.dataHash.prefix(16))…</code></p>\n"
    }.joined()
  }

  /// Where the theory stands, each source once.
  private func sources(_ report: FitReport) -> String {
    var seen: [String] = []
    for theory in report.groups.compactMap(\.theory) where !seen.contains(theory.source) {
      seen.append(theory.source)
    }
    guard !seen.isEmpty else { return "" }
    return "<p class=\"notes\">Theory: \(esc(seen.joined(separator: "; "))).</p>\n"
  }
}
