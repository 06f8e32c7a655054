/// A finished figure.
public struct Figure: Hashable, Sendable {
  /// The title, as it stands in the figure.
  public let title: String
  /// What it shows, for the text below it; full sentences.
  public let caption: String
  /// A self-contained SVG document.
  public let svg: String

  /// Creates a figure.
  public init(title: String, caption: String, svg: String) {
    self.title = title
    self.caption = caption
    self.svg = svg
  }

  /// The width of the drawing in its own units, of which most text is 12 high.
  var width: Double {
    let box = svg.firstRange(of: "viewBox=\"").map { svg[$0.upperBound...].prefix { $0 != "\"" } }
    return box?.split(separator: " ").dropFirst(2).first.flatMap { Double($0) } ?? 640
  }

  /// The width in a printed report, millimetres: three figures have room on a page, and most text is
  /// 5.5 points high.
  var paperWidth: Double { width * 5.5 * 25.4 / 72 / FigureStyle.units }

  /// A figure that says why there is nothing to draw.
  static func empty(title: String, reason: String, style: FigureStyle = .screen) -> Figure {
    var canvas = SVGCanvas(width: style.sheetWidth ?? 640, height: 90)
    Heading(title: title, subtitle: reason, warning: nil, style: FigureStyle()).draw(
      &canvas, x: 24)
    return Figure(
      title: title, caption: reason, svg: canvas.document(title: title, style: style))
  }
}
