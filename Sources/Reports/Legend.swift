/// A row of a legend.
struct LegendRow {
  enum Mark {
    case line(String, dash: String?)
    case lineInk(dash: String)
    case dot(String)
    case smallDot(String)
    case band(String)
    case cell(String, letter: String)
    case hole
    case arrow
    case none
  }

  let mark: Mark
  let text: String

  /// The width of the row in pixels, about.
  var width: Double { 46 + Double(text.count) * 6.4 }
}

extension SVGCanvas {
  /// Draws a row with its mark at a place.
  mutating func legend(_ row: LegendRow, x: Double, y: Double) {
    switch row.mark {
    case .line(let color, let dash):
      line((x, y - 4), (x + 24, y - 4), .color(color), width: 2.2, dash: dash)
    case .lineInk(let dash): line((x, y - 4), (x + 24, y - 4), .muted, width: 1.5, dash: dash)
    case .dot(let color): circle((x + 12, y - 4), radius: 4.5, .color(color))
    case .smallDot(let color):
      circle((x + 12, y - 4), radius: 2.6, .color(color), opacity: 0.45)
    case .band(let color):
      rect(x: x, y: y - 10, width: 24, height: 11, .color(color), opacity: 0.18)
    case .cell(let color, let letter):
      rect(x: x, y: y - 12, width: 24, height: 16, .color(color))
      text(letter, x: x + 12, y: y, .color("#1b1f24"), size: 11, anchor: .middle, bold: true)
    case .hole: hole((x, y - 12, 24, 16))
    case .arrow: arrow((x + 12, y + 4), .muted)
    case .none: return text(row.text, x: x, y: y, .muted, size: 12)
    }
    text(row.text, x: x + 32, y: y, size: 12)
  }
}

extension Chart {
  /// A legend with its top left corner at a place.
  mutating func drawLegend(_ rows: [LegendRow], x: Double, y: Double, backed: Bool) {
    if backed {
      canvas.rect(
        x: x - 8, y: y - 14, width: rows.map(\.width).max() ?? 0,
        height: Double(rows.count) * 19 + 8, .paper, opacity: 0.86)
    }
    for (index, row) in rows.enumerated() {
      canvas.legend(row, x: x, y: y + Double(index) * 19)
    }
  }
}
