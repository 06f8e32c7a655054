extension HTMLReport {
  var figureSection: String { section("Figures", figures, kind: "figures") }

  /// As many beside each other as there is room for.
  var diagnosticSection: String { section("Diagnostics", diagnostics, kind: "diagnostics") }

  private func section(_ title: String, _ figures: [Figure], kind: String) -> String {
    guard !figures.isEmpty else { return "" }
    let drawn = figures.map { figure in
      "<figure>\n\(figure.svg)<figcaption>\(esc(figure.caption))</figcaption>\n"
        + "</figure>\n"
    }
    return "<section>\n<h2>\(title)</h2>\n<div class=\"\(kind)\">\n" + drawn.joined()
      + "</div>\n</section>\n"
  }
}
