/// Measures over the steps of a run, a panel a kind of measure, with the run's phases shaded behind them.
public enum ProgressFigure {
  /// One measure.
  public struct Line: Sendable {
    let name: String
    let points: [(step: Int, value: Double)]

    /// Points by step, ascending.
    public init(_ name: String, _ points: [(step: Int, value: Double)]) {
      self.name = name
      self.points = points
    }
  }

  /// Measures of one unit.
  public struct Panel: Sendable {
    let title: String
    let axis: String
    let isLog: Bool
    let lines: [Line]

    /// A panel; what has no logarithm is left out of one with a logarithmic axis.
    public init(_ title: String, axis: String, isLog: Bool = false, _ lines: [Line]) {
      self.title = title
      self.axis = axis
      self.isLog = isLog
      self.lines = lines
    }
  }

  /// Steps with a name.
  public struct Span: Sendable {
    let name: String
    let steps: ClosedRange<Int>

    /// The steps from one to another.
    public init(_ name: String, _ steps: ClosedRange<Int>) {
      self.name = name
      self.steps = steps
    }
  }

  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#7a5195", "#56b4e9", "#b8860b"]
  private static let shades = ["#0072b2", "#e69f00", "#009e73"]

  /// Draws the panels of one run.
  ///
  /// - Parameters:
  ///   - source: The sweep's name and what tells the run from its others.
  ///   - caption: What the lines are, full sentences.
  ///   - phases: In their order; none to shade nothing.
  public static func draw(
    _ panels: [Panel], source: String, caption: String, phases: [Span],
    style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): what has been learned, by step"
    let steps = panels.flatMap { $0.lines.flatMap { $0.points.map { Double(max(1, $0.step)) } } }
    guard let range = Axis.range(around: steps, scale: .log, margin: 0.02) else {
      return .empty(title: title, reason: "No step to draw.", style: style)
    }
    let charts = panels.compactMap { chart($0, range, phases, style) }
    guard !charts.isEmpty else {
      return .empty(title: title, reason: "No number to draw.", style: style)
    }
    let legend = phases.enumerated().map { index, phase in
      LegendRow(mark: .band(shades[index % shades.count]), text: phase.name)
    }
    return Figure(
      title: title, caption: caption,
      svg: PanelFigure.draw(
        title: title, subtitle: phases.isEmpty ? "" : "shaded: the phases found by rule",
        legend: legend, panels: charts, style: style))
  }

  private static func chart(
    _ panel: Panel, _ range: ClosedRange<Double>, _ phases: [Span], _ style: FigureStyle
  ) -> Chart? {
    let scale: Axis.Scale = panel.isLog ? .log : .linear
    let values = panel.lines.flatMap { $0.points.map(\.value) }
    guard let yRange = Axis.range(around: values, scale: scale) else { return nil }
    let rows = panel.lines.enumerated().map { index, line in
      LegendRow(mark: .line(colors[index % colors.count], dash: nil), text: line.name)
    }
    let right = style.isRoomy ? 32 + (rows.map(\.width).max() ?? 0) : 24
    var chart = Chart(
      panel: panel.title, x: ("step", .log, range), y: (panel.axis, scale, yRange),
      plot: PanelFigure.plot(right: right, style), side: .legend(rows), style: style)
    chart.shade(phases, shades, range)
    chart.drawAxes()
    let (x, y) = (chart.x, chart.y)
    chart.drawClipped { canvas in
      for (index, line) in panel.lines.enumerated() {
        let points = line.points.filter { $0.value.isFinite && (!panel.isLog || $0.value > 0) }
          .map { (x.position(Double(max(1, $0.step))), y.position($0.value)) }
        canvas.path(points, .color(colors[index % colors.count]), width: 2)
      }
    }
    chart.drawSide()
    return chart
  }
}

extension Chart {
  /// Shades steps behind everything else.
  fileprivate mutating func shade(
    _ phases: [ProgressFigure.Span], _ shades: [String], _ range: ClosedRange<Double>
  ) {
    for (index, phase) in phases.enumerated() {
      let low = x.position(max(range.lowerBound, Double(max(1, phase.steps.lowerBound))))
      let high = x.position(min(range.upperBound, Double(max(1, phase.steps.upperBound))))
      guard high > low else { continue }
      canvas.rect(
        x: low, y: top, width: high - low, height: plotHeight,
        .color(shades[index % shades.count]), opacity: 0.1)
    }
  }
}
