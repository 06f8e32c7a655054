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
  var width: Double { (isHeading ? 14 : 46) + TextWidth.of(text, size: 12) }

  private var isHeading: Bool { if case .none = mark { true } else { false } }

  /// At most so wide a row.
  static let widest = 300.0

  init(mark: Mark, text: String) {
    self.mark = mark
    self.text = TextWidth.shortened(text, size: 12, width: Self.widest)
  }

  /// What a legend says below an even choice of so many rows out of more; none where it has all.
  static func more(shown: Int, of count: Int, _ what: String) -> [LegendRow] {
    shown == count ? [] : [LegendRow(mark: .none, text: "\(shown) of \(count) \(what) named")]
  }

  /// Rows beside each other, as many in a line as have room.
  static func lines(_ rows: [LegendRow], width: Double) -> LegendLines {
    var lines: [[LegendRow]] = []
    var left = 0.0
    for row in rows {
      if row.width > left || lines.isEmpty {
        lines.append([])
        left = width
      }
      lines[lines.count - 1].append(row)
      left -= row.width
    }
    return LegendLines(lines: lines)
  }
}

/// A legend in lines.
struct LegendLines {
  let lines: [[LegendRow]]

  var height: Double { 20 * Double(lines.count) }

  /// Draws the lines; the first one's text stands on `y`.
  func draw(_ canvas: inout SVGCanvas, x: Double, y: Double) {
    for (index, line) in lines.enumerated() {
      var place = x
      for row in line {
        canvas.legend(row, x: place, y: y + 20 * Double(index))
        place += row.width
      }
    }
  }
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
