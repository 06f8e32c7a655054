public import Analysis
public import SweepModel

/// Sections through a landscape: training and test error against its first axis. Against the norm of
/// weights that is held, they have the shapes of an L and a U.
public enum SectionFigure {
  private static let trainDash = "5 4"

  /// Draws at most six sections, each as a dashed line for the training and a solid one for the
  /// test samples.
  ///
  /// - Parameters:
  ///   - landscape: The errors.
  ///   - source: The sweep's name, for the title.
  ///   - titles: Titles of the axes.
  ///   - style: Width and title.
  public static func draw(
    _ landscape: Landscape, source: String, titles: QuantityTitles = QuantityTitles(),
    style: FigureStyle = .screen
  ) -> Figure {
    let title = landscape.figureTitle(source, "\(landscape.quantity) against \(landscape.x)")
    let all = landscape.sections
    let sections = all.evenly(6)
    let cells = sections.flatMap(\.cells)
    let values = cells.flatMap { [$0.train, $0.test].compactMap(\.self) }
    guard let axis = landscape.valueAxis,
      let yRange = Axis.range(around: values, scale: axis.scale)
    else { return .empty(title: title, reason: "No runs to draw.", style: style) }
    let x = CellAxis(cells.map(\.x))
    var chart = Chart(
      title: title, subtitle: landscape.hasSeeds ? "means over seeds" : "one run a place",
      note: choice(landscape, shown: sections.count, of: all.count),
      warning: landscape.completeness.isComplete ? nil : landscape.completeness.summary,
      x: (titles.of(landscape.x), x.scale, x.range), y: (axis.title, axis.scale, yRange),
      side: .legend(legend(sections, landscape)), style: style)
    chart.markPlaces(x, nil)
    chart.drawAxes()
    for (section, color) in zip(sections, colors(sections.count)) {
      chart.draw(section, \.train, .color(color.train), dash: trainDash)
      chart.draw(section, \.test, .color(color.test), dash: nil)
    }
    chart.drawSide()
    return Figure(
      title: title,
      caption: "\(axis.title) of training samples (dashed) and test samples (solid, "
        + "\(landscape.scalar)) against \(landscape.x)\(landscape.hasSeeds ? ", means over seeds" : "").",
      svg: chart.document)
  }

  private static func choice(_ landscape: Landscape, shown: Int, of count: Int) -> String {
    shown == count ? "" : "\(shown) of \(count) values of \(landscape.y ?? "the axis") drawn"
  }

  /// A lone section has a colour for each line, several have one each.
  private static func colors(_ count: Int) -> [(train: String, test: String)] {
    guard count > 1 else { return [(Palette.categories[0], Palette.categories[1])] }
    return (0..<count).map { index in
      let color = Palette.series(index, of: count, ordered: true)
      return (color, color)
    }
  }

  private static func legend(
    _ sections: [Landscape.Section], _ landscape: Landscape
  ) -> [LegendRow] {
    let colors = colors(sections.count)
    guard let name = landscape.y else {
      return [
        LegendRow(mark: .line(colors[0].train, dash: trainDash), text: "training"),
        LegendRow(mark: .line(colors[0].test, dash: nil), text: "test"),
      ]
    }
    return [
      LegendRow(mark: .lineInk(dash: trainDash), text: "training"),
      LegendRow(mark: .lineInk(dash: "1 0"), text: "test"),
      LegendRow(mark: .none, text: name),
    ]
      + zip(sections, colors).map { section, color in
        LegendRow(mark: .dot(color.test), text: Number.plain(section.y ?? 0))
      }
  }
}

extension Chart {
  fileprivate mutating func draw(
    _ section: Landscape.Section, _ value: KeyPath<Landscape.Cell, Double?>,
    _ paint: SVGCanvas.Paint, dash: String?
  ) {
    let places = section.cells.compactMap { cell -> (Double, Double)? in
      guard let found = cell[keyPath: value], found.isFinite, y.scale == .linear || found > 0
      else { return nil }
      return point(cell.x, found)
    }
    canvas.path(places, paint, width: 2, dash: dash)
    for place in places { canvas.circle(place, radius: 3.2, paint, outlined: true) }
  }
}
