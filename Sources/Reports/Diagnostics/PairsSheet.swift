import Fitting

/// The matrix of cells of a ``PairsFigure``.
struct PairsSheet {
  let columns: [PairsFigure.Column]
  private(set) var canvas: SVGCanvas

  private static let cell = 132.0
  private static let gap = 10.0
  private static let left = 92.0
  private static let top = 76.0
  private static let accent = SVGCanvas.Paint.color(Palette.categories[0])
  private static let bins = 24

  init(columns: [PairsFigure.Column]) {
    let extent = Double(columns.count) * (Self.cell + Self.gap)
    self.columns = columns
    self.canvas = SVGCanvas(
      width: max(Self.left + extent + 14, 460), height: Self.top + extent + 48)
  }

  mutating func drawTitle(_ title: String, subtitle: String, warning: String?) {
    canvas.text(title, x: 24, y: 26, size: 16, bold: true)
    canvas.text(subtitle, x: 24, y: 46, .muted, size: 12)
    if let warning { canvas.text(warning, x: 24, y: 64, .warning, bold: true) }
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
    start + Double(index) * (Self.cell + Self.gap)
  }

  private func xAxis(_ index: Int) -> Axis {
    let start = origin(index, Self.left)
    return Axis(
      title: "", scale: columns[index].scale, range: columns[index].range,
      pixels: (start, start + Self.cell))
  }

  private func yAxis(_ index: Int) -> Axis {
    let start = origin(index, Self.top)
    return Axis(
      title: "", scale: columns[index].scale, range: columns[index].range,
      pixels: (start + Self.cell, start))
  }

  private mutating func frame(row: Int, column: Int, _ draw: (inout SVGCanvas) -> Void) {
    let (x, y) = (origin(column, Self.left), origin(row, Self.top))
    canvas.clipped(x: x, y: y, width: Self.cell, height: Self.cell, draw)
    let corners = [
      (x, y), (x + Self.cell, y), (x + Self.cell, y + Self.cell), (x, y + Self.cell), (x, y),
    ]
    canvas.path(corners, .grid, width: 1)
  }

  private mutating func drawPair(row: Int, column: Int) {
    let (x, y) = (xAxis(column), yAxis(row))
    let (first, second) = (columns[column], columns[row])
    let pairs = Chart.thinned(Array(zip(first.values, second.values)), to: PairsFigure.dotCount)
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
    let (x, y) = (origin(column, Self.left), origin(row, Self.top))
    canvas.text(
      "ρ = \(Number.fixed(value, 2))", x: x + Self.cell / 2, y: y + Self.cell / 2 + 4,
      abs(value) > 0.9 ? .ink : .muted, size: 12 + 4 * abs(value), anchor: .middle,
      bold: abs(value) > 0.9)
  }

  private mutating func drawHistogram(_ index: Int) {
    let (axis, column) = (xAxis(index), columns[index])
    var counts = Array(repeating: 0, count: Self.bins)
    for value in column.values where column.range.contains(value) {
      let share = (axis.position(value) - axis.pixels.0) / Self.cell
      counts[min(Self.bins - 1, Int(share * Double(Self.bins)))] += 1
    }
    let highest = Double(counts.max() ?? 1)
    let floor = origin(index, Self.top) + Self.cell
    let width = Self.cell / Double(Self.bins)
    frame(row: index, column: index) { canvas in
      if let interval = column.estimate.ci95 {
        let low = axis.position(max(interval.lowerBound, column.range.lowerBound))
        let high = axis.position(min(interval.upperBound, column.range.upperBound))
        canvas.rect(
          x: low, y: floor - Self.cell, width: high - low, height: Self.cell, Self.accent,
          opacity: 0.12)
      }
      for (bin, count) in counts.enumerated() {
        let height = Double(count) / highest * (Self.cell - 24)
        canvas.rect(
          x: axis.pixels.0 + Double(bin) * width, y: floor - height, width: width - 0.8,
          height: height, Self.accent, opacity: 0.7)
      }
      let at = axis.position(column.estimate.value)
      canvas.line((at, floor), (at, floor - Self.cell), .muted, width: 1)
      // On the side where the line is not.
      let isRight = at < (axis.pixels.0 + axis.pixels.1) / 2
      canvas.text(
        column.name, x: isRight ? axis.pixels.1 - 8 : axis.pixels.0 + 8,
        y: floor - Self.cell + 17, size: 13, anchor: isRight ? .end : .start, bold: true)
    }
  }

  /// Below the last row and left of the first column.
  private mutating func drawTicks(_ index: Int) {
    let floor = origin(columns.count - 1, Self.top) + Self.cell
    let x = xAxis(index)
    for tick in Self.labelled(x) {
      let at = x.position(tick.value)
      let half = 3.2 * Double(tick.label?.count ?? 0)
      canvas.line((at, floor), (at, floor + 5), .muted)
      // A label must not run into the next cell's.
      guard at - half > x.pixels.0 - 5, at + half < x.pixels.1 + 5 else { continue }
      canvas.text(tick.label ?? "", x: at, y: floor + 19, .muted, size: 11, anchor: .middle)
    }
    canvas.text(
      columns[index].name, x: (x.pixels.0 + x.pixels.1) / 2, y: floor + 38, size: 13,
      anchor: .middle)
    guard index > 0 else { return }
    let y = yAxis(index)
    for tick in Self.labelled(y) {
      let at = y.position(tick.value)
      canvas.line((Self.left - 5, at), (Self.left, at), .muted)
      canvas.text(tick.label ?? "", x: Self.left - 9, y: at + 4, .muted, size: 11, anchor: .end)
    }
    canvas.text(
      columns[index].name, x: 22, y: (y.pixels.0 + y.pixels.1) / 2, size: 13, anchor: .middle,
      rotated: true)
  }

  /// Three or four labels, as many as a cell has room for.
  private static func labelled(_ axis: Axis) -> [Axis.Tick] {
    let all = axis.ticks.filter { $0.label != nil }
    let every = (all.count + 3) / 4
    return all.enumerated().filter { $0.offset % max(1, every) == 0 }.map(\.element)
  }
}
