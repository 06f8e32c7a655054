/// Several charts on one sheet, row by row, under one title.
enum PanelFigure {
  /// The size of a panel's plot: two panels, or two sheets of one, have room on a page.
  static let plot = (width: 340.0, height: 230.0)

  /// Lays panels out.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - subtitle: A line below it.
  ///   - warning: What a grid with holes makes of it; nil for nothing.
  ///   - legend: Rows that hold for all panels; they stand in one line.
  ///   - panels: The charts; at least one.
  ///   - columns: Panels in a row, at most.
  /// - Returns: The SVG.
  static func draw(
    title: String, subtitle: String, warning: String? = nil, legend: [LegendRow] = [],
    panels: [Chart], columns: Int = 2
  ) -> String {
    let size = (width: panels[0].canvas.width, height: panels[0].canvas.height)
    let shown = min(columns, panels.count)
    let rows = (panels.count + shown - 1) / shown
    // A lone panel may be narrower than its titles.
    let width = max(
      Double(shown) * size.width, Chart.left + Double(title.count) * 8.5,
      Chart.left + Double(subtitle.count) * 6.2)
    let legend = lines(legend, width: width - Chart.left)
    let head = warning == nil ? 46.0 : 66
    let top = head - 22 + 20 * Double(legend.count)
    var canvas = SVGCanvas(width: width, height: top + Double(rows) * size.height)
    canvas.text(title, x: Chart.left, y: 26, size: 15, bold: true)
    canvas.text(subtitle, x: Chart.left, y: 46, .muted, size: 12)
    if let warning { canvas.text(warning, x: Chart.left, y: 66, .warning, bold: true) }
    for (index, line) in legend.enumerated() {
      var x = Chart.left
      for row in line {
        canvas.legend(row, x: x, y: head + 22 + 20 * Double(index))
        x += row.width
      }
    }
    for (index, panel) in panels.enumerated() {
      canvas.place(
        panel.canvas, x: Double(index % shown) * size.width,
        y: top + Double(index / shown) * size.height)
    }
    return canvas.document(title: title)
  }

  /// As many rows of a legend beside each other as have room.
  private static func lines(_ legend: [LegendRow], width: Double) -> [[LegendRow]] {
    var lines: [[LegendRow]] = []
    var left = 0.0
    for row in legend {
      if row.width > left {
        lines.append([])
        left = width
      }
      lines[lines.count - 1].append(row)
      left -= row.width
    }
    return lines
  }
}
