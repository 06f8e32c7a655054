public import Analysis
import Fitting
import Glibc
import SweepModel

/// The log–log plot of a fit: single jobs, their mean for each grid point, the fitted curve with
/// its 95 % band, and the theory's exponent as
/// a dashed line through the middle of the fit (above the fitted floor, where there is one).
public enum ScalingFigure {
  /// Draws a report of a form of one input; one colour for each group.
  public static func draw(_ report: FitReport) -> Figure {
    let request = report.request
    let title = report.title
    let points = report.groups.flatMap(\.points)
    guard let xRange = Axis.range(around: points.map(\.x), scale: .log),
      let yRange = Axis.range(around: points.map(\.y), scale: .log)
    else { return .empty(title: title, reason: "No points to draw.") }
    let single = report.groups.count == 1
    let widest = report.groups.map { groupLabel($0).count }.max() ?? 0
    let right = single ? 24 : max(180, 66 + 6.6 * Double(widest))
    var chart = Chart(
      title: title, subtitle: subtitle(report), warning: report.holeWarning,
      x: (report.axisTitle(request.x), .log, xRange),
      y: (report.axisTitle(request.y), .log, yRange), right: right)
    chart.drawAxes()
    let series = report.groups.enumerated().map { index, group in
      Series(
        group: group, color: Palette.series(index, of: report.groups.count, ordered: !single))
    }
    chart.drawClippedSeries(series, single: single)
    if single {
      chart.drawSingleLegend(series[0])
    } else {
      chart.drawGroupLegend(series)
    }
    return Figure(title: title, caption: caption(report), svg: chart.document)
  }

  fileprivate struct Series {
    let group: FitGroup
    let color: String
  }

  /// `alpha=0.4: 0.332 [0.310, 0.356]`.
  fileprivate static func groupLabel(_ group: FitGroup) -> String {
    "\(group.title): \(group.fit.map { FitText.exponent($0) } ?? "no fit")"
  }

  private static func subtitle(_ report: FitReport) -> String {
    guard report.groups.count == 1, let fit = report.groups[0].fit else {
      return "\(FitText.formula(report.request.form)), objective \(report.request.objective.label)"
    }
    return "\(FitText.formula(fit)), objective \(fit.objective.label), n = \(fit.pointCount)"
  }

  private static func caption(_ report: FitReport) -> String {
    let what = report.axisTitle(report.request.y)
    let against = report.axisTitle(report.request.x)
    return "\(what) against \(against), both logarithmic. Small dots are single jobs, large dots "
      + "means (geometric) over the seeds of a grid point; the line is the fit "
      + "\(report.request.form.formula), the band its pointwise 95 % interval."
  }
}

extension Chart {
  fileprivate mutating func drawClippedSeries(_ series: [ScalingFigure.Series], single: Bool) {
    let frame = self
    drawClipped { canvas in
      for entry in series { frame.drawBand(entry, &canvas) }
      for entry in series { frame.drawTheory(entry, single: single, &canvas) }
      for entry in series { frame.drawPoints(entry, &canvas) }
    }
  }

  private func drawBand(_ series: ScalingFigure.Series, _ canvas: inout SVGCanvas) {
    guard let fit = series.group.fit else { return }
    let xs = CurveSlice.logSpaced(fit.xRange, count: 61)
    let places = xs.map { [$0] }
    let bands = Array(zip(xs, fit.bands(at: places)))
    let upper = bands.map { point($0, $1.upperBound) }
    let lower = bands.reversed().map { point($0, $1.lowerBound) }
    canvas.area(upper + lower, .color(series.color), opacity: 0.16)
    canvas.path(
      zip(xs, fit.predictions(at: places)).map { point($0, $1) }, .color(series.color), width: 2)
  }

  private func drawTheory(
    _ series: ScalingFigure.Series, single: Bool, _ canvas: inout SVGCanvas
  ) {
    guard let fit = series.group.fit, let theory = series.group.theory
    else { return }
    let middle = (fit.xRange.lowerBound * fit.xRange.upperBound).squareRoot()
    let floor = fit.parameter(.floor)?.value ?? 0
    let anchor = fit.prediction(at: middle) - floor
    let line = CurveSlice.logSpaced(fit.xRange, count: floor == 0 ? 2 : 61).map { x in
      point(x, floor + anchor * pow(x / middle, -theory.value))
    }
    canvas.path(
      line, single ? .muted : .color(series.color), width: 1.5, dash: "6 5",
      opacity: single ? 1 : 0.7)
  }

  private func drawPoints(_ series: ScalingFigure.Series, _ canvas: inout SVGCanvas) {
    let shown = series.group.points.filter { $0.x > 0 && $0.y > 0 }
    let points = shown.filter { !$0.isUpperBound }.map { point($0.x, $0.y) }
    for bound in shown where bound.isUpperBound {
      // An arrow down: the metric is at most this.
      let (x, y) = point(bound.x, bound.y)
      canvas.path(
        [(x, y), (x, y + 14), (x - 4, y + 8), (x, y + 14), (x + 4, y + 8)],
        .color(series.color), width: 1.5)
    }
    let color = SVGCanvas.Paint.color(series.color)
    let clusters = Self.means(of: series.group)
    let hasMeans = clusters.count > 1 && clusters.count < series.group.points.count
    if points.count > 1000 {
      canvas.dots(points, radius: 1.6, color, opacity: hasMeans ? 0.4 : 0.6)
    } else {
      for at in points {
        canvas.circle(at, radius: hasMeans ? 2.6 : 3.4, color, opacity: hasMeans ? 0.4 : 0.85)
      }
    }
    for mean in hasMeans ? clusters : [] where mean.x > 0 && mean.y > 0 {
      canvas.circle(point(mean.x, mean.y), radius: 4.5, color, outlined: true)
    }
  }

  /// Geometric means over clusters that sit at one x; none when a cluster has several (a run).
  private static func means(of group: FitGroup) -> [(x: Double, y: Double)] {
    var sums: [Int: (x: Double, log: Double, count: Int)] = [:]
    var order: [Int] = []
    for point in group.points where !point.isUpperBound {
      if let sum = sums[point.cluster] {
        guard sum.x == point.x else { return [] }
        sums[point.cluster] = (sum.x, sum.log + log(point.y), sum.count + 1)
      } else {
        sums[point.cluster] = (point.x, log(point.y), 1)
        order.append(point.cluster)
      }
    }
    return order.compactMap { sums[$0].map { ($0.x, exp($0.log / Double($0.count))) } }
  }

  fileprivate mutating func drawSingleLegend(_ series: ScalingFigure.Series) {
    let clusters = Self.means(of: series.group)
    let seeds = clusters.count > 1 && clusters.count < series.group.points.count
    let dots = series.group.completeness == nil ? "points" : "jobs"
    var rows = [LegendRow(mark: seeds ? .smallDot(series.color) : .dot(series.color), text: dots)]
    if seeds { rows.append(LegendRow(mark: .dot(series.color), text: "mean over seeds")) }
    if let fit = series.group.fit {
      rows.append(
        LegendRow(
          mark: .line(series.color, dash: nil),
          text: "fit, \(series.group.exponentWord) \(FitText.exponent(fit))"))
      if !fit.replicates.isEmpty {
        rows.append(LegendRow(mark: .band(series.color), text: "95 % band"))
      }
      if let theory = series.group.theory {
        let value = Number.fixed(theory.value, 3)
        rows.append(
          LegendRow(mark: .lineInk(dash: "6 5"), text: "theory, \(theory.formula) = \(value)"))
      }
    }
    let means = Self.means(of: series.group).map { ($0.x, $0.y) }
    let ends = (means.min { $0.0 < $1.0 }, means.max { $0.0 < $1.0 })
    let falls = (ends.0?.1 ?? 1) >= (ends.1?.1 ?? 0)
    let widest = rows.map(\.width).max() ?? 0
    drawLegend(
      rows, x: falls ? Self.left + plotWidth - widest : Self.left + 18, y: Self.top + 22,
      backed: true)
  }

  fileprivate mutating func drawGroupLegend(_ series: [ScalingFigure.Series]) {
    let word = series.first { !$0.group.mayBeCalledExponent }?.group.exponentWord ?? "exponent"
    var rows = [LegendRow(mark: .none, text: "\(word) [95 % interval]")]
    rows += Self.thinned(series).map { entry in
      LegendRow(
        mark: .line(entry.color, dash: nil), text: ScalingFigure.groupLabel(entry.group))
    }
    if series.contains(where: { $0.group.theory != nil }) {
      rows.append(LegendRow(mark: .lineInk(dash: "6 5"), text: "slope of the theory"))
    }
    drawLegend(rows, x: Self.left + plotWidth + 20, y: Self.top + 14, backed: false)
  }
}
