import Glibc

/// Metrics over a logarithmic axis: loss curves of one sweep, or families that ought to agree.
public enum CurvesFigure {
  /// How a figure is laid out and named.
  public struct Style: Hashable, Sendable {
    /// The horizontal axis' title.
    public var xTitle: String
    /// The vertical axis' title.
    public var yTitle: String
    /// Whether the vertical axis is logarithmic.
    public var logY: Bool
    /// Whether the families have an order (width, α), which the colours then show.
    public var ordered: Bool

    /// Creates a style.
    public init(
      xTitle: String = AxisTitle.of("step"), yTitle: String = AxisTitle.of("loss"),
      logY: Bool = true, ordered: Bool = true
    ) {
      self.xTitle = xTitle
      self.yTitle = yTitle
      self.logY = logY
      self.ordered = ordered
    }
  }

  /// Draws each family as its mean, with a band of one standard deviation over its runs.
  public static func draw(title: String, families: [CurveFamily], style: Style = Style()) -> Figure
  {
    draw(
      title: title, subtitle: "mean over seeds, band ±1 standard deviation", families: families,
      style: style,
      caption: "\(style.yTitle) against \(style.xTitle): means over seeds; the bands are ±1 "
        + "standard deviation over seeds.")
  }

  /// Draws families that ought to agree (two programs, two instruction sets): colours and dashes
  /// tell them apart where they lie on each other.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - families: Each with its runs.
  ///   - caption: What is compared; full sentences.
  ///   - style: Axes.
  public static func agreement(
    title: String, families: [CurveFamily], caption: String,
    style: Style = Style(logY: false, ordered: false)
  ) -> Figure {
    let counts = families.map { "\($0.name): \($0.runs.count) seeds" }.joined(separator: ", ")
    return draw(
      title: title, subtitle: "mean ±1 standard deviation; \(counts)", families: families,
      style: style, caption: caption)
  }

  private static func draw(
    title: String, subtitle: String, families: [CurveFamily], style: Style, caption: String
  ) -> Figure {
    let yScale: Axis.Scale = style.logY ? .log : .linear
    let drawn = families.filter { !$0.runs.isEmpty }
    let values = (drawn + drawn.compactMap(\.trainingFamily)).flatMap { family in
      family.x.indices.filter { family.x[$0] > 0 }.map { family.mean(at: $0) }
    }
    guard let xRange = Axis.range(around: drawn.flatMap(\.x), scale: .log, margin: 0.02),
      let yRange = Axis.range(around: values, scale: yScale)
    else { return .empty(title: title, reason: "No curves to draw.") }
    let widest = Double(drawn.map(\.name.count).max() ?? 0)
    var chart = Chart(
      title: title, subtitle: subtitle, x: (style.xTitle, .log, xRange),
      y: (style.yTitle, yScale, yRange), right: max(110, 66 + widest * 6.6))
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      for (index, family) in drawn.enumerated() {
        let color = Palette.series(index, of: drawn.count, ordered: style.ordered)
        let dash = style.ordered ? nil : dashes[index % dashes.count]
        let width = drawn.count > 4 ? 1.25 : 1.75
        if let training = family.trainingFamily {
          frame.draw(training, color: color, dash: trainDash, width: width, &canvas)
        }
        frame.draw(family, color: color, dash: dash, width: width, &canvas)
      }
    }
    let kinds =
      drawn.allSatisfy { $0.trainingFamily == nil }
      ? []
      : [
        LegendRow(mark: .lineInk(dash: trainDash), text: "training"),
        LegendRow(mark: .lineInk(dash: "1 0"), text: "test"),
      ]
    let rows = Chart.thinned(Array(drawn.enumerated())).map { index, family in
      LegendRow(
        mark: .line(
          Palette.series(index, of: drawn.count, ordered: style.ordered),
          dash: style.ordered ? nil : dashes[index % dashes.count]), text: family.name)
    }
    chart.drawLegend(
      kinds + rows, x: Chart.left + chart.plotWidth + 20, y: Chart.top + 14, backed: false)
    return Figure(title: title, caption: caption, svg: chart.document)
  }

  private static let trainDash = "5 3"
  private static let dashes: [String?] = [nil, "7 4", "2 4", "9 3 2 3"]
}

extension Chart {
  fileprivate func draw(
    _ family: CurveFamily, color: String, dash: String?, width: Double, _ canvas: inout SVGCanvas
  ) {
    let indices = visible(family)
    if family.runs.count > 1 {
      let lowest = y.scale == .log ? y.range.lowerBound : -Double.infinity
      let upper = indices.map { index in
        point(family.x[index], family.mean(at: index) + (family.deviation(at: index) ?? 0))
      }
      let lower = indices.reversed().map { index in
        point(
          family.x[index],
          max(lowest, family.mean(at: index) - (family.deviation(at: index) ?? 0)))
      }
      canvas.area(upper + lower, .color(color), opacity: 0.16)
    }
    canvas.path(
      indices.map { point(family.x[$0], family.mean(at: $0)) }, .color(color), width: width,
      dash: dash)
  }

  /// At most one index for each half pixel, those with a place on the axes only.
  private func visible(_ family: CurveFamily) -> [Int] {
    var last = -Double.infinity
    return family.x.indices.filter { index in
      let mean = family.mean(at: index)
      guard family.x[index] > 0, mean.isFinite, y.scale == .linear || mean > 0 else { return false }
      let at = x.position(family.x[index])
      guard at - last >= 0.5 || index == family.x.count - 1 else { return false }
      last = at
      return true
    }
  }
}
