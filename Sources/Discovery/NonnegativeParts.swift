/// Non-negative least squares of a unit vector on centroids by the active-set method of Lawson &
/// Hanson (*Solving Least Squares Problems*, chapter 23), from inner products alone.
///
/// A centroid stands for itself or its negative, whichever has a positive inner product with the
/// vector. Ties fall to the lower number, so the result is determined.
struct NonnegativeParts {
  /// Every centroid's weight, not negative.
  private(set) var weights: [Double]
  /// The squared length of what is left of the vector.
  private(set) var residual = 1.0

  private let products: [Double]
  private let target: [Double]
  private var passive: [Int] = []

  /// Fits: `products` are those of the centroids with each other, row-major and positive definite,
  /// `target` those with the vector. A centroid joins while its inner product with what is left
  /// exceeds `leastGain` times the largest at first.
  init(products: [Double], target: [Double], leastGain: Double) {
    let count = target.count
    precondition(products.count == count * count, "every pair of centroids has a product")
    let signs = target.map { $0 < 0 ? -1.0 : 1 }
    self.target = target.map { abs($0) }
    self.products = products.indices.map {
      products[$0] * signs[$0 / count] * signs[$0 % count]
    }
    weights = [Double](repeating: 0, count: count)
    let least = leastGain * (self.target.max() ?? 0)
    for _ in 0..<3 * count {
      guard let next = steepest(above: max(least, 1e-12)) else { break }
      passive.append(next)
      guard settle(added: next) else { break }
    }
    let fitted = weights.indices.reduce(0) {
      $0 + weights[$1] * (2 * self.target[$1] - slope($1))
    }
    residual = 1 - fitted
  }

  /// Row `centroid` of the products times the weights.
  private func slope(_ centroid: Int) -> Double {
    passive.reduce(0) { $0 + products[centroid * weights.count + $1] * weights[$1] }
  }

  private func steepest(above least: Double) -> Int? {
    var best: (centroid: Int, gain: Double)?
    for centroid in weights.indices where !passive.contains(centroid) {
      let gain = target[centroid] - slope(centroid)
      if gain > least, gain > best?.gain ?? 0 { best = (centroid, gain) }
    }
    return best?.centroid
  }

  /// Solves on the passive centroids and drops those whose weights would fall below 0; false when
  /// the newest one gains nothing.
  private mutating func settle(added: Int) -> Bool {
    while !passive.isEmpty {
      let size = passive.count
      let matrix = passive.flatMap { row in
        passive.map { products[row * weights.count + $0] }
      }
      guard let factor = CholeskyFactor(matrix, size: size) else { return drop(added) }
      let solved = factor.solve(passive.map { target[$0] })
      guard solved.contains(where: { $0 <= 0 }) else {
        for (place, centroid) in passive.enumerated() { weights[centroid] = solved[place] }
        return true
      }
      var step = 1.0
      for (place, centroid) in passive.enumerated() where solved[place] <= 0 {
        let weight = weights[centroid]
        if weight == 0, centroid == added { return drop(added) }
        step = min(step, weight / (weight - solved[place]))
      }
      for (place, centroid) in passive.enumerated() {
        weights[centroid] += step * (solved[place] - weights[centroid])
      }
      let gone = passive.filter { weights[$0] <= 1e-15 }
      for centroid in gone { weights[centroid] = 0 }
      passive.removeAll { gone.contains($0) }
    }
    return false
  }

  private mutating func drop(_ centroid: Int) -> Bool {
    passive.removeAll { $0 == centroid }
    weights[centroid] = 0
    return false
  }
}
