import Analysis
import Fitting

/// The matrix of cells of a ``PairsFigure``.
struct PairsSheet {
  let columns: [PairsFigure.Column]
  private(set) var canvas: SVGCanvas

  /// The side of a cell.
  private let cell: Double
  private let top: Double

  private static let gap = 10.0
  private static let left = 92.0
  private static let accent = SVGCanvas.Paint.color(Palette.categories[0])
  private static let bins = 24

  init(columns: [PairsFigure.Column], heading: Heading) {
    let count = Double(columns.count)
    let room = heading.style.sheetWidth.map { ($0 - Self.left - 14) / count - Self.gap }
    let cell = max(48, min(room ?? 132, 160))
    let extent = count * (cell + Self.gap)
    let width = heading.style.sheetWidth ?? max(Self.left + extent + 14, 460)
    self.columns = columns
    self.cell = cell
    self.top = heading.height + 14
    self.canvas = SVGCanvas(width: width, height: top + extent + 48)
    heading.draw(&canvas, x: heading.style.isRoomy ? 24 : 12)
  }

  mutating func drawCells() {
    for row in columns.indices {
      for column in columns.indices {
        if column < row { drawPair(row: row, column: column) }
        if column > row { drawCorrelation(row: row, column: column) }
      }
      drawHistogram(row)
    }
    for index in columns.indices { drawTicks(index) }
  }

  private func origin(_ index: Int, _ start: Double) -> Double {
    start + Double(index) * (cell + Self.gap)
  }

  private func xAxis(_ index: Int) -> Axis {
    let start = origin(index, Self.left)
    return Axis(
      title: "", scale: columns[index].scale, range: columns[index].range,
      pixels: (start, start + cell))
  }

  private func yAxis(_ index: Int) -> Axis {
    let start = origin(index, top)
    return Axis(
      title: "", scale: columns[index].scale, range: columns[index].range,
      pixels: (start + cell, start))
  }

  private mutating func frame(row: Int, column: Int, _ draw: (inout SVGCanvas) -> Void) {
    let (x, y) = (origin(column, Self.left), origin(row, top))
    canvas.clipped(x: x, y: y, width: cell, height: cell, draw)
    let corners = [
      (x, y), (x + cell, y), (x + cell, y + cell), (x, y + cell), (x, y),
    ]
    canvas.path(corners, .grid, width: 1)
  }

  private mutating func drawPair(row: Int, column: Int) {
    let (x, y) = (xAxis(column), yAxis(row))
    let (first, second) = (columns[column], columns[row])
    let pairs = Array(zip(first.values, second.values)).evenly(PairsFigure.dotCount)
      .filter {
        $0.isFinite && $1.isFinite && (first.scale == .linear || $0 > 0)
          && (second.scale == .linear || $1 > 0)
      }
      .map { (x.position($0), y.position($1)) }
    let at = (x.position(first.estimate.value), y.position(second.estimate.value))
    frame(row: row, column: column) { canvas in
      canvas.dots(pairs, radius: 1.3, Self.accent, opacity: 0.45)
      canvas.line((at.0, y.pixels.0), (at.0, y.pixels.1), .muted, width: 1)
      canvas.line((x.pixels.0, at.1), (x.pixels.1, at.1), .muted, width: 1)
    }
  }

  private mutating func drawCorrelation(row: Int, column: Int) {
    let value = columns[row].correlation(columns[column])
    let (x, y) = (origin(column, Self.left), origin(row, top))
    canvas.text(
      "ρ = \(Number.fixed(value, 2))", x: x + cell / 2, y: y + cell / 2 + 4,
      abs(value) > 0.9 ? .ink : .muted, size: 12 + 4 * abs(value), anchor: .middle,
      bold: abs(value) > 0.9)
  }

  private mutating func drawHistogram(_ index: Int) {
    let (cell, bins) = (cell, Self.bins)
    let (axis, column) = (xAxis(index), columns[index])
    var counts = Array(repeating: 0, count: bins)
    for value in column.values where column.range.contains(value) {
      let share = (axis.position(value) - axis.pixels.0) / cell
      counts[min(bins - 1, Int(share * Double(bins)))] += 1
    }
    let highest = Double(counts.max() ?? 1)
    let floor = origin(index, top) + cell
    let width = cell / Double(bins)
    frame(row: index, column: index) { canvas in
      if let interval = column.estimate.ci95 {
        let low = axis.position(max(interval.lowerBound, column.range.lowerBound))
        let high = axis.position(min(interval.upperBound, column.range.upperBound))
        canvas.rect(
          x: low, y: floor - cell, width: high - low, height: cell, Self.accent,
          opacity: 0.12)
      }
      for (bin, count) in counts.enumerated() {
        let height = Double(count) / highest * (cell - 24)
        canvas.rect(
          x: axis.pixels.0 + Double(bin) * width, y: floor - height, width: width - 0.8,
          height: height, Self.accent, opacity: 0.7)
      }
      let at = axis.position(column.estimate.value)
      canvas.line((at, floor), (at, floor - cell), .muted, width: 1)
      // On the side where the line is not.
      let isRight = at < (axis.pixels.0 + axis.pixels.1) / 2
      canvas.text(
        column.name, x: isRight ? axis.pixels.1 - 8 : axis.pixels.0 + 8,
        y: floor - cell + 17, size: 13, anchor: isRight ? .end : .start, bold: true)
    }
  }

  /// Below the last row and left of the first column; no label runs into another one's.
  private mutating func drawTicks(_ index: Int) {
    let floor = origin(columns.count - 1, top) + cell
    let x = xAxis(index)
    for tick in Self.labelled(x, extent: { TextWidth.of($0, size: 11) }) {
      let at = x.position(tick.value)
      canvas.line((at, floor), (at, floor + 5), .muted)
      let half = TextWidth.of(tick.label ?? "", size: 11) / 2
      guard at - half > x.pixels.0 - 5, at + half < x.pixels.1 + 5 else { continue }
      canvas.text(tick.label ?? "", x: at, y: floor + 19, .muted, size: 11, anchor: .middle)
    }
    canvas.text(
      TextWidth.shortened(columns[index].name, size: 13, width: cell + Self.gap),
      x: (x.pixels.0 + x.pixels.1) / 2, y: floor + 38, size: 13, anchor: .middle)
    guard index > 0 else { return }
    let y = yAxis(index)
    for tick in Self.labelled(y, extent: { _ in 12 }) {
      let at = y.position(tick.value)
      canvas.line((Self.left - 5, at), (Self.left, at), .muted)
      canvas.text(tick.label ?? "", x: Self.left - 9, y: at + 4, .muted, size: 11, anchor: .end)
    }
    canvas.text(
      TextWidth.shortened(columns[index].name, size: 13, width: cell + Self.gap), x: 22,
      y: (y.pixels.0 + y.pixels.1) / 2, size: 13, anchor: .middle, rotated: true)
  }

  /// The ticks with a label, at most four, as many as have room.
  private static func labelled(_ axis: Axis, extent: (String) -> Double) -> [Axis.Tick] {
    let all = axis.ticks.filter { $0.label != nil }
    let every = max(1, (all.count + 3) / 4)
    let some = all.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    return axis.separated(some, gap: 8, extent: extent).filter { $0.label != nil }
  }
}
