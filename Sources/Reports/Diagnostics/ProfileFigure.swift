public import Analysis
import Fitting
import SweepModel

/// The profile likelihood of every exponent: how much the deviance of the best fit rises when the
/// exponent is held at a value, with the cut at 3.84 whose crossings bound the 95 % interval. A
/// curve that never crosses says that the data do not bound the exponent there.
public enum ProfileFigure {
  /// Draws a report: a panel for every exponent, a colour for every group; nil where no group has a
  /// profile. Costs some hundred descents for every curve.
  public static func draw(_ report: FitReport, style: FigureStyle = .screen) -> Figure? {
    let fitted = report.groups.filter { $0.fit != nil }
    let exponents = report.request.form.parameters.filter { $0.role == .exponent }
    let panels = exponents.compactMap { exponent -> Chart? in
      let series = fitted.enumerated().compactMap { index, group -> Series? in
        guard let fit = group.fit,
          let curve = ProfileLikelihood.curve(of: exponent.name, in: fit, points: group.points)
        else { return nil }
        return Series(
          group: group, fit: fit, curve: curve,
          color: Palette.series(index, of: fitted.count, ordered: fitted.count > 1))
      }
      return panel(exponent, series, PanelFigure.plot(of: exponents.count, style), style)
    }
    guard !panels.isEmpty else { return nil }
    let title = "\(report.request.name): profile likelihood"
    return Figure(
      title: title,
      caption:
        "Rise of the deviance when the parameter is held and everything else fitted again. It "
        + "crosses 3.84, the 95 % quantile of χ² with one degree of freedom (dashed), at the ends of "
        + "the profile interval, which takes points for independent; the bar at the bottom is the "
        + (fitted.first?.fit?.replicates.isEmpty == false ? "bootstrap's" : "asymptotic")
        + " 95 % interval.",
      svg: PanelFigure.draw(
        title: title, subtitle: "\(report.sourceName), everything else fitted again",
        warning: report.holeWarning, legend: legend(fitted), panels: panels,
        style: style))
  }

  private static func legend(_ groups: [FitGroup]) -> [LegendRow] {
    let fixed = [
      LegendRow(mark: .lineInk(dash: "6 5"), text: "95 % cut"),
      LegendRow(mark: .band(Palette.categories[0]), text: "interval of the fit"),
    ]
    guard groups.count > 1 else { return fixed }
    return GroupLegend(groups) { index, _, values in
      LegendRow(
        mark: .line(Palette.series(index, of: groups.count, ordered: true), dash: nil),
        text: values)
    }.rows + [fixed[0]]
  }

  private static func panel(
    _ exponent: FormParameter, _ series: [Series], _ plot: (width: Double, height: Double),
    _ style: FigureStyle
  ) -> Chart? {
    let shown = series.flatMap { entry in
      entry.curve.samples.map(\.value)
        + [entry.bar?.lowerBound, entry.bar?.upperBound].compactMap(\.self)
    }
    guard let range = Axis.range(around: shown, scale: .linear, margin: 0.03) else { return nil }
    let interval = series.count == 1 ? ": \(series[0].text)" : ""
    var chart = Chart(
      panel: "\(exponent.name)\(interval)",
      x: (exponent.name, .linear, range), y: ("Rise of the deviance", .linear, 0...8),
      plot: plot, style: style)
    chart.drawAxes()
    for entry in series { chart.draw(entry) }
    let cut = ProfileLikelihood.rise95
    chart.canvas.line(
      chart.point(range.lowerBound, cut), chart.point(range.upperBound, cut), .muted, width: 1.2,
      dash: "6 5")
    return chart
  }

  fileprivate struct Series {
    let group: FitGroup
    let fit: Fit
    let curve: ProfileCurve
    let color: String

    /// The fit's own interval.
    var bar: ClosedRange<Double>? { fit.parameter(curve.name)?.ci95 }

    /// `0.398, profile [0.310, 0.486]`.
    var text: String {
      guard let estimate = fit.parameter(curve.name) else { return "" }
      let rounded = RoundedEstimate(
        value: estimate.value, error: estimate.standardError, interval: curve.interval, in: .text)
      return "\(FitText.value(fit, estimate)), profile \(rounded.interval ?? "–")"
    }
  }
}

extension Chart {
  fileprivate mutating func draw(_ series: ProfileFigure.Series) {
    let frame = self
    let (curve, color) = (series.curve, SVGCanvas.Paint.color(series.color))
    drawClipped { canvas in
      canvas.path(
        curve.samples.filter(\.rise.isFinite).map { frame.point($0.value, $0.rise) }, color,
        width: 2)
      for end in [curve.interval.lowerBound, curve.interval.upperBound] where end.isFinite {
        let top = frame.point(end, ProfileLikelihood.rise95)
        canvas.line(top, frame.point(end, 0), color, width: 1.2, dash: "2 4")
        canvas.circle(top, radius: 3.4, color)
      }
      if let bar = series.bar {
        let (from, to) = (frame.point(bar.lowerBound, 0), frame.point(bar.upperBound, 0))
        canvas.rect(
          x: from.0, y: from.1 - 8, width: to.0 - from.0, height: 8, color, opacity: 0.3)
      }
      if let value = series.fit.parameter(curve.name)?.value {
        canvas.circle(frame.point(value, 0), radius: 4.5, color, outlined: true)
      }
    }
  }
}
