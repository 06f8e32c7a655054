public import Analysis
import Glibc
public import SweepModel

/// Heat maps of training and test error over two axes.
public enum LandscapeFigure {
  /// Draws the two maps on one colour scale; nil for a landscape of one axis.
  ///
  /// - Parameters:
  ///   - landscape: The errors.
  ///   - source: The sweep's name, for the title.
  ///   - titles: Titles of the axes.
  ///   - style: Width and title.
  public static func draw(
    _ landscape: Landscape, source: String, titles: QuantityTitles = QuantityTitles(),
    style: FigureStyle = .screen
  ) -> Figure? {
    guard let vertical = landscape.y else { return nil }
    let title = landscape.figureTitle(source, "landscape of the \(landscape.quantity)")
    guard let values = landscape.valueAxis?.lastDecades(6) else {
      return .empty(title: title, reason: "No runs to draw.", style: style)
    }
    let x = CellAxis(landscape.cells.map(\.x))
    let y = CellAxis(landscape.cells.map { $0.y ?? 0 })
    let panels = [("Training", \Landscape.Cell.train), ("Test", \.test)].map { name, value in
      var chart = Chart(
        panel: "\(name) \(landscape.quantity)",
        x: (titles.of(landscape.x), x.scale, x.range),
        y: (titles.of(vertical), y.scale, y.range),
        plot: PanelFigure.plot(right: 102, style), side: .colourBar, style: style)
      chart.markPlaces(x, y)
      for cell in landscape.cells {
        let box = chart.box(x.cell(at: cell.x), y.cell(at: cell.y ?? 0))
        guard let found = cell[keyPath: value], found.isFinite else {
          chart.canvas.hole(box)
          continue
        }
        chart.canvas.rect(
          x: box.x, y: box.y, width: box.width + 0.4, height: box.height + 0.4,
          .color(Palette.heat(values.position(found))))
      }
      chart.drawAxes(gridLines: false)
      chart.drawColourBar(title: values.title, scale: values.scale, range: values.range)
      return chart
    }
    return Figure(
      title: title,
      caption: "\(values.title) of the training and of the test samples (\(landscape.scalar)), "
        + "\(landscape.hasSeeds ? "means over seeds, " : "")both on one scale of at most six decades, below which all is one "
        + "colour; crossed cells have no result.",
      svg: PanelFigure.draw(
        title: title,
        subtitle: landscape.hasSeeds ? "means over seeds, one colour scale" : "one colour scale",
        warning: landscape.completeness.isComplete ? nil : landscape.completeness.summary,
        panels: panels, style: style))
  }
}

extension Axis {
  /// A logarithmic axis without what lies further below its upper end than so many decades.
  fileprivate func lastDecades(_ count: Int) -> Axis {
    let low = range.upperBound * pow(10, -Double(count))
    guard scale == .log, low > range.lowerBound else { return self }
    return Axis(title: title, scale: .log, range: low...range.upperBound, pixels: pixels)
  }
}

extension Landscape {
  /// Values from the smallest at 0 to the largest at 1; logarithmic for losses over more than a
  /// factor of twenty. nil without any.
  var valueAxis: Axis? {
    let values = cells.flatMap { [$0.train, $0.test].compactMap(\.self) }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    // A loss that has become 0 takes the lowest colour of a logarithmic scale.
    let least = values.filter { $0 > 0 }.min() ?? high
    let isLog = quantity == .loss && low >= 0 && high > 20 * least
    let range =
      quantity == .error
      ? 0...max(1, high)
      : isLog ? least...high : low < high ? low...high : (low - 0.5)...(high + 0.5)
    return Axis(
      title: quantity == .loss ? "Loss" : "Fraction wrong", scale: isLog ? .log : .linear,
      range: range, pixels: (0, 1))
  }

  func figureTitle(_ source: String, _ what: String) -> String {
    title.isEmpty ? "\(source): \(what)" : "\(source): \(what), \(title)"
  }
}
