public import Analysis
import Fitting
import SweepModel

/// Cut-off stability: every exponent fitted without the smallest and without the largest x. An
/// exponent that drifts with a cut-off is none.
public enum CutoffFigure {
  /// At most so many groups and exponents have a panel of their own.
  private static let panelLimit = 6

  /// Draws a report: a panel for every group and exponent, or, of many groups, a line for each in
  /// two panels; nil where the fits were made without cut-offs (`FitSettings.selects`) or carry none.
  public static func draw(_ report: FitReport, style: FigureStyle = .screen) -> Figure? {
    let exponents = report.request.form.parameters.filter { $0.role == .exponent }.map(\.name)
    let series = report.groups.flatMap { group in
      exponents.compactMap { Series(group: group, name: $0) }
    }
    guard series.count <= panelLimit else {
      return CutoffOverlay(series: series, report: report, style: style).figure
    }
    let plot = PanelFigure.plot(of: series.count, style)
    let panels = series.compactMap { panel($0, report, plot, style) }
    guard !panels.isEmpty else { return nil }
    let title = "\(report.request.name): cut-off stability"
    let hasTheory = report.groups.contains { $0.theory != nil }
    return Figure(
      title: title,
      caption: "Values with asymptotic 95 % intervals from the points at and above a lower "
        + "cut-off, and at and below an upper one. The line and its band are the fit to all points. "
        + "A drift beyond the intervals says that no single power law holds over the range.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: "\(report.sourceName), over part of the range of \(report.request.x)",
        warning: report.holeWarning,
        legend: [
          LegendRow(mark: .dot(lowerColor), text: "x ≥ cut-off"),
          LegendRow(mark: .dot(upperColor), text: "x ≤ cut-off"),
          LegendRow(mark: .lineInk(dash: ""), text: "all points"),
        ] + (hasTheory ? [LegendRow(mark: .lineInk(dash: "6 5"), text: "theory")] : []),
        panels: panels, style: style))
  }

  fileprivate static let lowerColor = Palette.categories[0]
  fileprivate static let upperColor = Palette.categories[1]

  /// An exponent of a group over the cut-offs.
  struct Series {
    let group: FitGroup
    let whole: Estimate
    let cuts: [(at: Double, isLower: Bool, estimate: Estimate)]

    init?(group: FitGroup, name: String) {
      guard let fit = group.fit, let whole = fit.parameter(name) else { return nil }
      let lowest = fit.xRange.lowerBound
      self.group = group
      self.whole = whole
      self.cuts = (fit.selection?.cutoffs ?? []).compactMap { cutoff in
        let isLower = cutoff.range.lowerBound > lowest
        return cutoff.exponents.first { $0.name == name }.map {
          (isLower ? cutoff.range.lowerBound : cutoff.range.upperBound, isLower, $0)
        }
      }
      guard !cuts.isEmpty else { return nil }
    }

    /// Theory speaks of the first exponent.
    var theory: TheoreticalExponent? {
      group.fit?.exponent.name == whole.name ? group.theory : nil
    }

    /// All estimates and intervals, those of intervals that dwarf the rest cut short.
    var range: ClosedRange<Double>? {
      let core =
        cuts.map(\.estimate.value)
        + [whole.value, whole.ci95?.lowerBound, whole.ci95?.upperBound, theory?.value]
        .compactMap(\.self)
      guard let low = core.min(), let high = core.max() else { return nil }
      let reach = max(high - low, 1e-9)
      let ends = cuts.compactMap(\.estimate.ci95).flatMap { interval in
        [max(interval.lowerBound, low - reach), min(interval.upperBound, high + reach)]
      }
      return Axis.range(around: core + ends, scale: .linear)
    }
  }

  private static func panel(
    _ series: Series, _ report: FitReport, _ plot: (width: Double, height: Double),
    _ style: FigureStyle
  ) -> Chart? {
    guard let fit = series.group.fit, let yRange = series.range,
      let xRange = Axis.range(
        around: [fit.xRange.lowerBound, fit.xRange.upperBound], scale: .log)
    else { return nil }
    let name = [series.group.title, series.whole.name].filter { !$0.isEmpty }
      .joined(separator: ": ")
    var chart = Chart(
      panel: "\(name), all points \(RoundedEstimate(series.whole, in: .text).value)",
      x: ("Cut-off in \(report.axisTitle(report.request.x))", .log, xRange),
      y: (series.whole.name, .linear, yRange), plot: plot, style: style)
    chart.drawAxes()
    chart.draw(series)
    return chart
  }
}

extension Chart {
  fileprivate mutating func draw(_ series: CutoffFigure.Series) {
    let frame = self
    let ends = (x.range.lowerBound, x.range.upperBound)
    drawClipped { canvas in
      if let interval = series.whole.ci95 {
        let corners = [
          frame.point(ends.0, interval.lowerBound), frame.point(ends.1, interval.lowerBound),
          frame.point(ends.1, interval.upperBound), frame.point(ends.0, interval.upperBound),
        ]
        canvas.area(corners, .muted, opacity: 0.12)
      }
      canvas.line(
        frame.point(ends.0, series.whole.value), frame.point(ends.1, series.whole.value), .muted,
        width: 1.5)
      if let theory = series.theory {
        canvas.line(
          frame.point(ends.0, theory.value), frame.point(ends.1, theory.value), .muted, width: 1.5,
          dash: "6 5")
      }
      for cut in series.cuts {
        let paint = SVGCanvas.Paint.color(
          cut.isLower ? CutoffFigure.lowerColor : CutoffFigure.upperColor)
        // The two kinds of cut-offs meet in the middle of the range.
        let shift = cut.isLower ? 3.0 : -3
        func at(_ value: Double) -> (Double, Double) {
          let place = frame.point(cut.at, value)
          return (place.0 + shift, place.1)
        }
        if let interval = cut.estimate.ci95 {
          canvas.line(at(interval.lowerBound), at(interval.upperBound), paint, width: 1.5)
        }
        canvas.circle(at(cut.estimate.value), radius: 4.2, paint, outlined: true)
      }
    }
  }
}
