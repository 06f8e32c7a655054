public import Analysis

/// What grows with a size against it: a dot a run, the rising curve of every group, and where all of them
/// cross the level.
public enum CriticalFigure {
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#7a5195", "#56b4e9", "#b8860b"]

  /// Draws the groups of one sweep.
  ///
  /// - Parameters:
  ///   - names: What each group is called.
  ///   - size: The title of the horizontal axis.
  ///   - metric: The title of the vertical one.
  public static func draw(
    _ critical: CriticalSize, names: [String], size: String, metric: String, level: Double,
    source: String, style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): \(metric) by \(size)"
    let points = critical.groups.flatMap(\.points)
    guard let xRange = Axis.range(around: points.map(\.size), scale: .log),
      let yRange = Axis.range(around: points.flatMap(\.values) + [level], scale: .linear)
    else { return .empty(title: title, reason: "No run to draw.", style: style) }
    let rows = names.enumerated().map { index, name in
      LegendRow(mark: .line(colors[index % colors.count], dash: nil), text: name)
    }
    var chart = Chart(
      title: title, subtitle: "a dot a run; lines: the rising curve of least squares",
      x: (size, .log, xRange), y: (metric, .linear, yRange), side: .legend(rows), style: style)
    if let pooled = critical.pooled { chart.shade(pooled.interval, xRange) }
    chart.drawAxes()
    let (x, y) = (chart.x, chart.y)
    let left = x.position(xRange.lowerBound)
    let right = x.position(xRange.upperBound)
    chart.drawClipped { canvas in
      canvas.path(
        [(left, y.position(level)), (right, y.position(level))], .color("#888888"), width: 1)
      for (index, group) in critical.groups.enumerated() {
        let color = colors[index % colors.count]
        canvas.path(
          group.points.map { (x.position($0.size), y.position($0.fitted)) }, .color(color),
          width: 2)
        for point in group.points {
          for value in point.values {
            canvas.circle((x.position(point.size), y.position(value)), radius: 3, .color(color))
          }
        }
      }
    }
    chart.drawSide()
    return Figure(
      title: title,
      caption:
        "Where a curve crosses the grey line is the critical size of its group; shaded: the 95 % "
        + "interval of their geometric mean.", svg: chart.document)
  }
}

extension Chart {
  /// Shades sizes behind everything else.
  fileprivate mutating func shade(_ sizes: ClosedRange<Double>, _ range: ClosedRange<Double>) {
    let low = x.position(max(range.lowerBound, sizes.lowerBound))
    let high = x.position(min(range.upperBound, sizes.upperBound))
    guard high > low else { return }
    canvas.rect(
      x: low, y: top, width: high - low, height: plotHeight, .color("#0072b2"), opacity: 0.1)
  }
}
