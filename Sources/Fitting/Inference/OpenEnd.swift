/// Where a profile goes on without an end: curves that the data allow at the last values of the
/// parameter on its way out.
struct OpenEnd: Hashable, Sendable {
  /// The profiled parameter, on the scale of its working variable.
  private let places: [Double]
  /// The parameters' values of every curve.
  private let curves: [[Double]]

  /// A number whose slope shrinks more than this from step to step, as 1/x does where steps double,
  /// tends to a limit; the logarithm's does not.
  private static let leastSlope = 0.35
  /// Changes below this share of what is allowed already are the descents'.
  private static let leastChange = 0.02

  /// Nil for too few curves to see where they lead.
  init?(_ path: [(place: Double, values: [Double])]) {
    let last = path.filter { $0.values.allSatisfy(\.isFinite) }.suffix(3)
    guard last.count == 3 else { return nil }
    self.init(places: last.map(\.place), curves: last.map(\.values))
  }

  private init(places: [Double], curves: [[Double]]) {
    self.places = places
    self.curves = curves
  }

  /// The same with every curve replaced by another one; nil where that is none.
  func mapped(_ other: ([Double]) -> [Double]) -> OpenEnd? {
    OpenEnd(zip(places, curves.map(other)).map { ($0, $1) })
  }

  /// Numbers of every curve, in the order of the places.
  func numbers(_ numbers: ([Double]) -> [Double]) -> [[Double]] { curves.map(numbers) }

  /// A range of what is allowed, extended to what a number tends to further out: without an end where
  /// it changes on and on, or is none.
  func extended(_ range: ClosedRange<Double>, _ numbers: [Double]) -> ClosedRange<Double> {
    guard numbers.allSatisfy({ !$0.isNaN }) else { return -.infinity ... .infinity }
    let changes = [numbers[1] - numbers[0], numbers[2] - numbers[1]]
    let steps = [places[1] - places[0], places[2] - places[1]]
    var end = numbers[2]
    let width = range.upperBound - range.lowerBound
    let least = width.isFinite ? Self.leastChange * width : 1e-6 * max(1, abs(end))
    if abs(changes[1]) > least {
      let slopes = zip(changes, steps).map { abs($0 / $1) }
      let goesOn = changes[0] * changes[1] > 0 && slopes[1] >= Self.leastSlope * slopes[0]
      end = goesOn ? (changes[1] > 0 ? .infinity : -.infinity) : end + changes[1]
    }
    guard !end.isNaN else { return -.infinity ... .infinity }
    return min(range.lowerBound, end)...max(range.upperBound, end)
  }
}

/// The curves that the data allow, as profiles find them.
struct AllowedCurves: Hashable, Sendable {
  /// The parameters' values of every curve.
  var curves: [[Double]]
  /// Where there are ever more of them.
  var openEnds: [OpenEnd] = []

  /// Adds what every curve becomes.
  mutating func add(_ image: ([Double]) -> [Double]) {
    curves += curves.map(image).filter { $0.allSatisfy(\.isFinite) }
    openEnds += openEnds.compactMap { $0.mapped(image) }
  }
}
