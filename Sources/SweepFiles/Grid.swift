import SweepModel

/// What varies over a sweep: a product of axes less its exclusions, then single points.
struct Grid {
  /// Axes that step together: one axis, or several of equal length under `zip:`.
  struct Dimension {
    /// The axes in the file's order.
    var axes: [SweepAxis]

    /// How many steps it has.
    var count: Int { axes.first?.values.count ?? 0 }
  }

  /// Values of some parameters at a place of the file.
  struct Assignment {
    /// Where it stands.
    let place: Place
    /// Parameters with the values that match; a point has one value for each.
    var axes: [SweepAxis]
  }

  /// Where the grid stands, for errors that concern all of it.
  var place: Place
  /// The factors of the product; the last one varies fastest.
  var dimensions: [Dimension] = []
  /// Combinations that are left out of the product.
  var exclusions: [Assignment] = []
  /// Points after, or instead of, the product.
  var points: [Assignment] = []
  /// What `--add` asks for beyond them; see ``Addition``.
  var additions: [Assignment] = []

  /// The names that vary, in the file's order.
  var axisNames: [String] {
    var names: [String] = []
    for axis in dimensions.flatMap(\.axes) + (points + additions).flatMap(\.axes)
    where !names.contains(axis.spec.name) {
      names.append(axis.spec.name)
    }
    return names
  }

  /// The first axis of a name in the product or in a point.
  func axis(_ name: String) -> SweepAxis? {
    (dimensions.flatMap(\.axes) + points.flatMap(\.axes)).first { $0.spec.name == name }
  }

  /// The most comparisons of points with values under `exclude:`, which bounds the time.
  static let maximumComparisons = 1_000_000_000

  /// Values under `exclude:`, all together.
  var excludedValues: Int {
    exclusions.reduce(0) { $0 + $1.axes.reduce(0) { $0 + $1.values.count } }
  }

  /// Points before exclusions and additions; nil when they are more than a 64-bit number holds.
  var count: Int? {
    var product = dimensions.isEmpty && !points.isEmpty ? 0 : 1
    for dimension in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension.count)
      guard !overflow else { return nil }
      product = next
    }
    let (sum, overflow) = product.addingReportingOverflow(points.count)
    return overflow ? nil : sum
  }

  /// One point: the values that vary and where to point when they are wrong.
  struct Point {
    /// Names and values in the file's order.
    var values: [(name: String, value: Value)]
    /// The place of a point of `points:` or of an addition; nil in the product.
    let place: Place?
    /// Which of the grid's additions asks for it; nil for a point of the file.
    var addition: Int?

    /// `width 9, seed 0`.
    var text: String { values.map { "\($0.name) \($0.value)" }.joined(separator: ", ") }
  }

  /// Calls `body` with every point in order: product, single points, additions.
  func forEachPoint(_ body: (Point) throws(FileError) -> Void) throws(FileError) {
    guard !additions.isEmpty else { return try forEachOwnPoint(body) }
    var known: [Point] = []
    try forEachOwnPoint { (point) throws(FileError) in
      known.append(point)
      try body(point)
    }
    for index in additions.indices {
      for point in try points(ofAddition: index, beside: known) {
        known.append(point)
        try body(point)
      }
    }
  }

  private func forEachOwnPoint(_ body: (Point) throws(FileError) -> Void) throws(FileError) {
    if !dimensions.isEmpty || points.isEmpty { try forEachProductPoint(body) }
    for point in points {
      let values = point.axes.map { (name: $0.spec.name, value: $0.values[0]) }
      try body(Point(values: values, place: point.place))
    }
  }

  /// One point is stepped on for all of them, which allocates nothing.
  private func forEachProductPoint(
    _ body: (Point) throws(FileError) -> Void
  ) throws(FileError) {
    let firsts = dimensions.map { dimension in
      dimension.axes.map { (name: $0.spec.name, value: $0.values[0]) }
    }
    var point = Point(values: firsts.flatMap(\.self), place: nil)
    // Where the values of each dimension begin among the point's.
    let offsets = firsts.indices.map { firsts[..<$0].reduce(0) { $0 + $1.count } }
    var steps = [Int](repeating: 0, count: dimensions.count)
    while true {
      if exclusions.isEmpty || !isExcluded(point.values) { try body(point) }
      var position = dimensions.count - 1
      while position >= 0 {
        let isLast = steps[position] + 1 == dimensions[position].count
        steps[position] = isLast ? 0 : steps[position] + 1
        for (index, axis) in dimensions[position].axes.enumerated() {
          point.values[offsets[position] + index].value = axis.values[steps[position]]
        }
        if !isLast { break }
        position -= 1
      }
      if position < 0 { return }
    }
  }

  private func isExcluded(_ values: [(name: String, value: Value)]) -> Bool {
    exclusions.contains { exclusion in
      exclusion.axes.allSatisfy { axis in
        values.contains { $0.name == axis.spec.name && axis.values.contains($0.value) }
      }
    }
  }
}
