import Basics

/// ROC curves of detectors, a panel a kind of anomaly.
public enum DetectionFigure {
  /// What a detector finds.
  public struct Curve: Sendable {
    let name: String
    let points: [(falseAlarms: Double, found: Double)]
    let area: Double?

    /// Shares of normal samples that raise an alarm, ascending, with those of anomalies that do; and
    /// the area under the curve.
    public init(
      _ name: String, _ points: [(falseAlarms: Double, found: Double)], area: Double?
    ) {
      self.name = name
      self.points = points
      self.area = area
    }
  }

  /// A kind of anomaly.
  public struct Panel: Sendable {
    let title: String
    let curves: [Curve]

    /// The same detectors in the same order as in all panels.
    public init(_ title: String, _ curves: [Curve]) {
      self.title = title
      self.curves = curves
    }
  }

  private static let colors = [
    "#0072b2", "#56b4e9", "#009e73", "#d55e00", "#7a5195", "#b8860b", "#8a8f98",
  ]

  /// Draws the panels, curves being means over so many networks.
  public static func draw(
    _ panels: [Panel], source: String, networks: Int, style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): detection of anomalies"
    guard let first = panels.first, networks > 0 else {
      return .empty(title: title, reason: "There are no anomalies.", style: style)
    }
    let legend = first.curves.enumerated().map { index, curve in
      LegendRow(mark: .line(colors[index % colors.count], dash: nil), text: curve.name)
    }
    return Figure(
      title: title,
      caption: "The share of anomalies that a detector finds against the share of normal samples "
        + "that raise a false alarm, mean over \(counted(networks, "network")). The dashed diagonal is "
        + "chance. Beside each panel's title stands the area under the first detector's curve.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: "ROC curves, mean over \(counted(networks, "network"))", legend: legend,
        panels: panels.map { chart($0, of: panels.count, style) }, style: style))
  }

  private static func chart(_ panel: Panel, of count: Int, _ style: FigureStyle) -> Chart {
    let area = panel.curves.first?.area.map { ", \(Number.significant($0, 3))" } ?? ""
    var chart = Chart(
      panel: panel.title + area, x: ("False alarms", .linear, 0...1),
      y: ("Found", .linear, 0...1), plot: PanelFigure.plot(of: count, style), style: style)
    chart.drawAxes()
    let points = { (chart: Chart, curve: Curve) in
      curve.points.map { chart.point($0.falseAlarms, $0.found) }
    }
    let paths = panel.curves.map { points(chart, $0) }
    let diagonal = (chart.point(0, 0), chart.point(1, 1))
    chart.drawClipped { canvas in
      canvas.line(diagonal.0, diagonal.1, .muted, dash: "4 4")
      // The first detector lies on top.
      for (index, path) in paths.enumerated().reversed() {
        canvas.path(path, .color(colors[index % colors.count]), width: index == 0 ? 2.4 : 1.6)
      }
    }
    return chart
  }
}
