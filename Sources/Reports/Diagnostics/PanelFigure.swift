/// Several charts on one sheet, row by row, under one title.
enum PanelFigure {
  /// The size of a panel's plot on a screen: two panels, or two sheets of one, have room on a page.
  private static let plot = (width: 340.0, height: 230.0)
  /// The same of one of many panels.
  private static let smallPlot = (width: 196.0, height: 150.0)

  /// How many panels stand beside each other.
  static func columns(of count: Int, _ style: FigureStyle) -> Int {
    min(count, style.columns(count > 4 ? 3 : 2))
  }

  /// The size of the plot of one of so many panels, `right` the room that each needs beside it.
  static func plot(
    of count: Int = 2, right: Double = 24, _ style: FigureStyle
  ) -> (width: Double, height: Double) {
    let plot = count > 4 ? smallPlot : plot
    guard let sheet = style.sheetWidth else { return plot }
    let width = max(100, sheet / Double(columns(of: count, style)) - Chart.left - right)
    return (width, min(360, plot.height / plot.width * width))
  }

  /// Lays panels out.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - subtitle: A line below it.
  ///   - note: What is a choice of more; stands there without the title, too.
  ///   - warning: What a grid with holes makes of it; nil for nothing.
  ///   - legend: Rows that hold for all panels; they stand in lines below the title.
  ///   - panels: The charts, equally large; at least one.
  ///   - style: How wide the sheet is.
  /// - Returns: The SVG.
  static func draw(
    title: String, subtitle: String, note: String = "", warning: String? = nil,
    legend: [LegendRow] = [],
    panels: [Chart], style: FigureStyle
  ) -> String {
    let size = (width: panels[0].canvas.width, height: panels[0].canvas.height)
    let columns = columns(of: panels.count, style)
    let rows = (panels.count + columns - 1) / columns
    let heading = Heading(
      title: title, subtitle: subtitle, note: note, warning: warning, style: style)
    let left = style.isRoomy ? Chart.left : 12
    // On a screen a lone panel may be narrower than its titles.
    let width = max(
      Double(columns) * size.width, style.sheetWidth ?? min(760, left + 12 + heading.width))
    let lines = LegendRow.lines(legend, width: width - left)
    let top = heading.height + lines.height + 4
    var canvas = SVGCanvas(width: width, height: top + Double(rows) * size.height)
    heading.draw(&canvas, x: left)
    lines.draw(&canvas, x: left, y: heading.height + 18)
    for (index, panel) in panels.enumerated() {
      canvas.place(
        panel.canvas, x: Double(index % columns) * size.width,
        y: top + Double(index / columns) * size.height)
    }
    return canvas.document(title: title, style: style)
  }
}
