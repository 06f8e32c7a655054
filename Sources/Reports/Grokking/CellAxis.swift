import Glibc

/// An axis of a map of cells: neighbours meet half-way, on the scale on which they are most even.
struct CellAxis {
  /// The scale: logarithmic where the values grow by factors rather than by amounts.
  let scale: Axis.Scale
  private let values: [Double]

  /// Takes at least one finite value, in any order.
  init(_ values: some Sequence<Double>) {
    let sorted = Set(values).sorted()
    self.values = sorted
    guard let first = sorted.first, let last = sorted.last, first > 0, last > first else {
      scale = .linear
      return
    }
    // Two values are even on either scale.
    scale =
      sorted.count == 2
      ? (last >= 10 * first ? .log : .linear)
      : (Self.unevenness(sorted.map { log($0) }) < Self.unevenness(sorted) ? .log : .linear)
  }

  /// Takes values on a given scale; nil where none has a place on it.
  init?(_ values: some Sequence<Double>, scale: Axis.Scale) {
    self.values = Set(values).filter { $0.isFinite && (scale == .linear || $0 > 0) }.sorted()
    self.scale = scale
    if self.values.isEmpty { return nil }
  }

  private static func unevenness(_ values: [Double]) -> Double {
    let gaps = zip(values, values.dropFirst()).map { $1 - $0 }
    return (gaps.max() ?? 1) / (gaps.min() ?? 1)
  }

  /// The ends of a value's cell.
  func cell(at value: Double) -> ClosedRange<Double> {
    guard let place = values.firstIndex(of: value), values.count > 1 else {
      if scale == .log { return value / 2...value * 2 }
      let half = max(abs(value) * 0.1, 0.5)
      return (value - half)...(value + half)
    }
    let last = values.count - 1
    let next = place < last ? middle(values[place], values[place + 1]) : nil
    let before = place > 0 ? middle(values[place - 1], values[place]) : nil
    // The outer cells reach as far outwards as inwards.
    let upper = next ?? mirrored(before ?? value, at: value)
    return (before ?? mirrored(upper, at: value))...upper
  }

  /// All cells.
  var range: ClosedRange<Double> {
    cell(at: values[0]).lowerBound...cell(at: values[values.count - 1]).upperBound
  }

  /// The values, where a linear axis has few.
  var marks: [Double]? { scale == .linear && values.count <= 14 ? values : nil }

  private func middle(_ a: Double, _ b: Double) -> Double {
    scale == .log ? (a * b).squareRoot() : (a + b) / 2
  }

  private func mirrored(_ edge: Double, at value: Double) -> Double {
    scale == .log ? value * value / edge : 2 * value - edge
  }
}

extension Chart {
  /// Puts ticks at the places themselves where a linear axis has few of them.
  mutating func markPlaces(_ x: CellAxis, _ y: CellAxis?) {
    self.x.marks = x.marks
    self.y.marks = y?.marks
  }

  /// The corner and size of a cell in pixels.
  func box(
    _ x: ClosedRange<Double>, _ y: ClosedRange<Double>
  ) -> (x: Double, y: Double, width: Double, height: Double) {
    let (left, top) = point(x.lowerBound, y.upperBound)
    let (right, bottom) = point(x.upperBound, y.lowerBound)
    return (left, top, right - left, bottom - top)
  }
}
