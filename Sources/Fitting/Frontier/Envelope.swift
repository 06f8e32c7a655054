import Glibc

/// The lower envelope of learning curves over compute: at every C the size whose curve is lowest.
///
/// Between checkpoints ln y is linear in ln C. A place where the best size is the smallest or the
/// largest of those that were trained that far has its optimum perhaps beyond them, and is no optimum.
struct Envelope {
  /// The checkpoints of one run by ascending compute.
  struct Curve {
    let parameters: Double
    let logC: [Double]
    let logY: [Double]

    func logY(at place: Double) -> Double? {
      guard let first = logC.first, let last = logC.last, place >= first, place <= last,
        let upper = logC.firstIndex(where: { $0 >= place })
      else { return nil }
      guard upper > 0 else { return logY[0] }
      let share = (place - logC[upper - 1]) / (logC[upper] - logC[upper - 1])
      return logY[upper - 1] + share * (logY[upper] - logY[upper - 1])
    }
  }

  /// Budgets at which the curves are compared, evenly in ln C.
  private static let count = 120
  /// A curve has so many checkpoints at least.
  static let fewest = 3

  let curves: [Curve]
  private let places: [Double]

  init(_ runs: [FrontierRun]) {
    curves = Dictionary(grouping: runs, by: \.run).sorted { $0.key < $1.key }.compactMap {
      _, rows in
      let sorted = rows.sorted { $0.compute < $1.compute }
      // Of repeats at one place the mean.
      let places = Dictionary(grouping: sorted) { log($0.compute) }
      let logC = places.keys.sorted()
      guard logC.count >= Self.fewest, Set(rows.map(\.parameters)).count == 1 else { return nil }
      let logY = logC.map { place in
        let here = places[place] ?? []
        return here.reduce(0) { $0 + log($1.y) } / Double(here.count)
      }
      return Curve(parameters: rows[0].parameters, logC: logC, logY: logY)
    }
    let all = curves.flatMap(\.logC)
    guard let low = all.min(), let high = all.max(), low < high else {
      places = []
      return
    }
    places = (0..<Self.count).map { low + (high - low) * Double($0) / Double(Self.count - 1) }
  }

  /// The sizes of the curves.
  var sizes: Int { Set(curves.map(\.parameters)).count }

  /// The optima of all curves, or of those drawn, with repetition.
  func optima(_ chosen: [Int]? = nil) -> [FrontierAnswer.Found] {
    let curves = (chosen ?? Array(curves.indices)).map { self.curves[$0] }
    return places.compactMap { place in
      let here = curves.compactMap { curve in
        curve.logY(at: place).map { (size: curve.parameters, logY: $0) }
      }
      let sizes = here.map(\.size)
      guard let best = here.min(by: { $0.logY < $1.logY }), let low = sizes.min(),
        let high = sizes.max(), best.size > low, best.size < high
      else { return nil }
      let budget = exp(place)
      return FrontierAnswer.Found(
        budget: budget, parameters: best.size, samples: budget / (6 * best.size), y: exp(best.logY))
    }
  }
}
