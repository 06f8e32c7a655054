import Glibc

/// Sizes of clusters by rank: their envelope over all counts with a line through it.
public enum RankFigure {
  /// One network's envelope.
  public struct Curve: Sendable {
    let name: String
    let sizes: [Int]
    let line: (ranks: ClosedRange<Int>, slope: Double, intercept: Double)?

    /// Sizes at ranks 1, 2, …; of the line the slope of ln size on ln rank and ln size at rank 1.
    public init(
      _ name: String, sizes: [Int],
      line: (ranks: ClosedRange<Int>, slope: Double, intercept: Double)?
    ) {
      self.name = name
      self.sizes = sizes
      self.line = line
    }
  }

  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#7a5195"]

  /// Draws the envelopes of one network's variants; `expected` is the theory's slope, nil for none.
  public static func draw(
    _ curves: [Curve], source: String, expected: Double?, style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): sizes of clusters by rank"
    let ranks = curves.flatMap { $0.sizes.indices.map { Double($0 + 1) } }
    let sizes = curves.flatMap { $0.sizes.map(Double.init) }
    guard let x = Axis.range(around: ranks, scale: .log, margin: 0.02),
      let y = Axis.range(around: sizes, scale: .log)
    else { return .empty(title: title, reason: "There are no clusters.", style: style) }
    let rows = curves.enumerated().map { index, curve in
      let slope = curve.line.map { ", slope \(Number.significant($0.slope, 3))" } ?? ""
      return LegendRow(
        mark: .dot(colors[index % colors.count]), text: curve.name + slope)
    }
    var chart = Chart(
      title: title,
      subtitle: "the largest size at every rank over all counts of clusters"
        + (expected.map { "; theory: slope \(Number.significant($0, 3))" } ?? ""),
      x: ("Rank", .log, x), y: ("Samples", .log, y), side: .legend(rows), style: style)
    chart.drawAxes()
    for (index, curve) in curves.enumerated() {
      let color = SVGCanvas.Paint.color(colors[index % colors.count])
      chart.canvas.dots(
        curve.sizes.enumerated().map { chart.point(Double($0.offset + 1), Double($0.element)) },
        radius: 2, color)
      guard let line = curve.line else { continue }
      let ends = [line.ranks.lowerBound, line.ranks.upperBound].map { rank in
        chart.point(Double(rank), exp(line.intercept + line.slope * log(Double(rank))))
      }
      chart.drawClipped { $0.path(ends, color, width: 2) }
    }
    chart.drawSide()
    return Figure(
      title: title,
      caption: "Clusters sorted by falling size; at every rank the largest size over all counts of "
        + "clusters. The line is a least-squares fit of ln size on ln rank over the ranks that it "
        + "spans; the slope depends on that window.",
      svg: chart.document)
  }
}
