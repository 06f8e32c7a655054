public import Analysis
import Fitting
import Glibc
import SweepModel

/// What a fit leaves over: ln(y) − ln(fit) of every point against every input, about a line at zero
/// and two at ± the root mean square. A bend says that the form is wrong, a fan that points deserve
/// weights, a lone point that somebody should look at it.
public enum ResidualFigure {
  /// Draws a report: a panel for every input, a colour for every group; nil without a fit.
  public static func draw(_ report: FitReport, style: FigureStyle = .screen) -> Figure? {
    let fitted = report.groups.filter { $0.fit != nil }
    guard !fitted.isEmpty else { return nil }
    let series = fitted.enumerated().map { index, group in
      Series(
        group: group, color: Palette.series(index, of: fitted.count, ordered: fitted.count > 1))
    }
    let all = series.flatMap { $0.logs }
    let inputs = report.request.inputs
    guard let reach = all.map({ abs($0) }).filter(\.isFinite).max() else { return nil }
    // What is left over by rounding is nothing.
    let bound = max(1.08 * reach, 1e-9)
    let spread = fitted.count == 1 ? fitted[0].fit?.rmsLogResidual : nil
    let spreadText = spread.map { "root mean square \(Number.significant($0, 2))" } ?? ""
    let panels = inputs.indices.compactMap { input -> Chart? in
      let values = fitted.flatMap { $0.points.map { $0.inputs[input] } }
      guard let range = Axis.range(around: values, scale: .log) else { return nil }
      var chart = Chart(
        panel: inputs.count == 1 ? spreadText : "against \(inputs[input])",
        x: (report.axisTitle(inputs[input]), .log, range),
        y: ("ln(\(report.request.y)) − ln(fit)", .linear, -bound...bound),
        plot: PanelFigure.plot(of: inputs.count, style), style: style)
      chart.drawAxes()
      for entry in series { chart.draw(entry, input: input, isOnly: series.count == 1) }
      return chart
    }
    guard !panels.isEmpty else { return nil }
    let title = "\(report.request.name): residuals"
    let facts = [report.sourceName, inputs.count == 1 ? "" : spreadText, "n = \(all.count)"]
    let rows = GroupLegend(fitted) { index, _, values in
      LegendRow(mark: .dot(series[index].color), text: values)
    }.rows
    return Figure(
      title: title,
      caption:
        "ln(\(report.request.y)) − ln(fit) of every fitted point but upper bounds; points above zero lie above "
        + "the fit. Solid line: zero; dashed: ± the root mean square. A bend says that the form is "
        + "wrong, a fan that points deserve weights.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: facts.filter { !$0.isEmpty }.joined(separator: ", "),
        warning: report.holeWarning, legend: rows, panels: panels, style: style))
  }

  fileprivate struct Series {
    let group: FitGroup
    let color: String

    /// Of upper bounds 0: what they say is no deviation.
    var logs: [Double] {
      zip(group.points, group.residuals ?? []).map { $0.isUpperBound ? 0 : $1.log }
    }
  }
}

extension Chart {
  fileprivate mutating func draw(_ series: ResidualFigure.Series, input: Int, isOnly: Bool) {
    let frame = self
    let ends = (x.range.lowerBound, x.range.upperBound)
    let spread = series.group.fit?.rmsLogResidual ?? 0
    let points = zip(series.group.points, series.logs).filter { !$0.0.isUpperBound }
      .map { point, log in frame.point(point.inputs[input], log) }
    drawClipped { canvas in
      canvas.line(frame.point(ends.0, 0), frame.point(ends.1, 0), .ink, width: 1.2)
      for level in isOnly ? [spread, -spread] : [] {
        canvas.line(
          frame.point(ends.0, level), frame.point(ends.1, level), .muted, width: 1.2, dash: "6 5")
      }
      if points.count > 1000 {
        canvas.dots(points, radius: 1.6, .color(series.color), opacity: 0.6)
      } else {
        for at in points {
          canvas.circle(
            at, radius: 3, .color(series.color), opacity: points.count > 100 ? 0.5 : 0.75)
        }
      }
    }
  }
}
