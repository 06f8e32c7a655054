import Analysis
import Fitting
import SweepModel

/// Cut-off stability of many groups: a panel for each exponent and kind of cut-off, in which every
/// group is a line in its colour.
struct CutoffOverlay {
  let series: [CutoffFigure.Series]
  let report: FitReport
  let style: FigureStyle

  var figure: Figure? {
    let names = series.map(\.whole.name).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let panels = names.flatMap { name in
      [true, false].compactMap { panel(series.filter { $0.whole.name == name }, isLower: $0) }
    }
    guard !panels.isEmpty else { return nil }
    let title = "\(report.request.name): cut-off stability"
    let groups = report.groups.filter { $0.fit != nil }
    let legend = GroupLegend(groups) { index, _, values in
      LegendRow(mark: .line(color(index, of: groups.count), dash: nil), text: values)
    }
    return Figure(
      title: title,
      caption: "Exponents of every group from the points at and above a lower cut-off, and at and "
        + "below an upper one, a line for each of the \(groups.count) groups; intervals are in the "
        + "exported fits. A drift says that no single power law holds over the range.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: "\(report.sourceName), over part of the range of \(report.request.x)",
        warning: report.holeWarning,
        legend: legend.rows,
        panels: panels, style: style))
  }

  private func color(_ index: Int, of count: Int) -> String {
    Palette.series(index, of: count, ordered: true)
  }

  private func panel(_ series: [CutoffFigure.Series], isLower: Bool) -> Chart? {
    let lines = series.map { entry in
      (entry.group, entry.cuts.filter { $0.isLower == isLower }.map { ($0.at, $0.estimate.value) })
    }
    let points = lines.flatMap(\.1)
    guard let name = series.first?.whole.name,
      let x = Axis.range(around: points.map(\.0), scale: .log),
      let y = Axis.range(around: points.map(\.1), scale: .linear)
    else { return nil }
    var chart = Chart(
      panel: isLower ? "x ≥ cut-off" : "x ≤ cut-off",
      x: ("Cut-off in \(report.axisTitle(report.request.x))", .log, x), y: (name, .linear, y),
      plot: PanelFigure.plot(of: 2, style), style: style)
    chart.drawAxes()
    let frame = chart
    let groups = report.groups.filter { $0.fit != nil }
    chart.drawClipped { canvas in
      for (group, places) in lines {
        let index = groups.firstIndex(of: group) ?? 0
        let paint = SVGCanvas.Paint.color(color(index, of: groups.count))
        let drawn = places.sorted { $0.0 < $1.0 }.map { frame.point($0.0, $0.1) }
        canvas.path(drawn, paint, width: 1.25)
        for at in drawn { canvas.circle(at, radius: 2, paint) }
      }
    }
    return chart
  }
}
