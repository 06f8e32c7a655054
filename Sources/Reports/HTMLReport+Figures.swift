extension HTMLReport {
  var figureSection: String { section("Figures", figures, kind: "figures") }

  /// As many beside each other as there is room for.
  var diagnosticSection: String { section("Diagnostics", diagnostics, kind: "diagnostics") }

  /// What is not in the report, and why.
  var omissionSection: String {
    guard !omissions.isEmpty else { return "" }
    let items = omissions.map { "<li>\(esc($0))</li>\n" }.joined()
    return "<section>\n<h2>Left out</h2>\n<ul class=\"notes\">\n\(items)</ul>\n</section>\n"
  }

  /// Figures scroll where the page is narrower than text of theirs would be readable.
  private func section(_ title: String, _ figures: [Figure], kind: String) -> String {
    guard !figures.isEmpty else { return "" }
    let drawn = figures.map { figure in
      "<figure style=\"--screen-width:\(Number.fixed(figure.width, 0))px;--print-width:"
        + "\(Number.fixed(figure.paperWidth, 1))mm\">\n"
        + "<div class=\"scroll sheet\" tabindex=\"0\">\(figure.svg)</div>"
        + "<figcaption>\(esc(figure.caption))</figcaption>\n</figure>\n"
    }
    return "<section>\n<h2>\(title)</h2>\n<div class=\"\(kind)\">\n" + drawn.joined()
      + "</div>\n</section>\n"
  }
}
