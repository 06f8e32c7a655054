import Fitting

/// Titles of axes, with symbol and unit.
public enum AxisTitle {
  /// The title of a number that workloads and grids use; other names stand for themselves.
  ///
  /// - Parameters:
  ///   - name: Such as `parameters` or `loss.final`.
  ///   - lossUnit: The unit of losses; nil prints none.
  public static func of(_ name: String, lossUnit: String? = "bits") -> String {
    switch name {
    case "parameters": return "Parameters N"
    case "samples": return "Training samples D"
    case "step", "steps": return "Optimiser step S"
    case "width": return "Hidden width"
    default:
      guard name == "loss" || name.hasPrefix("loss.") else { return name }
      let kind =
        switch name {
        case "loss", "loss.final": "Test loss"
        case "loss.minimum", "loss.min", "loss.best": "Least test loss"
        default: name
        }
      return lossUnit.map { "\(kind) (\($0))" } ?? kind
    }
  }
}

/// The frame of a figure: title, axes, grid, and a legend at the right or inside.
struct Chart {
  /// A row of a legend.
  struct LegendRow {
    enum Mark {
      case line(String, dash: String?)
      case lineInk(dash: String)
      case dot(String)
      case smallDot(String)
      case band(String)
      case none
    }

    let mark: Mark
    let text: String
  }

  static let left = 76.0
  static let top = 62.0
  static let bottom = 58.0

  var canvas: SVGCanvas
  let x: Axis
  var y: Axis
  let title: String
  let plotWidth: Double
  let plotHeight: Double

  init(
    title: String, subtitle: String, warning: String? = nil,
    x: (title: String, scale: Axis.Scale, range: ClosedRange<Double>),
    y: (title: String, scale: Axis.Scale, range: ClosedRange<Double>),
    plot: (width: Double, height: Double) = (560, 340), right: Double = 24
  ) {
    let bottomEdge = Self.top + plot.height
    self.canvas = SVGCanvas(
      width: Self.left + plot.width + right, height: bottomEdge + Self.bottom)
    self.x = Axis(
      title: x.title, scale: x.scale, range: x.range, pixels: (Self.left, Self.left + plot.width))
    self.y = Axis(title: y.title, scale: y.scale, range: y.range, pixels: (bottomEdge, Self.top))
    self.title = title
    self.plotWidth = plot.width
    self.plotHeight = plot.height
    canvas.text(title, x: Self.left, y: 26, size: 16, bold: true)
    canvas.text(subtitle, x: Self.left, y: 46, .muted, size: 12)
    if let warning {
      canvas.text(
        warning, x: Self.left + plot.width, y: 26, .warning, size: 12, anchor: .end, bold: true)
    }
  }

  /// Grid, ticks, axis lines and titles; call it before or after the data as they should lie.
  mutating func drawAxes(gridLines: Bool = true) {
    let floor = Self.top + plotHeight
    let right = Self.left + plotWidth
    for tick in x.ticks {
      let at = x.position(tick.value)
      if gridLines && tick.label != nil { canvas.line((at, Self.top), (at, floor), .grid) }
      canvas.line((at, floor), (at, floor + (tick.label == nil ? 3 : 6)), .muted)
      if let label = tick.label {
        canvas.text(label, x: at, y: floor + 21, .muted, anchor: .middle)
      }
    }
    for tick in y.ticks {
      let at = y.position(tick.value)
      if gridLines && tick.label != nil { canvas.line((Self.left, at), (right, at), .grid) }
      canvas.line((Self.left - (tick.label == nil ? 3 : 6), at), (Self.left, at), .muted)
      if let label = tick.label {
        canvas.text(label, x: Self.left - 10, y: at + 4, .muted, anchor: .end)
      }
    }
    canvas.line((Self.left, floor), (right, floor), .muted)
    canvas.line((Self.left, Self.top), (Self.left, floor), .muted)
    canvas.text(
      x.title, x: Self.left + plotWidth / 2, y: floor + 45, size: 13, anchor: .middle)
    canvas.text(
      y.title, x: 20, y: Self.top + plotHeight / 2, size: 13, anchor: .middle, rotated: true)
  }

  /// A point on the canvas.
  func point(_ xValue: Double, _ yValue: Double) -> (Double, Double) {
    (x.position(xValue), y.position(yValue))
  }

  /// Draws data that must not leave the frame.
  mutating func drawClipped(_ draw: (inout SVGCanvas) -> Void) {
    canvas.clipped(x: Self.left, y: Self.top, width: plotWidth, height: plotHeight, draw)
  }

  /// A legend with its top left corner at a place.
  mutating func drawLegend(_ rows: [LegendRow], x: Double, y: Double, backed: Bool) {
    if backed {
      let widest = rows.map(\.text.count).max() ?? 0
      canvas.rect(
        x: x - 8, y: y - 14, width: 46 + Double(widest) * 6.4, height: Double(rows.count) * 19 + 8,
        .paper, opacity: 0.86)
    }
    for (index, row) in rows.enumerated() {
      let at = y + Double(index) * 19
      switch row.mark {
      case .line(let color, let dash):
        canvas.line((x, at - 4), (x + 24, at - 4), .color(color), width: 2.2, dash: dash)
      case .lineInk(let dash):
        canvas.line((x, at - 4), (x + 24, at - 4), .muted, width: 1.5, dash: dash)
      case .dot(let color): canvas.circle((x + 12, at - 4), radius: 4.5, .color(color))
      case .smallDot(let color):
        canvas.circle((x + 12, at - 4), radius: 2.6, .color(color), opacity: 0.45)
      case .band(let color):
        canvas.rect(x: x, y: at - 10, width: 24, height: 11, .color(color), opacity: 0.18)
      case .none:
        canvas.text(row.text, x: x, y: at, .muted, size: 12)
        continue
      }
      canvas.text(row.text, x: x + 32, y: at, size: 12)
    }
  }

  /// At most so many evenly chosen entries, the first and the last among them; 16 is what a legend
  /// holds.
  static func thinned<Entry>(_ entries: [Entry], to count: Int = 16) -> [Entry] {
    guard entries.count > count else { return entries }
    return (0..<count).map { entries[$0 * (entries.count - 1) / (count - 1)] }
  }

  /// The finished figure.
  var document: String { canvas.document(title: title) }
}
