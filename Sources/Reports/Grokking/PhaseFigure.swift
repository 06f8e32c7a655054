public import Analysis
public import SweepModel

/// The phase map: a coloured and lettered cell for each place of a grid.
public enum PhaseFigure {
  /// The letters' colour, on the page's light and dark side alike.
  private static let ink = SVGCanvas.Paint.color("#1b1f24")

  /// Draws a map of two axes; nil for one of one axis.
  ///
  /// - Parameters:
  ///   - map: The phases.
  ///   - source: The sweep's name, for the title.
  ///   - titles: Titles of the axes.
  ///   - style: Width and title.
  public static func draw(
    _ map: PhaseMap, source: String, titles: QuantityTitles = QuantityTitles(),
    style: FigureStyle = .screen
  ) -> Figure? {
    guard let vertical = map.y else { return nil }
    let title = map.title.isEmpty ? "\(source): phases" : "\(source): phases, \(map.title)"
    guard !map.cells.isEmpty else {
      return .empty(title: title, reason: "No runs to draw.", style: style)
    }
    let x = CellAxis(map.cells.map(\.x))
    let y = CellAxis(map.cells.map { $0.y ?? 0 })
    let warning = map.completeness.isComplete ? nil : map.completeness.summary
    var chart = Chart(
      title: title, subtitle: map.rulesText, warning: warning,
      x: (titles.of(map.x), x.scale, x.range),
      y: (titles.of(vertical), y.scale, y.range), plot: (500, 400),
      side: .legend(legend(map)), style: style)
    chart.markPlaces(x, y)
    for cell in map.cells {
      chart.draw(cell, in: chart.box(x.cell(at: cell.x), y.cell(at: cell.y ?? 0)), ink: ink)
    }
    chart.drawAxes(gridLines: false)
    chart.drawSide()
    return Figure(title: title, caption: caption(map), svg: chart.document)
  }

  private static func legend(_ map: PhaseMap) -> [LegendRow] {
    var rows = Phase.allCases.map { phase in
      LegendRow(
        mark: .cell(phase.color, letter: phase.letter),
        text: "\(phase.rawValue) (\(map.count(of: phase)))")
    }
    if map.cells.contains(where: { $0.phase == nil }) {
      rows.append(LegendRow(mark: .hole, text: "no result"))
    }
    return rows
  }

  private static func caption(_ map: PhaseMap) -> String {
    let seeds = map.cells.contains { $0.runs.count > 1 }
    return "Phases of learning (\(map.rulesText)): comprehension reaches both accuracies, "
      + "grokking the test accuracy late, memorisation only the training accuracy, confusion not "
      + "even that. Numbers in cells are steps from the one to the other, k for thousands, with > "
      + "where a run ended before it generalised."
      + (seeds ? " Several seeds: the phase of most, with their share, and the median delay." : "")
  }
}

extension Chart {
  fileprivate mutating func draw(
    _ cell: PhaseMap.Cell, in box: (x: Double, y: Double, width: Double, height: Double),
    ink: SVGCanvas.Paint
  ) {
    guard let phase = cell.phase else { return canvas.hole(box) }
    // The page shows between cells.
    canvas.rect(
      x: box.x + 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1,
      .color(phase.color))
    let share = cell.share < 1 ? " \(cell.count(of: phase))/\(cell.runs.count)" : ""
    let size = min(14, 0.55 * min(box.width, box.height))
    guard size >= 5 else { return }
    let delay = cell.delay.map { Number.steps($0) } ?? ""
    let isRoomy = box.width >= 38 && box.height >= 30 && !delay.isEmpty
    let middle = (x: box.x + box.width / 2, y: box.y + box.height / 2)
    canvas.text(
      phase.letter + (box.width >= 38 ? share : ""), x: middle.x,
      y: middle.y + (isRoomy ? -1 : size * 0.36), ink, size: size, anchor: .middle, bold: true)
    if isRoomy {
      canvas.text(delay, x: middle.x, y: middle.y + 12, ink, size: 10.5, anchor: .middle)
    }
  }
}

extension Number {
  /// Steps in little room: `340`, `1.3k`, `> 10k`.
  static func steps(_ value: CensoredStep) -> String {
    let size = abs(value.step)
    let sign = value.step < 0 ? "−" : ""
    let text =
      size < 1000
      ? "\(size)" : fixed(Double(size) / 1000, size < 9950 && size % 1000 != 0 ? 1 : 0) + "k"
    return (value.reached ? "" : "> ") + sign + text
  }
}
