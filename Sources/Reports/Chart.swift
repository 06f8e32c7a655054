/// The frame of a figure or of a panel of one: title, axes, grid, and what stands beside the plot.
struct Chart {
  /// What stands beside the plot, or below it where there is no room.
  enum Side {
    case nothing
    case legend([LegendRow])
    case colourBar
  }

  /// An axis in words and numbers.
  typealias Scaling = (title: String, scale: Axis.Scale, range: ClosedRange<Double>)

  /// Where the plot begins.
  static let left = 76.0

  var canvas: SVGCanvas
  var x: Axis
  var y: Axis
  let title: String
  /// The plot's upper edge.
  let top: Double
  let plotWidth: Double
  let plotHeight: Double
  let style: FigureStyle
  private let side: Side

  /// The frame of a whole figure.
  ///
  /// - Parameters:
  ///   - plot: The plot's size on a screen; a style of a width has its own.
  ///   - note: What is a choice of more; stands there without the title, too.
  ///   - side: What stands beside the plot; drawn by ``drawSide()`` but for a colour bar.
  init(
    title: String, subtitle: String, note: String = "", warning: String? = nil, x: Scaling,
    y: Scaling,
    plot: (width: Double, height: Double) = (560, 340), side: Side = .nothing,
    style: FigureStyle = .screen
  ) {
    let heading = Heading(
      title: title, subtitle: subtitle, note: note, warning: warning, style: style)
    let right = Self.right(side, style)
    let width = style.sheetWidth.map { max(140, $0 - Self.left - right) } ?? plot.width
    let ratio = max(plot.height / plot.width, style.sheetWidth == nil ? 0 : 0.66)
    self.init(
      title: title, x: x, y: y, plot: (width, min(480, ratio * width)), side: side, style: style,
      top: heading.height + 16, right: right)
    heading.draw(&canvas, x: style.isRoomy ? Self.left : 12)
  }

  /// The frame of a panel.
  init(
    panel title: String, x: Scaling, y: Scaling, plot: (width: Double, height: Double),
    side: Side = .nothing, style: FigureStyle
  ) {
    self.init(
      title: title, x: x, y: y, plot: plot, side: side, style: style,
      top: title.isEmpty ? 14 : 34, right: Self.right(side, style))
    let room = canvas.width - Self.left - 4
    canvas.text(
      TextWidth.shortened(title, size: 13, bold: true, width: room), x: Self.left, y: 22, size: 13,
      bold: true)
  }

  private init(
    title: String, x: Scaling, y: Scaling, plot: (width: Double, height: Double), side: Side,
    style: FigureStyle, top: Double, right: Double
  ) {
    let floor = top + plot.height
    let width = Self.left + plot.width + right
    var below = 58.0
    if case .legend(let rows) = side, !style.isRoomy {
      below += LegendRow.lines(rows, width: width - 24).height
    }
    self.canvas = SVGCanvas(width: width, height: floor + below)
    self.x = Axis(
      title: x.title, scale: x.scale, range: x.range, pixels: (Self.left, Self.left + plot.width))
    self.y = Axis(title: y.title, scale: y.scale, range: y.range, pixels: (floor, top))
    self.title = title
    self.top = top
    self.plotWidth = plot.width
    self.plotHeight = plot.height
    self.style = style
    self.side = side
  }

  /// The room at the right of the plot.
  private static func right(_ side: Side, _ style: FigureStyle) -> Double {
    switch side {
    case .nothing: 24
    case .colourBar: 102
    case .legend(let rows): style.isRoomy ? 32 + (rows.map(\.width).max() ?? 0) : 24
    }
  }

  private var floor: Double { top + plotHeight }

  /// Grid, ticks, axis lines and titles; call it before or after the data as they should lie.
  mutating func drawAxes(gridLines: Bool = true) {
    let right = Self.left + plotWidth
    for tick in x.separated(x.ticks, gap: 6, extent: Axis.labelWidth) {
      let at = x.position(tick.value)
      if gridLines && tick.label != nil { canvas.line((at, top), (at, floor), .grid) }
      canvas.line((at, floor), (at, floor + (tick.label == nil ? 3 : 6)), .muted)
      if let label = tick.label {
        canvas.text(label, x: at, y: floor + 21, .muted, anchor: .middle)
      }
    }
    for tick in y.separated(y.ticks, gap: 1, extent: { _ in 12 }) {
      let at = y.position(tick.value)
      if gridLines && tick.label != nil { canvas.line((Self.left, at), (right, at), .grid) }
      canvas.line((Self.left - (tick.label == nil ? 3 : 6), at), (Self.left, at), .muted)
      if let label = tick.label {
        canvas.text(label, x: Self.left - 10, y: at + 4, .muted, anchor: .end)
      }
    }
    canvas.line((Self.left, floor), (right, floor), .muted)
    canvas.line((Self.left, top), (Self.left, floor), .muted)
    canvas.text(
      TextWidth.shortened(x.title, size: 13, width: canvas.width - Self.left),
      x: Self.left + plotWidth / 2, y: floor + 45, size: 13, anchor: .middle)
    canvas.text(
      TextWidth.shortened(y.title, size: 13, width: plotHeight + top + 20), x: 20,
      y: top + plotHeight / 2, size: 13, anchor: .middle, rotated: true)
  }

  /// Draws the legend that the frame was made for.
  mutating func drawSide() {
    guard case .legend(let rows) = side else { return }
    guard style.isRoomy else {
      return LegendRow.lines(rows, width: canvas.width - 24).draw(&canvas, x: 12, y: floor + 70)
    }
    drawLegend(rows, x: Self.left + plotWidth + 20, y: top + 14, backed: false)
  }

  /// A bar of viridis at the right with the values that its colours stand for.
  mutating func drawColourBar(title: String, scale: Axis.Scale, range: ClosedRange<Double>) {
    canvas.colourBar(
      Axis(title: title, scale: scale, range: range, pixels: (floor, top)),
      x: Self.left + plotWidth + 20)
  }

  /// A point on the canvas.
  func point(_ xValue: Double, _ yValue: Double) -> (Double, Double) {
    (x.position(xValue), y.position(yValue))
  }

  /// Draws data that must not leave the frame.
  mutating func drawClipped(_ draw: (inout SVGCanvas) -> Void) {
    canvas.clipped(x: Self.left, y: top, width: plotWidth, height: plotHeight, draw)
  }

  /// The finished figure.
  var document: String { canvas.document(title: title, style: style) }
}
