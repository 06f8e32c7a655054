public import Analysis
import Fitting
import Glibc
import SweepModel

/// The metric against size at equal compute, with the parabola of every budget and its vertex.
public enum ParabolaFigure {
  /// Draws a group: a panel for every column of sizes, a colour for every budget; nil without
  /// frontiers.
  public static func draw(
    _ group: IsoFlopGroup, of report: IsoFlopReport, note: String = "",
    style: FigureStyle = .screen
  ) -> Figure? {
    guard let frontiers = group.frontiers else { return nil }
    let fit = report.fit
    let numbers = group.budgetNumbers
    let count = (numbers.max() ?? 0) + 1
    let colors = (0..<count).map { Palette.series($0, of: count, ordered: true) }
    let panels = zip(fit.sizes, frontiers).enumerated().compactMap { column, pair -> Chart? in
      let (size, frontier) = pair
      let minima = frontier.parabolas.map(\.minimum).filter(\.isFinite)
      guard
        let xRange = Axis.range(around: group.points.map { $0.inputs[column] }, scale: .log),
        let yRange = Axis.range(
          around: group.points.map(\.y) + minima.filter { $0 > 0 }, scale: .linear)
      else { return nil }
      var chart = Chart(
        panel: fit.sizes.count == 1 ? "" : "against \(size)", x: (size, .log, xRange),
        y: (fit.y, .linear, yRange), plot: PanelFigure.plot(of: fit.sizes.count, style),
        style: style)
      chart.drawAxes()
      chart.draw(group.points, column: column, colors: numbers.map { colors[$0] })
      for parabola in frontier.parabolas {
        guard
          let number = zip(group.points, numbers).first(where: { point, _ in
            frontier.parabola(of: point.inputs[point.inputs.count - 1]) == parabola
          })?.1
        else { continue }
        chart.draw(parabola, color: colors[number])
      }
      return chart
    }
    guard !panels.isEmpty else { return nil }
    let title = [report.sourceName, group.title].filter { !$0.isEmpty }.joined(separator: ", ")
    return Figure(
      title: "\(title): isoFLOP parabolas",
      caption: "\(fit.y) against size at equal \(fit.budget), one colour a budget. Lines: least "
        + "squares of a parabola in log size; rings: their vertices, the optimal sizes.",
      svg: PanelFigure.draw(
        title: "\(title): isoFLOP parabolas", subtitle: "n = \(group.points.count)", note: note,
        legend: legend(frontiers[0], group, numbers, colors, fit), panels: panels, style: style))
  }

  private static func legend(
    _ frontier: IsoFlopFrontier, _ group: IsoFlopGroup, _ numbers: [Int], _ colors: [String],
    _ fit: IsoFlopFit
  ) -> [LegendRow] {
    let all = colors.indices.map { number -> (Int, Double) in
      let place = numbers.firstIndex(of: number) ?? 0
      let own = group.points[place].inputs[fit.sizes.count]
      return (number, frontier.parabola(of: own)?.budget ?? own)
    }
    let named = all.count > 15 ? all.evenly(12) : all
    return [LegendRow(mark: .none, text: fit.budget)]
      + named.map { LegendRow(mark: .dot(colors[$0.0]), text: Number.significant($0.1)) }
      + LegendRow.more(shown: named.count, of: all.count, "budgets")
  }
}

extension IsoFlopReport {
  /// The file without its folder.
  var sourceName: String { source.split(separator: "/").last.map(String.init) ?? source }
}

extension Chart {
  fileprivate mutating func draw(_ points: [FitPoint], column: Int, colors: [String]) {
    let frame = self
    drawClipped { canvas in
      for (point, color) in zip(points, colors) {
        canvas.circle(
          frame.point(point.inputs[column], point.y), radius: 3, .color(color), opacity: 0.75)
      }
    }
  }

  fileprivate mutating func draw(_ parabola: IsoFlopFrontier.Parabola, color: String) {
    let frame = self
    let (low, high) = (parabola.window.lowerBound, parabola.window.upperBound)
    let curve = (0...60).map { step -> (Double, Double) in
      let size = pow(10, low + (high - low) * Double(step) / 60)
      return (size, parabola.value(at: size))
    }.filter { $0.1.isFinite }
    let vertex = (pow(10, parabola.log10Vertex), parabola.minimum)
    drawClipped { canvas in
      canvas.path(curve.map { frame.point($0.0, $0.1) }, .color(color), width: 1.6)
      if parabola.isMinimum, vertex.0.isFinite, vertex.0 > 0, vertex.1.isFinite {
        canvas.circle(frame.point(vertex.0, vertex.1), radius: 5, .color(color), outlined: true)
      }
    }
  }
}
