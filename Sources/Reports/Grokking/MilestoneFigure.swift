public import Analysis
public import SweepModel

/// Steps to thresholds against one axis: dots where runs reached them, arrows where they had not by
/// their end, lines through the medians.
public enum MilestoneFigure {
  /// Draws the curves of one sweep.
  ///
  /// - Parameters:
  ///   - curves: One for each metric.
  ///   - axis: The horizontal axis.
  ///   - source: The sweep's name, and what it is a slice of, for the title.
  ///   - completeness: Whether the grid has holes.
  ///   - titles: Titles of the axes.
  ///   - style: Width and title.
  public static func draw(
    _ curves: [MilestoneCurve], axis: String, source: String, completeness: Completeness,
    titles: QuantityTitles = QuantityTitles(), style: FigureStyle = .screen
  ) -> Figure {
    let title = "\(source): steps to thresholds"
    let xs = curves.flatMap { $0.points.map(\.x) }
    let steps = curves.flatMap { $0.points.flatMap(\.steps) }.map { Double(max(1, $0.step)) }
    guard !xs.isEmpty, let yRange = Axis.range(around: steps, scale: .log, margin: 0.12) else {
      return .empty(title: title, reason: "No steps to thresholds to draw.", style: style)
    }
    let x = CellAxis(xs)
    let runs = curves.flatMap { $0.points.map(\.steps.count) }.max() ?? 1
    var chart = Chart(
      title: title,
      subtitle: runs > 1 ? "one mark a run, lines through their medians" : "one mark a run",
      warning: completeness.isComplete ? nil : completeness.summary,
      x: (titles.of(axis), x.scale, x.range), y: (titles.of("steps"), .log, yRange),
      side: .legend(legend(curves)), style: style)
    chart.markPlaces(x, nil)
    chart.drawAxes()
    let room = chart.plotWidth / Double(Set(xs).count * curves.count)
    for (index, curve) in curves.enumerated() {
      // Metrics stand beside each other so that none hides another.
      chart.draw(
        curve, color: colors[index % colors.count],
        shift: (Double(index) - Double(curves.count - 1) / 2) * min(13, 0.8 * room))
    }
    chart.drawSide()
    let hasSeeds = runs > 1
    return Figure(
      title: title,
      caption: "Optimiser steps until a metric reached its threshold, one mark for each run; an "
        + "arrow starts at the last step of runs that had not reached it (their number above it), a "
        + "right-censored value. "
        + (hasSeeds
          ? "Lines join Kaplan–Meier medians over seeds and end where a median is unknown."
          : "Lines end where a run had not reached its threshold."),
      svg: chart.document)
  }

  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#7a5195"]

  private static func legend(_ curves: [MilestoneCurve]) -> [LegendRow] {
    let rows = curves.enumerated().map { index, curve in
      LegendRow(mark: .dot(colors[index % colors.count]), text: name(curve))
    }
    let isCensored = curves.contains { $0.points.contains { $0.steps.contains { !$0.reached } } }
    return rows + (isCensored ? [LegendRow(mark: .arrow, text: "not by the end")] : [])
  }

  private static func name(_ curve: MilestoneCurve) -> String {
    curve.title + (curve.threshold.map { " \($0)" } ?? "")
  }
}

extension Chart {
  fileprivate mutating func draw(_ curve: MilestoneCurve, color: String, shift: Double) {
    let paint = SVGCanvas.Paint.color(color)
    func place(_ x: Double, _ step: CensoredStep) -> (Double, Double) {
      let (left, top) = point(x, Double(max(1, step.step)))
      return (left + shift, top)
    }
    for line in reachedMedians(curve) {
      canvas.path(line.map { place($0.x, $0.step) }, paint, width: 1.5, opacity: 0.7)
    }
    for point in curve.points {
      for step in point.steps where step.reached {
        canvas.circle(place(point.x, step), radius: 3.6, paint, opacity: 0.8)
      }
      for (step, runs) in Dictionary(grouping: point.steps.filter { !$0.reached }, by: \.self)
        .sorted(by: { $0.key.step < $1.key.step })
      {
        let at = place(point.x, step)
        canvas.arrow(at, paint)
        if runs.count > 1 {
          canvas.text("\(runs.count)", x: at.0, y: at.1 - 20, paint, size: 11, anchor: .middle)
        }
      }
    }
  }

  /// Runs of neighbouring places whose median is known.
  private func reachedMedians(
    _ curve: MilestoneCurve
  ) -> [[(x: Double, step: CensoredStep)]] {
    var lines: [[(x: Double, step: CensoredStep)]] = [[]]
    for point in curve.points {
      if let median = point.median, median.reached {
        lines[lines.count - 1].append((point.x, median))
      } else {
        lines.append([])
      }
    }
    return lines
  }
}
