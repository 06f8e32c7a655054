public import Analysis
import Fitting
import Glibc
import SweepModel

/// The compute-optimal frontier: optimal sizes N*(C) with their power law, and the metric there, L*(C).
public enum FrontierFigure {
  /// Draws all groups: a panel for every column of sizes and one for the metric, a colour for every
  /// group; nil without frontiers.
  public static func draw(_ report: IsoFlopReport, style: FigureStyle = .screen) -> Figure? {
    let fitted = report.groups.filter { $0.frontiers != nil }
    let fit = report.fit
    let colors = fitted.indices.map {
      Palette.series($0, of: fitted.count, ordered: fitted.count > 1)
    }
    let budgets = fitted.flatMap { $0.minima(0).map(\.budget) } + fit.predicted
    guard !fitted.isEmpty, let xRange = Axis.range(around: budgets, scale: .log) else { return nil }
    let plot = PanelFigure.plot(of: fit.sizes.count + 1, style)
    let sizes = fit.sizes.indices.compactMap { column -> Chart? in
      let optima = fitted.flatMap { $0.minima(column).map { pow(10, $0.log10Vertex) } }
      let lines = zip(fitted, colors).map { group, color in
        Line(group: group, column: column, color: color, xRange: xRange)
      }
      guard
        let yRange = Axis.range(around: optima + lines.flatMap { $0.ends }, scale: .log)
      else { return nil }
      let only = fitted.count == 1 ? fitted[0].frontiers?[column].exponent : nil
      let exponent = only.map { ", exponent \(RoundedEstimate($0, in: .text).value)" } ?? ""
      var chart = Chart(
        panel: "optimal \(fit.sizes[column])\(exponent)", x: (fit.budget, .log, xRange),
        y: ("optimal \(fit.sizes[column])", .log, yRange), plot: plot, style: style)
      chart.drawAxes()
      for line in lines { chart.draw(line) }
      return chart
    }
    let panels = sizes + [metric(fitted, colors, xRange, fit, plot, style)].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let title = "\(report.sourceName): compute-optimal frontier"
    let rows =
      fitted.count < 2
      ? []
      : zip(fitted, colors).map { LegendRow(mark: .dot($1), text: $0.title) }
    return Figure(
      title: title,
      caption: "Optimal sizes and the metric there at every \(fit.budget): the vertices of the "
        + "parabolas. Lines: the power law of the sizes with its 95 % band.",
      svg: PanelFigure.draw(
        title: title, subtitle: "vertices of isoFLOP parabolas", legend: rows, panels: panels,
        style: style))
  }

  private static func metric(
    _ groups: [IsoFlopGroup], _ colors: [String], _ xRange: ClosedRange<Double>,
    _ fit: IsoFlopFit, _ plot: (width: Double, height: Double), _ style: FigureStyle
  ) -> Chart? {
    let minima = groups.flatMap { $0.minima(0).map(\.minimum) }
    guard let yRange = Axis.range(around: minima, scale: .log) else { return nil }
    var chart = Chart(
      panel: "\(fit.y) at the optimum", x: (fit.budget, .log, xRange), y: (fit.y, .log, yRange),
      plot: plot, style: style)
    chart.drawAxes()
    for (group, color) in zip(groups, colors) {
      chart.drawMinima(group.minima(0).filter { $0.minimum > 0 }, color: color)
    }
    return chart
  }

  /// The frontier of a group's column of sizes.
  fileprivate struct Line {
    let vertices: [(Double, Double)]
    let law: [(budget: Double, estimate: Estimate)]
    let color: String

    init(group: IsoFlopGroup, column: Int, color: String, xRange: ClosedRange<Double>) {
      self.color = color
      vertices = group.minima(column).map { ($0.budget, pow(10, $0.log10Vertex)) }
      let frontier = group.frontiers?[column]
      law = CurveSlice.logSpaced(xRange, count: 41).compactMap { budget in
        frontier.map { (budget, $0.optimum(at: budget, name: "")) }
      }
    }

    /// The law at the ends of the range.
    var ends: [Double] { [law.first, law.last].compactMap { $0?.estimate.value } }
  }
}

extension IsoFlopGroup {
  /// The parabolas of a column of sizes that have a minimum.
  fileprivate func minima(_ column: Int) -> [IsoFlopFrontier.Parabola] {
    (frontiers?[column].parabolas ?? []).filter(\.isMinimum)
  }
}

extension Chart {
  fileprivate mutating func draw(_ line: FrontierFigure.Line) {
    let frame = self
    let banded = line.law.compactMap { entry in
      entry.estimate.ci95.map { (entry.budget, max($0.lowerBound, 1e-300), $0.upperBound) }
    }.filter { $0.2.isFinite }
    drawClipped { canvas in
      canvas.area(
        banded.map { frame.point($0.0, $0.2) } + banded.reversed().map { frame.point($0.0, $0.1) },
        .color(line.color), opacity: 0.16)
      canvas.path(
        line.law.map { frame.point($0.budget, $0.estimate.value) }, .color(line.color), width: 1.8)
      for vertex in line.vertices {
        canvas.circle(
          frame.point(vertex.0, vertex.1), radius: 4, .color(line.color), outlined: true)
      }
    }
  }

  fileprivate mutating func drawMinima(_ minima: [IsoFlopFrontier.Parabola], color: String) {
    let frame = self
    let places = minima.map { frame.point($0.budget, $0.minimum) }
    drawClipped { canvas in
      canvas.path(places, .color(color), width: 1.2, dash: "5 3")
      for place in places { canvas.circle(place, radius: 4, .color(color), outlined: true) }
    }
  }
}
