/// The clusters of the points of known y.
struct ClusterLayout {
  /// How many there are.
  let count: Int
  /// How many of one size would tell as much (n²/Σ n_c², so that a few large ones count for what they
  /// are), by weight.
  let effective: Double
  /// True where each sits at one place.
  let areSingle: Bool
  /// True where none has more than twice as many points as another.
  let areEqual: Bool

  init(_ points: [FitPoint]) {
    var numbers: [FitPoint.ClusterKey: Int] = [:]
    var (firsts, counts, weights) = ([Int](), [Int](), [Double]())
    var areSingle = true
    for (index, point) in points.enumerated() where !point.isUpperBound {
      let key = point.clusterKey
      if let number = numbers[key] {
        counts[number] += 1
        weights[number] += point.weight
        if areSingle, !point.isAtPlace(of: points[firsts[number]]) { areSingle = false }
      } else {
        numbers[key] = firsts.count
        firsts.append(index)
        counts.append(1)
        weights.append(point.weight)
      }
    }
    let total = weights.reduce(0, +)
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    count = firsts.count
    effective = squares > 0 ? total * total / squares : 0
    self.areSingle = areSingle
    areEqual = (counts.max() ?? 0) <= 2 * (counts.min() ?? 0)
  }
}
