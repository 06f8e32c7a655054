public import Analysis
import Basics
import Fitting
import Glibc
import SweepModel

/// The log–log plot of a fit: single jobs, their mean for each grid point, the fitted curve with
/// its 95 % band, and the theory's exponent as
/// a dashed line through the middle of the fit (above the fitted floor, where there is one).
public enum ScalingFigure {
  /// Draws a report of a form of one input; one colour for each group.
  public static func draw(_ report: FitReport, style: FigureStyle = .screen) -> Figure {
    let title = report.title
    let points = report.groups.flatMap(\.points)
    let asked = report.asked.joined().map { $0.inputs[0] }
    guard let xRange = Axis.range(around: points.map(\.x) + asked, scale: .log),
      let yRange = valueRange(report)
    else { return .empty(title: title, reason: "No points to draw.", style: style) }
    let single = report.groups.count == 1
    let series = report.groups.enumerated().map { index, group in
      Series(
        group: group, color: Palette.series(index, of: report.groups.count, ordered: !single),
        asked: index < report.asked.count ? report.asked[index] : [])
    }
    let rows = single ? Chart.singleLegend(series[0]) : groupLegend(series)
    let isInside = single && style.isRoomy
    var chart = Chart(
      title: title, subtitle: subtitle(report), note: note(points), warning: report.holeWarning,
      x: (report.axisTitle(report.request.x), .log, xRange),
      y: (report.axisTitle(report.request.y), .log, yRange),
      side: isInside ? .nothing : .legend(rows), style: style)
    chart.drawAxes()
    chart.drawClippedSeries(series, single: single)
    if isInside { chart.drawInside(rows, series[0]) } else { chart.drawSide() }
    return Figure(title: title, caption: caption(report), svg: chart.document)
  }

  /// The values of the points, with what of band and theory lies within half their range beyond.
  private static func valueRange(_ report: FitReport) -> ClosedRange<Double>? {
    let ys = report.groups.flatMap(\.points).map(\.y).filter { $0 > 0 && $0.isFinite }
    guard let low = ys.min(), let high = ys.max() else { return nil }
    let reach = max(1.1, (high / low).squareRoot())
    let beyond = report.groups.flatMap { group -> [Double] in
      guard let fit = group.fit else { return [] }
      let places = CurveSlice.logSpaced(fit.xRange, count: 9).map { [$0] }
      return fit.bands(at: places).flatMap { [$0.lowerBound, $0.upperBound] }
        + (theory(group)?.map(\.1) ?? [])
    }
    let shown = beyond.filter(\.isFinite).map { min(high * reach, max(low / reach, $0)) }
    let asked = report.asked.joined().flatMap(AskedMark.extent)
    return Axis.range(around: ys + shown + asked, scale: .log)
  }

  /// The theory's slope through the middle of the fit, above its floor; nil without either.
  fileprivate static func theory(_ group: FitGroup) -> [(Double, Double)]? {
    guard let fit = group.fit, let theory = group.theory else { return nil }
    let middle = (fit.xRange.lowerBound * fit.xRange.upperBound).squareRoot()
    let floor = fit.parameter(.floor)?.value ?? 0
    let anchor = fit.prediction(at: middle) - floor
    return CurveSlice.logSpaced(fit.xRange, count: floor == 0 ? 2 : 61).map { x in
      (x, floor + anchor * pow(x / middle, -theory.value))
    }
  }

  fileprivate struct Series {
    let group: FitGroup
    let color: String
    /// The predictions that the curve reaches out to.
    let asked: [Prediction]
  }

  /// Heading `alpha: exponent [95 % interval]`, then a row `0.4: 0.332 [0.310, 0.356]` a group.
  private static func groupLegend(_ series: [Series]) -> [LegendRow] {
    let word = series.first { !$0.group.mayBeCalledExponent }?.group.exponentWord ?? "exponent"
    let legend = GroupLegend(
      series.map(\.group), limit: 13, heading: ": \(word) [95 % interval]"
    ) { index, group, values in
      LegendRow(
        mark: .line(series[index].color, dash: nil),
        text: "\(values): \(group.fit.map { FitText.exponent($0) } ?? "no fit")")
    }
    let theory =
      series.contains { $0.group.theory != nil }
      ? [LegendRow(mark: .lineInk(dash: "6 5"), text: "slope of the theory")] : []
    return legend.rows + theory
  }

  /// How many points have no place on logarithmic axes; empty where all have.
  private static func note(_ points: [FitPoint]) -> String {
    let hidden = points.count { !($0.x > 0 && $0.x.isFinite && $0.y > 0 && $0.y.isFinite) }
    return hidden == 0
      ? "" : "\(counted(hidden, "point")) without a place on logarithmic axes"
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
    let dots =
      report.groups.contains { Chart.hasMeans($0) }
      ? "Small dots are single jobs, large dots means (geometric) over the seeds of a grid point"
      : "Every dot is a \(report.groups.allSatisfy { $0.completeness == nil } ? "point" : "job")"
    let lines = report.groups.count > 1 ? "lines are the fits" : "the line is the fit"
    let hasBands = report.groups.contains { $0.fit?.replicates.isEmpty == false }
    return "\(what) against \(against), both logarithmic. \(dots); \(lines) "
      + report.request.form.formula
      + (hasBands ? ", bands their pointwise 95 % intervals." : ".")
      + (report.asked.joined().isEmpty ? "" : " " + AskedMark.caption)
  }
}

extension Chart {
  fileprivate mutating func drawClippedSeries(_ series: [ScalingFigure.Series], single: Bool) {
    let frame = self
    drawClipped { canvas in
      for entry in series { frame.drawBand(entry, &canvas) }
      for entry in series { frame.drawTheory(entry, single: single, &canvas) }
      for entry in series { frame.drawPoints(entry, &canvas) }
      for entry in series { frame.drawAsked(entry, &canvas) }
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

  /// The curve beyond the data, out to what was asked for.
  private func drawAsked(_ series: ScalingFigure.Series, _ canvas: inout SVGCanvas) {
    guard let fit = series.group.fit, !series.asked.isEmpty else { return }
    let xs = series.asked.map { $0.inputs[0] }
    let (low, high) = (fit.xRange.lowerBound, fit.xRange.upperBound)
    let beyond = [(xs.min() ?? low, low), (high, xs.max() ?? high)].filter { $0.0 < $0.1 }
    for (from, to) in beyond {
      let places = CurveSlice.logSpaced(from...to, count: 61).map { [$0] }
      drawReach(fit, places: places, axis: 0, color: .color(series.color), &canvas)
    }
    for prediction in series.asked {
      drawMark(prediction, axis: 0, color: .color(series.color), &canvas)
    }
  }

  private func drawTheory(
    _ series: ScalingFigure.Series, single: Bool, _ canvas: inout SVGCanvas
  ) {
    guard let line = ScalingFigure.theory(series.group)?.map({ point($0.0, $0.1) }) else { return }
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
    let hasMeans = Self.hasMeans(series.group)
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

  /// True where several jobs of a grid point make a mean.
  fileprivate static func hasMeans(_ group: FitGroup) -> Bool {
    (2..<max(2, group.points.count)).contains(means(of: group).count)
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

  fileprivate static func singleLegend(_ series: ScalingFigure.Series) -> [LegendRow] {
    let seeds = hasMeans(series.group)
    let dots = series.group.completeness == nil ? "points" : "jobs"
    var rows = [LegendRow(mark: seeds ? .smallDot(series.color) : .dot(series.color), text: dots)]
    if seeds { rows.append(LegendRow(mark: .dot(series.color), text: "mean over seeds")) }
    guard let fit = series.group.fit else { return rows }
    rows.append(
      LegendRow(
        mark: .line(series.color, dash: nil),
        text: "fit, \(series.group.exponentWord) \(FitText.exponent(fit))"))
    if !fit.replicates.isEmpty {
      rows.append(LegendRow(mark: .band(series.color), text: "95 % band"))
    }
    if !series.asked.isEmpty { rows.append(AskedMark.legend(series.color)) }
    if let theory = series.group.theory {
      rows.append(
        LegendRow(
          mark: .lineInk(dash: "6 5"),
          text: "theory, \(theory.formula) = \(Number.fixed(theory.value, 3))"))
    }
    return rows
  }

  /// In the corner that the points leave free.
  fileprivate mutating func drawInside(_ rows: [LegendRow], _ series: ScalingFigure.Series) {
    let means = Self.means(of: series.group).map { ($0.x, $0.y) }
    let ends = (means.min { $0.0 < $1.0 }, means.max { $0.0 < $1.0 })
    let falls = (ends.0?.1 ?? 1) >= (ends.1?.1 ?? 0)
    let widest = rows.map(\.width).max() ?? 0
    drawLegend(
      rows, x: falls ? Self.left + plotWidth - widest : Self.left + 18, y: top + 22, backed: true)
  }
}
