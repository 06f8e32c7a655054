public import Analysis
import Basics
import Fitting
import Glibc
import SweepModel

/// The metric against each setting with the parabola of every scale, and the best settings against
/// scale with their law.
public enum MinimumFigure {
  /// Draws two panels for each setting; nil where there is nothing to draw.
  public static func draw(_ report: MinimumReport, style: FigureStyle = .screen) -> Figure? {
    let study = report.study
    let scales = report.law.scales
    let shades = scales.indices.map { Palette.series($0, of: scales.count, ordered: true) }
    let plot = PanelFigure.plot(of: 2 * study.settings.count, style)
    let panels = study.settings.indices.flatMap { setting in
      [
        parabolas(report, setting, shades, plot, style), law(report, setting, shades, plot, style),
      ].compactMap(\.self)
    }
    guard !panels.isEmpty else { return nil }
    let source = report.source.split(separator: "/").last.map(String.init) ?? report.source
    let title = "\(source): best \(study.settings.joined(separator: ", "))"
    let named = Array(zip(scales, shades)).evenly(10)
    let rows =
      [LegendRow(mark: .none, text: study.scales.joined(separator: ", "))]
      + named.map { scale, shade in
        LegendRow(
          mark: .dot(shade),
          text: scale.values.map { Number.significant($0) }.joined(separator: ", "))
      } + LegendRow.more(shown: named.count, of: scales.count, "scales")
    let left = scales.count { scale in
      scale.outcome.reason != nil
    }
    return Figure(
      title: title,
      caption: "\(study.y) against \(study.settings.joined(separator: ", ")), one colour a scale: "
        + "lines are least squares of \(study.settings.count == 1 ? "a parabola" : "a quadratic form") "
        + "in log \(study.settings.count == 1 ? "setting" : "settings (the other at its best)"), rings "
        + "the minima. Beside it the best settings against scale with their power law and its 95 % band.",
      svg: PanelFigure.draw(
        title: title, subtitle: subtitle(report),
        note: left > 0 ? "\(left) of \(counted(scales.count, "scale")) left out of the law" : "",
        legend: rows, panels: panels, style: style))
  }

  private static func subtitle(_ report: MinimumReport) -> String {
    zip(report.study.settings, report.law.laws).map { setting, law in
      "\(setting)* ∝ "
        + zip(report.study.scales, law.exponents).map {
          "\($0)^{\(RoundedEstimate($1, in: .text).value)}"
        }.joined(separator: "·")
    }.joined(separator: ", ") + ", n = \(report.runs.count)"
  }

  private static func parabolas(
    _ report: MinimumReport, _ setting: Int, _ shades: [String],
    _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let study = report.study
    guard
      let x = Axis.range(around: report.runs.map { $0.settings[setting] }, scale: .log),
      let y = Axis.range(around: report.runs.map(\.y), scale: .linear)
    else { return nil }
    var chart = Chart(
      panel: "", x: (study.settings[setting], .log, x), y: (study.y, .linear, y), plot: plot,
      style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      for (scale, shade) in zip(report.law.scales, shades) {
        let color = SVGCanvas.Paint.color(shade)
        let runs = report.runs.filter { $0.scales == scale.values }
        for run in runs {
          canvas.circle(frame.point(run.settings[setting], run.y), radius: 3, color, opacity: 0.75)
        }
        guard case .minimum(let settings, let least, let curvature) = scale.outcome,
          let low = runs.map({ $0.settings[setting] }).min(),
          let high = runs.map({ $0.settings[setting] }).max()
        else { continue }
        // Along this setting, every other one at its best.
        let bend = curvature[setting][setting]
        let curve = CurveSlice.logSpaced(low...high, count: 61).map { value -> (Double, Double) in
          let u = log10(value / settings[setting])
          return frame.point(value, least + bend * u * u)
        }
        canvas.path(curve, color, width: 1.6)
        canvas.circle(frame.point(settings[setting], least), radius: 5, color, outlined: true)
      }
    }
    return chart
  }

  private static func law(
    _ report: MinimumReport, _ setting: Int, _ shades: [String],
    _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let study = report.study
    let law = report.law.laws[setting]
    let found = zip(report.law.scales, shades).compactMap { scale, shade in
      if case .minimum(let settings, _, _) = scale.outcome {
        (scale: scale.values, best: settings[setting], shade: shade)
      } else {
        nil
      }
    }
    let xs = report.law.scales.map { $0.values[0] } + study.places.map { $0[0] }
    guard let low = xs.min(), let high = xs.max(), low < high,
      let x = Axis.range(around: xs, scale: .log)
    else { return nil }
    let lines = slices(report).map { rest in
      CurveSlice.logSpaced(low...high, count: 41).map { value in
        (x: value, estimate: law.best(at: [value] + rest))
      }
    }
    let shown =
      found.map(\.best) + lines.joined().map(\.estimate.value)
      + study.places.map { law.best(at: $0).value }
    guard let y = Axis.range(around: shown, scale: .log) else { return nil }
    let held =
      study.scales.count > 1 ? ", lines at values of \(study.scales[1])" : ""
    var chart = Chart(
      panel: "", x: (study.scales[0] + held, .log, x),
      y: ("best \(study.settings[setting])", .log, y),
      plot: plot, style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      for line in lines {
        let banded = line.compactMap { entry in entry.estimate.ci95.map { (entry.x, $0) } }
        canvas.area(
          banded.map { frame.point($0, $1.upperBound) }
            + banded.reversed().map { frame.point($0, $1.lowerBound) },
          .muted, opacity: lines.count > 1 ? 0.06 : 0.14)
        canvas.path(line.map { frame.point($0.x, $0.estimate.value) }, .muted, width: 1.6)
      }
      for place in found {
        canvas.circle(
          frame.point(place.scale[0], place.best), radius: 5, .color(place.shade), outlined: true)
      }
      for place in study.places {
        canvas.circle(frame.point(place[0], law.best(at: place).value), radius: 4.5, .muted)
        canvas.circle(frame.point(place[0], law.best(at: place).value), radius: 2.4, .paper)
      }
    }
    return chart
  }

  /// Values of the further scales at which the law is drawn against the first.
  private static func slices(_ report: MinimumReport) -> [[Double]] {
    let rest = report.law.scales.map { Array($0.values.dropFirst()) }
    var distinct: [[Double]] = []
    for values in rest where !distinct.contains(values) { distinct.append(values) }
    return distinct.evenly(4)
  }
}
