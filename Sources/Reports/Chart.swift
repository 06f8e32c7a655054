/// The frame of a figure or of a panel of one: title, axes, grid, and a legend at the right or
/// inside.
struct Chart {
  static let left = 76.0
  static let top = 62.0
  static let bottom = 58.0

  var canvas: SVGCanvas
  var x: Axis
  var y: Axis
  let title: String
  let plotWidth: Double
  let plotHeight: Double

  init(
    title: String, subtitle: String, warning: String? = nil,
    x: (title: String, scale: Axis.Scale, range: ClosedRange<Double>),
    y: (title: String, scale: Axis.Scale, range: ClosedRange<Double>),
    plot: (width: Double, height: Double) = (560, 340), right: Double = 24,
    isPanel: Bool = false
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
    guard !isPanel else {
      canvas.text(title, x: Self.left, y: 50, size: 13, bold: true)
      return
    }
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

  /// At most so many evenly chosen entries, the first and the last among them; 16 is what a legend
  /// holds.
  static func thinned<Entry>(_ entries: [Entry], to count: Int = 16) -> [Entry] {
    guard entries.count > count else { return entries }
    return (0..<count).map { entries[$0 * (entries.count - 1) / (count - 1)] }
  }

  /// The finished figure.
  var document: String { canvas.document(title: title) }
}
