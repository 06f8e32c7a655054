public import Analysis
import Fitting
import Glibc
import SweepModel

/// A fit of several inputs: the metric against each of them in turn, every point in the colour of
/// the next input's value, with the fitted curve and its 95 % band at some of those values.
public enum SurfaceFigure {
  /// Draws one group of a report; nil without points.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - report: The fits.
  ///   - note: What the subtitle says of the choice of groups; empty for nothing.
  ///   - style: Width and title.
  public static func draw(
    _ group: FitGroup, of report: FitReport, note: String = "", style: FigureStyle = .screen
  ) -> Figure? {
    let inputs = report.request.inputs
    let panels = inputs.indices.compactMap { panel(group, report, axis: $0, style) }
    guard !panels.isEmpty else { return nil }
    let title = report.title
    let name = group.title.isEmpty ? "" : "\(group.title): "
    let formula = FitText.formula(report.request.form)
    return Figure(
      title: title,
      caption: "\(report.request.y) against each input, all logarithmic. The colour of a point is "
        + "its value of the other input; the lines are the fit \(report.request.form.formula) at "
        + "values of the data named beside them"
        + (inputs.count > 2 ? ", every further input at its geometric mean" : "")
        + ", the bands its pointwise 95 % intervals."
        + (report.asked(of: group).isEmpty ? "" : " " + AskedMark.caption),
      svg: PanelFigure.draw(
        title: title,
        subtitle: "\(name)\(formula), objective \(report.request.objective.label), n = "
          + "\(group.points.count)",
        note: note,
        warning: report.holeWarning, panels: panels, style: style))
  }

  private static func panel(
    _ group: FitGroup, _ report: FitReport, axis: Int, _ style: FigureStyle
  ) -> Chart? {
    let inputs = report.request.inputs
    let asked = report.asked(of: group)
    guard let other = inputs.indices.first(where: { $0 != axis }),
      let xRange = Axis.range(
        around: group.points.map { $0.inputs[axis] } + asked.map { $0.inputs[axis] }, scale: .log),
      let yRange = Axis.range(
        around: group.points.map(\.y) + asked.flatMap(AskedMark.extent), scale: .log),
      let shades = Axis.range(around: group.points.map { $0.inputs[other] }, scale: .log, margin: 0)
    else { return nil }
    let shade = Axis(title: "", scale: .log, range: shades, pixels: (0, 1))
    let slices = group.fit == nil ? [] : CurveSlice.along(axis, of: group, margin: 0.1, count: 61)
    let values = Set(group.points.map { $0.inputs[other] }).count
    let rows =
      [LegendRow(mark: .none, text: inputs[other])]
      + slices.reversed().compactMap { slice in
        slice.held.map {
          LegendRow(
            mark: .line(Palette.shade(shade.position($0.value)), dash: nil),
            text: Number.significant($0.value))
        }
      }
      + (slices.isEmpty || slices.count == values
        ? [] : [LegendRow(mark: .none, text: "fit at \(slices.count) of \(values)")])
    let marks = asked.isEmpty ? [] : [AskedMark.legend(Palette.categories[1])]
    let right = 32 + (rows.map(\.width).max() ?? 0)
    let plot = PanelFigure.plot(of: inputs.count, right: style.isRoomy ? right : 24, style)
    var chart = Chart(
      panel: "against \(inputs[axis])", x: (report.axisTitle(inputs[axis]), .log, xRange),
      y: (report.axisTitle(report.request.y), .log, yRange),
      plot: (plot.width, plot.height * 1.3), side: .legend(rows + marks), style: style)
    chart.drawAxes()
    chart.draw(group, axis: axis, other: other, shade: shade, slices)
    chart.draw(asked, of: group, axis: axis)
    chart.drawSide()
    return chart
  }
}

extension FitReport {
  /// What a group's figure reaches out to.
  func asked(of group: FitGroup) -> [Prediction] {
    guard !asked.isEmpty, let index = groups.firstIndex(of: group) else { return [] }
    return asked[index]
  }
}

extension Chart {
  /// The curve through every place that was asked for, with the other inputs as they are there.
  fileprivate mutating func draw(_ asked: [Prediction], of group: FitGroup, axis: Int) {
    guard let fit = group.fit, let low = group.points.map({ $0.inputs[axis] }).min() else { return }
    let frame = self
    drawClipped { canvas in
      for prediction in asked {
        let ends = [low, prediction.inputs[axis]].sorted()
        let color = SVGCanvas.Paint.color(Palette.categories[1])
        if ends[0] < ends[1] {
          let places = CurveSlice.logSpaced(ends[0]...ends[1], count: 61).map { value in
            var place = prediction.inputs
            place[axis] = value
            return place
          }
          frame.drawReach(fit, places: places, axis: axis, color: color, &canvas)
        }
        frame.drawMark(prediction, axis: axis, color: color, &canvas)
      }
    }
  }

  fileprivate mutating func draw(
    _ group: FitGroup, axis: Int, other: Int, shade: Axis, _ slices: [CurveSlice]
  ) {
    let frame = self
    drawClipped { canvas in
      for slice in slices {
        guard let fit = group.fit, let held = slice.held else { continue }
        let color = SVGCanvas.Paint.color(Palette.shade(shade.position(held.value)))
        let xs = slice.places.map { $0[axis] }
        let bands = fit.bands(at: slice.places)
        let upper = zip(xs, bands).map { frame.point($0, $1.upperBound) }
        let lower = zip(xs, bands).reversed().map { frame.point($0, $1.lowerBound) }
        canvas.area(upper + lower, color, opacity: 0.16)
        canvas.path(
          zip(xs, fit.predictions(at: slice.places)).filter { $1.isFinite && $1 > 0 }
            .map { frame.point($0, $1) }, color, width: 1.75)
      }
      for point in group.points where point.y > 0 && point.inputs.allSatisfy({ $0 > 0 }) {
        canvas.circle(
          frame.point(point.inputs[axis], point.y), radius: 3,
          .color(Palette.shade(shade.position(point.inputs[other]))), opacity: 0.85)
      }
    }
  }
}
