/// Builds an SVG: shapes in, text out; every text and attribute from outside is escaped.
///
/// Neutral colours carry a class as well (`ink`, `muted`, `grid`, `paper`), so that a page can
/// restyle them for the dark; alone the file is complete.
struct SVGCanvas {
  let width: Double
  let height: Double
  private var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t", "\r": result.unicodeScalars.append(scalar)
      case let control where control.value < 0x20: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  mutating func line(
    _ from: (Double, Double), _ to: (Double, Double), _ paint: Paint, width: Double = 1,
    dash: String? = nil
  ) {
    body +=
      "<line x1=\"\(px(from.0))\" y1=\"\(px(from.1))\" x2=\"\(px(to.0))\" y2=\"\(px(to.1))\""
      + paint.attribute("stroke") + stroke(width, dash) + "/>\n"
  }

  mutating func path(
    _ points: [(Double, Double)], _ paint: Paint, width: Double = 1.75, dash: String? = nil,
    opacity: Double = 1
  ) {
    guard points.count > 1 else { return }
    body +=
      "<path d=\"\(data(points))\" fill=\"none\"" + paint.attribute("stroke")
      + stroke(width, dash) + fade("stroke", opacity)
      + " stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n"
  }

  mutating func area(_ points: [(Double, Double)], _ paint: Paint, opacity: Double) {
    guard points.count > 2 else { return }
    body +=
      "<path d=\"\(data(points))Z\"" + paint.attribute("fill") + fade("fill", opacity) + "/>\n"
  }

  mutating func circle(
    _ center: (Double, Double), radius: Double, _ paint: Paint, opacity: Double = 1,
    outlined: Bool = false
  ) {
    let outline = outlined ? " stroke=\"#ffffff\" stroke-width=\"1.2\"" : ""
    body +=
      "<circle cx=\"\(px(center.0))\" cy=\"\(px(center.1))\" r=\"\(px(radius))\""
      + paint.attribute("fill") + fade("fill", opacity) + outline + "/>\n"
  }

  /// Many small dots as one path, a tenth of the size of as many circles.
  mutating func dots(
    _ points: [(Double, Double)], radius: Double, _ paint: Paint, opacity: Double = 1
  ) {
    guard !points.isEmpty else { return }
    body +=
      "<path d=\"" + points.map { "M\(px($0.0)) \(px($0.1))h0" }.joined()
      + "\" fill=\"none\"" + paint.attribute("stroke") + stroke(2 * radius, nil)
      + fade("stroke", opacity) + " stroke-linecap=\"round\"/>\n"
  }

  /// All of another canvas, its corner at a place.
  mutating func place(_ other: SVGCanvas, x: Double, y: Double) {
    body += "<g transform=\"translate(\(px(x)) \(px(y)))\">\n" + other.body + "</g>\n"
  }

  mutating func rect(
    x: Double, y: Double, width: Double, height: Double, _ paint: Paint, opacity: Double = 1
  ) {
    body +=
      "<rect x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\""
      + paint.attribute("fill") + fade("fill", opacity) + "/>\n"
  }

  /// A small cross in the middle of a cell: nothing is known.
  mutating func hole(_ box: (x: Double, y: Double, width: Double, height: Double)) {
    let (x, y) = (box.x + box.width / 2, box.y + box.height / 2)
    let arm = 0.18 * min(box.width, box.height)
    line((x - arm, y - arm), (x + arm, y + arm), .muted)
    line((x - arm, y + arm), (x + arm, y - arm), .muted)
  }

  /// An arrow upwards from a place: more than this.
  mutating func arrow(_ from: (Double, Double), _ paint: Paint) {
    let tip = from.1 - 17
    line(from, (from.0, tip), paint, width: 1.5)
    path(
      [(from.0 - 3.2, tip + 4.5), (from.0, tip), (from.0 + 3.2, tip + 4.5)], paint, width: 1.5)
  }

  /// Escaped text in which every `^{…}` is raised.
  private static func raised(_ text: String) -> String {
    var rest = text[...]
    var result = ""
    var isShifted = false
    while let open = rest.firstRange(of: "^{"),
      let close = rest[open.upperBound...].firstIndex(of: "}")
    {
      let inner = escape(String(rest[open.upperBound..<close]))
      result += lowered(rest[..<open.lowerBound], isShifted)
      result += "<tspan dy=\"-0.45em\" font-size=\"0.78em\">\(inner)</tspan>"
      rest = rest[rest.index(after: close)...]
      isShifted = true
    }
    return result + lowered(rest, isShifted)
  }

  /// Text back on the line after a raised one.
  private static func lowered(_ text: Substring, _ isShifted: Bool) -> String {
    let escaped = escape(String(text))
    return isShifted ? "<tspan dy=\"0.35em\">\(escaped)</tspan>" : escaped
  }

  /// A line of text; `^{…}` in it is raised.
  mutating func text(
    _ text: String, x: Double, y: Double, _ paint: Paint = .ink, size: Double = 12,
    anchor: Anchor = .start, bold: Bool = false, rotated: Bool = false
  ) {
    let turn = rotated ? " transform=\"rotate(-90 \(px(x)) \(px(y)))\"" : ""
    let weight = bold ? " font-weight=\"600\"" : ""
    body +=
      "<text x=\"\(px(x))\" y=\"\(px(y))\" font-size=\"\(px(size))\""
      + " text-anchor=\"\(anchor.rawValue)\"" + paint.attribute("fill") + weight + turn
      + ">\(Self.raised(text))</text>\n"
  }

  /// A bitmap stretched over a rectangle without smoothing.
  mutating func image(_ uri: String, x: Double, y: Double, width: Double, height: Double) {
    body +=
      "<image x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\""
      + " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"\(uri)\"/>\n"
  }

  /// Everything that `draw` draws is cut off at the rectangle.
  mutating func clipped(
    x: Double, y: Double, width: Double, height: Double, _ draw: (inout SVGCanvas) -> Void
  ) {
    body +=
      "<svg x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\""
      + " viewBox=\"\(px(x)) \(px(y)) \(px(width)) \(px(height))\" overflow=\"hidden\">\n"
    draw(&self)
    body += "</svg>\n"
  }

  /// The whole file, as wide as the style says; `title` is what screen readers say.
  func document(title: String, style: FigureStyle) -> String {
    let inches = style.inches.map { (px($0), px($0 * height / width)) }
    let size = inches.map { ("\($0.0)in", "\($0.1)in") } ?? (px(width), px(height))
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(px(width)) \(px(height))\""
      + " width=\"\(size.0)\" height=\"\(size.1)\" role=\"img\" font-family=\""
      + "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
      + "\">\n<title>\(Self.escape(title))</title>\n<rect width=\"100%\" height=\"100%\""
      + Paint.paper.attribute("fill") + "/>\n" + body + "</svg>\n"
  }

  private func data(_ points: [(Double, Double)]) -> String {
    "M" + points.map { "\(px($0.0)) \(px($0.1))" }.joined(separator: "L")
  }

  private func stroke(_ width: Double, _ dash: String?) -> String {
    " stroke-width=\"\(px(width))\"" + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "")
  }

  private func fade(_ property: String, _ opacity: Double) -> String {
    opacity < 1 ? " \(property)-opacity=\"\(px(opacity))\"" : ""
  }

  private func px(_ value: Double) -> String { Number.pixel(value) }
}
