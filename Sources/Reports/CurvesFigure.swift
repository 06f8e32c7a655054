import Analysis
import Basics
import Glibc
import SweepModel

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
      xTitle: String = "Optimiser step S", yTitle: String = "Test loss",
      logY: Bool = true, ordered: Bool = true
    ) {
      self.xTitle = xTitle
      self.yTitle = yTitle
      self.logY = logY
      self.ordered = ordered
    }
  }

  /// Draws the curves of a sweep: each line the mean over its seeds, with a band of one standard
  /// deviation; a panel for each combination of the axes beside the one that tells lines apart.
  ///
  /// - Parameters:
  ///   - sheet: The curves.
  ///   - title: The title.
  ///   - style: Axes.
  ///   - layout: Width and title of the figure.
  public static func draw(
    _ sheet: CurveSheet, title: String, style: Style = Style(), layout: FigureStyle = .screen
  ) -> Figure {
    let families = sheet.panels.flatMap(\.families)
    let hasSeeds = families.contains { $0.runs.count > 1 }
    let empty = families.count { family in
      !family.x.indices.contains { visible(family.x[$0], family.mean(at: $0), style) }
    }
    let note = [
      sheet.panels.first?.labels.panelNote,
      sheet.lines.text("values of \(sheet.axis ?? "the axis")"),
      sheet.combinations.text("combinations of the other axes"),
      empty > 0 ? "\(empty) without a value that the axes can show" : nil,
    ].compactMap(\.self).joined(separator: "; ")
    guard let frame = Frame(families, style) else {
      return .empty(title: title, reason: "No curves to draw.", style: layout)
    }
    let rows = legend(sheet, style)
    let subtitle =
      hasSeeds
      ? "mean over seeds, band ±1 standard deviation"
      : families.count > 1 ? "one line a run" : "one run"
    let svg: String
    if sheet.panels.count == 1 {
      var chart = Chart(
        title: title, subtitle: subtitle, note: note, x: frame.x, y: frame.y, side: .legend(rows),
        style: layout)
      chart.draw(sheet.panels[0], of: sheet, style)
      chart.drawSide()
      svg = chart.document
    } else {
      let plot = PanelFigure.plot(of: sheet.panels.count, layout)
      let panels = sheet.panels.map { panel in
        var chart = Chart(panel: panel.title, x: frame.x, y: frame.y, plot: plot, style: layout)
        chart.draw(panel, of: sheet, style)
        return chart
      }
      svg = PanelFigure.draw(
        title: title, subtitle: subtitle, note: note, legend: rows, panels: panels, style: layout)
    }
    return Figure(
      title: title,
      caption: "\(style.yTitle) against \(style.xTitle)"
        + (hasSeeds ? ": means over seeds; the bands are ±1 standard deviation over seeds." : "."),
      svg: svg)
  }

  /// Which line is which, by the value of the axis.
  private static func legend(_ sheet: CurveSheet, _ style: Style) -> [LegendRow] {
    let isPaired = sheet.panels.contains { $0.families.contains { !$0.training.isEmpty } }
    let kinds =
      isPaired
      ? [
        LegendRow(mark: .lineInk(dash: trainDash), text: "training"),
        LegendRow(mark: .lineInk(dash: "1 0"), text: "test"),
      ] : []
    guard let axis = sheet.axis else { return kinds }
    let all = Array(sheet.names.enumerated())
    let named = all.count > 15 ? all.evenly(12) : all
    let rows = named.map { index, name in
      LegendRow(
        mark: .line(Palette.series(index, of: all.count, ordered: style.ordered), dash: nil),
        text: name)
    }
    return kinds + [LegendRow(mark: .none, text: axis)] + rows
      + LegendRow.more(shown: named.count, of: all.count, "lines")
  }

  /// True for a point that has a place on the axes.
  fileprivate static func visible(_ x: Double, _ y: Double, _ style: Style) -> Bool {
    x > 0 && x.isFinite && y.isFinite && (!style.logY || y > 0)
  }

  /// The axes about all lines.
  private struct Frame {
    let x: Chart.Scaling
    let y: Chart.Scaling

    init?(_ families: [CurveFamily], _ style: Style) {
      let yScale: Axis.Scale = style.logY ? .log : .linear
      let means = (families + families.compactMap(\.trainingFamily)).flatMap { family in
        family.x.indices.map { (family.x[$0], family.mean(at: $0)) }
      }.filter { visible($0.0, $0.1, style) }
      let points = means + Self.bands(of: families, about: means.map(\.1), style)
      guard let x = Axis.range(around: points.map(\.0), scale: .log, margin: 0.02),
        let y = Axis.range(around: points.map(\.1), scale: yScale)
      else { return nil }
      self.x = (style.xTitle, .log, x)
      self.y = (style.yTitle, yScale, y)
    }

    /// The ends of the bands, as far as they lie within half the means' range beyond it.
    private static func bands(
      of families: [CurveFamily], about means: [Double], _ style: Style
    ) -> [(Double, Double)] {
      guard let low = means.min(), let high = means.max() else { return [] }
      let reach = style.logY ? (high / low).squareRoot() : (high - low) / 2
      let least = style.logY ? low / reach : low - reach
      let most = style.logY ? high * reach : high + reach
      return families.flatMap { family in
        family.x.indices.flatMap { index -> [(Double, Double)] in
          guard let deviation = family.deviation(at: index) else { return [] }
          let mean = family.mean(at: index)
          return [mean - deviation, mean + deviation].filter(\.isFinite)
            .map { (family.x[index], min(most, max(least, $0))) }
        }
      }.filter { visible($0.0, $0.1, style) }
    }
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
    let counts = families.map { "\($0.name): \(counted($0.runs.count, "seed"))" }.joined(
      separator: ", ")
    let drawn = families.filter { !$0.runs.isEmpty }
    guard let frame = Frame(drawn, style) else {
      return .empty(title: title, reason: "No curves to draw.")
    }
    let looks = drawn.indices.map { index in
      (
        color: Palette.series(index, of: drawn.count, ordered: style.ordered),
        dash: style.ordered ? nil : dashes[index % dashes.count]
      )
    }
    let rows = zip(drawn, looks).map { family, look in
      LegendRow(mark: .line(look.color, dash: look.dash), text: family.name)
    }
    var chart = Chart(
      title: title, subtitle: "mean ±1 standard deviation; \(counts)", x: frame.x, y: frame.y,
      side: .legend(rows))
    chart.drawAxes()
    let plot = chart
    chart.drawClipped { canvas in
      for (family, look) in zip(drawn, looks) {
        plot.draw(family, color: look.color, dash: look.dash, width: 1.75, style, &canvas)
      }
    }
    chart.drawSide()
    return Figure(title: title, caption: caption, svg: chart.document)
  }

  fileprivate static let trainDash = "5 3"
  private static let dashes: [String?] = [nil, "7 4", "2 4", "9 3 2 3"]
}

extension Chart {
  /// Axes and the lines of a panel.
  fileprivate mutating func draw(
    _ panel: CurveSheet.Panel, of sheet: CurveSheet, _ style: CurvesFigure.Style
  ) {
    drawAxes()
    let frame = self
    let width = sheet.names.count > 4 ? 1.25 : 1.75
    drawClipped { canvas in
      for family in panel.families {
        let index = sheet.names.firstIndex(of: family.name) ?? 0
        let color = Palette.series(index, of: sheet.names.count, ordered: style.ordered)
        if let training = family.trainingFamily {
          frame.draw(
            training, color: color, dash: CurvesFigure.trainDash, width: width, style, &canvas)
        }
        frame.draw(family, color: color, dash: nil, width: width, style, &canvas)
      }
    }
  }

  fileprivate func draw(
    _ family: CurveFamily, color: String, dash: String?, width: Double,
    _ style: CurvesFigure.Style, _ canvas: inout SVGCanvas
  ) {
    let indices = visible(family, style)
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
  private func visible(_ family: CurveFamily, _ style: CurvesFigure.Style) -> [Int] {
    var last = -Double.infinity
    return family.x.indices.filter { index in
      guard CurvesFigure.visible(family.x[index], family.mean(at: index), style) else {
        return false
      }
      let at = x.position(family.x[index])
      guard at - last >= 0.5 || index == family.x.count - 1 else { return false }
      last = at
      return true
    }
  }
}
