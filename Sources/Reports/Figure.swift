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

  /// A figure that says why there is nothing to draw.
  static func empty(title: String, reason: String) -> Figure {
    var canvas = SVGCanvas(width: 640, height: 120)
    canvas.text(title, x: 24, y: 36, size: 16, bold: true)
    canvas.text(reason, x: 24, y: 66, .muted)
    return Figure(title: title, caption: reason, svg: canvas.document(title: title))
  }
}
