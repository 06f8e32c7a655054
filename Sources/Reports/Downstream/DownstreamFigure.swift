public import Analysis
import Fitting
import SweepModel

/// Both steps of a two-step law: the loss as predicted against as measured, accuracy against loss with
/// the sigmoid, and what is predicted of runs held out.
public enum DownstreamFigure {
  /// Draws three panels; nil where there is nothing to draw.
  public static func draw(_ report: DownstreamReport, style: FigureStyle = .screen) -> Figure? {
    let study = report.study
    let plot = PanelFigure.plot(of: 3, style)
    let panels = [
      losses(report, plot, style), sigmoid(report, plot, style), chained(report, plot, style),
    ]
    .compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let source = report.source.split(separator: "/").last.map(String.init) ?? report.source
    let title = "\(source): \(study.accuracy) in two steps"
    let predicted = LegendRow(
      mark: .dot(Palette.categories[1]),
      text: report.heldOut.isEmpty ? "predicted" : "held out, 95 % of a new run")
    return Figure(
      title: title,
      caption: "Left: \(study.loss) by its law against \(study.loss) as measured. Middle: "
        + "\(study.accuracy) against \(study.loss) with the sigmoid. Right: \(study.accuracy) by both "
        + "steps against what was measured, with the 95 % interval of a new run.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: "\(FitText.formula(study.form)), then a sigmoid of \(study.loss), n = "
          + "\(report.runs.count)",
        legend: [LegendRow(mark: .dot(Palette.categories[0]), text: "fitted")]
          + (report.heldOut.isEmpty && report.predictions.isEmpty ? [] : [predicted]),
        panels: panels, style: style))
  }

  private static let own = SVGCanvas.Paint.color(Palette.categories[0])
  private static let other = SVGCanvas.Paint.color(Palette.categories[1])

  private static func losses(
    _ report: DownstreamReport, _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let name = report.study.loss
    return agreement(
      panel: "1: the loss", x: "\(name), by its law", y: "\(name), measured", .log,
      fitted: zip(
        report.law.loss.predictions(at: report.runs.map(\.inputs)), report.runs.map(\.loss)),
      held: report.heldOut.map { ($0.prediction.loss, $0.run.loss) }, plot, style)
  }

  private static func chained(
    _ report: DownstreamReport, _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let name = report.study.accuracy
    return agreement(
      panel: "both steps", x: "\(name), predicted", y: "\(name), measured", .linear,
      fitted: report.runs.map {
        (report.law.predict(at: $0.inputs).accuracy.value, $0.accuracy)
      },
      held: report.heldOut.map { ($0.prediction.accuracy, $0.run.accuracy) }, plot, style)
  }

  /// Measured against predicted values around their diagonal; what was held out with the interval of a
  /// new run.
  private static func agreement(
    panel: String, x: String, y: String, _ scale: Axis.Scale,
    fitted: some Sequence<(Double, Double)>, held: [(TwoStepLaw.Interval, Double)],
    _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let all =
      fitted.flatMap { [$0, $1] }
      + held.flatMap { [$0.value, $0.run.lowerBound, $0.run.upperBound, $1] }
    guard let range = Axis.range(around: all, scale: scale) else { return nil }
    var chart = Chart(
      panel: panel, x: (x, scale, range), y: (y, scale, range), plot: plot, style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      canvas.line(
        frame.point(range.lowerBound, range.lowerBound),
        frame.point(range.upperBound, range.upperBound), .muted, dash: "4 4")
      for (value, measured) in fitted {
        canvas.circle(frame.point(value, measured), radius: 3.4, own, opacity: 0.85)
      }
      for (value, measured) in held {
        canvas.line(
          frame.point(value.run.lowerBound, measured), frame.point(value.run.upperBound, measured),
          other, width: 1.5)
        canvas.circle(frame.point(value.value, measured), radius: 4.5, other, outlined: true)
      }
    }
    return chart
  }

  private static func sigmoid(
    _ report: DownstreamReport, _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let places = report.heldOut.map(\.prediction) + report.predictions
    let losses = report.runs.map(\.loss) + places.map(\.loss.value) + report.heldOut.map(\.run.loss)
    let curve = report.law.accuracy
    guard let x = Axis.range(around: losses, scale: .log, margin: 0.1),
      let y = Axis.range(
        around: report.runs.map(\.accuracy) + report.heldOut.map(\.run.accuracy)
          + places.flatMap { [$0.accuracy.run.lowerBound, $0.accuracy.run.upperBound] }
          + [curve.chance], scale: .linear)
    else { return nil }
    var chart = Chart(
      panel: "2: the accuracy", x: (report.study.loss, .log, x),
      y: (report.study.accuracy, .linear, y), plot: plot, style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      canvas.line(
        frame.point(x.lowerBound, curve.chance), frame.point(x.upperBound, curve.chance), .muted,
        dash: "2 4")
      canvas.path(
        CurveSlice.logSpaced(x, count: 81).map { frame.point($0, curve.accuracy(at: $0)) }, own,
        width: 1.8)
      for run in report.runs {
        canvas.circle(frame.point(run.loss, run.accuracy), radius: 3.4, own, opacity: 0.85)
      }
      for prediction in places {
        let at = prediction.loss.value
        canvas.line(
          frame.point(at, prediction.accuracy.run.lowerBound),
          frame.point(at, prediction.accuracy.run.upperBound), other, width: 1.5)
        canvas.circle(frame.point(at, prediction.accuracy.value), radius: 4.5, other)
        canvas.circle(frame.point(at, prediction.accuracy.value), radius: 2.4, .paper)
      }
      for entry in report.heldOut {
        canvas.circle(
          frame.point(entry.run.loss, entry.run.accuracy), radius: 4.5, other, outlined: true)
      }
    }
    return chart
  }
}
