public import Analysis
import Fitting
import SweepModel

/// Optimal sizes and the metric there against compute, a colour for each approach.
public enum ApproachFigure {
  /// Draws three panels: N*, D* and the metric; nil where no approach has an answer.
  public static func draw(_ report: FrontierReport, style: FigureStyle = .screen) -> Figure? {
    let series = report.comparison.results.enumerated().compactMap { index, result in
      result.answer.map {
        Series(
          approach: result.approach, answer: $0, law: report.drawn($0),
          color: Palette.categories[index])
      }
    }
    let names = report.study.sizes
    let plot = PanelFigure.plot(of: 3, style)
    let panels = [
      panel("optimal \(names[0])", series, plot, style, { $0.parameters }, { $0.parameters }),
      panel("optimal \(names[1])", series, plot, style, { $0.samples }, { $0.samples }),
      panel("\(report.study.y) at the optimum", series, plot, style, { $0.y }, { $0.y }),
    ].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let source = report.source.split(separator: "/").last.map(String.init) ?? report.source
    let title = "\(source): compute-optimal sizes"
    let missing = report.comparison.results.filter { $0.answer == nil }.map(\.approach.title)
    return Figure(
      title: title,
      caption:
        "Compute-optimal parameters and samples, and \(report.study.y) there, against compute "
        + "C = 6·N·D. Dots are optima found in the data, lines the laws through them (of the "
        + "parametric approach the fit's), bands their pointwise 95 % intervals.",
      svg: PanelFigure.draw(
        title: title, subtitle: "three approaches of Hoffmann et al. 2022",
        note: missing.isEmpty ? "" : "left out: \(missing.joined(separator: ", "))",
        legend: series.map {
          LegendRow(mark: .line($0.color, dash: nil), text: $0.legend)
        }, panels: panels, style: style))
  }

  fileprivate struct Series {
    let approach: FrontierApproach
    let answer: FrontierAnswer
    let law: [FrontierAnswer.Optimum]
    let color: String

    /// `2 isoFLOP: a = 0.452 [0.431, 0.470]`.
    var legend: String { "\(approach.title): a = \(RoundedEstimate(answer.a, in: .text).line)" }
  }

  private static func panel(
    _ title: String, _ series: [Series], _ plot: (width: Double, height: Double),
    _ style: FigureStyle, _ law: (FrontierAnswer.Optimum) -> Estimate?,
    _ dot: (FrontierAnswer.Found) -> Double
  ) -> Chart? {
    let found = series.flatMap { $0.answer.found.map(dot) }
    let values = series.flatMap { $0.law.compactMap { law($0)?.value } }
    let budgets = series.flatMap { $0.law.map(\.budget) }
    guard let x = Axis.range(around: budgets, scale: .log),
      let y = Axis.range(around: found + values, scale: .log)
    else { return nil }
    var chart = Chart(
      panel: title, x: ("compute C (FLOP)", .log, x), y: (title, .log, y), plot: plot, style: style)
    chart.drawAxes()
    let frame = chart
    chart.drawClipped { canvas in
      for entry in series {
        let color = SVGCanvas.Paint.color(entry.color)
        let banded = entry.law.compactMap { optimum in
          law(optimum)?.ci95.map { (optimum.budget, $0) }
        }
        canvas.area(
          banded.map { frame.point($0, min($1.upperBound, 100 * y.upperBound)) }
            + banded.reversed().map { frame.point($0, max($1.lowerBound, 0.01 * y.lowerBound)) },
          color, opacity: 0.14)
        canvas.path(
          entry.law.compactMap { optimum in
            law(optimum).map { frame.point(optimum.budget, $0.value) }
          }, color, width: 1.8)
        for place in entry.answer.found {
          canvas.circle(
            frame.point(place.budget, dot(place)),
            radius: entry.answer.found.count > 30 ? 1.8 : 3.6, color, opacity: 0.8)
        }
      }
    }
    return chart
  }
}
