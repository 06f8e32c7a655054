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
      \(ComparisonTable.html(report, escaped: esc))\(sources(report))\(points(report))<ul class="notes">
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

  /// Which points each fit took, by rule and by hash; of several groups the rules once, where they
  /// are the same.
  private func points(_ report: FitReport) -> String {
    if report.groups.count == 1 {
      let group = report.groups[0]
      return "<p class=\"notes\">Points: \(esc(rules(group))); SHA-256 \(hash(group))</p>\n"
    }
    var order: [String] = []
    var holders: [String: [FitGroup]] = [:]
    for group in report.groups {
      let text = rules(group)
      if holders[text] == nil { order.append(text) }
      holders[text, default: []].append(group)
    }
    let lines = order.map { text in
      let groups = holders[text] ?? []
      let count =
        groups.count == report.groups.count
        ? "every group" : groups.count == 1 ? groups[0].title : "\(groups.count) groups"
      return "<p class=\"notes\">Points of \(esc(count)): \(esc(text))</p>\n"
    }
    let hashes = report.groups.map { "<dt>\(esc($0.title))</dt><dd>\(hash($0))</dd>" }
    return lines.joined() + "<details class=\"notes\"><summary>SHA-256 of the points of "
      + "\(report.groups.count) groups</summary>\n<dl>\(hashes.joined())</dl></details>\n"
  }

  private func rules(_ group: FitGroup) -> String {
    let rules = group.rules.rules.map { rule in
      rule.name + (rule.leftOut > 0 ? " (\(rule.leftOut) left out)" : "")
    }
    return "\(rules.joined(separator: ", ")); clusters: \(group.rules.clusters)"
  }

  private func hash(_ group: FitGroup) -> String {
    "<code>\(group.dataHash.prefix(16))…</code>"
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
