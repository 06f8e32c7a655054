public import Kernels

/// Lloyd's k-means from k-means++ starts, as scikit-learn has it, with draws of its own.
public struct KMeans: Sendable {
  /// Its numbers.
  public struct Settings: Hashable, Sendable {
    /// Starts, of which the one with the least sum of squares counts: published 30.
    public var starts: Int
    /// Rounds of a start at most: scikit-learn's 300.
    public var rounds = 300
    /// Centres' squared movement, relative to the mean variance of a column, at which a start ends:
    /// scikit-learn's 0.0001.
    public var tolerance = 1e-4
    /// The seed of the starts.
    public var seed: UInt64 = 0

    /// Settings with so many starts.
    public init(starts: Int = 30) { self.starts = starts }
  }

  private let points: Matrix
  private let squares: [Double]
  private let count: Int
  private let crew: Crew

  /// The partition of points, `samples × columns`, into `count` clusters; some may stay empty where
  /// points coincide.
  public static func partition(
    _ points: Matrix, count: Int, settings: Settings, crew: Crew
  ) -> Partition {
    precondition((1...max(1, points.rows)).contains(count), "no such count of clusters")
    let means = KMeans(points, count: count, crew: crew)
    var best: (sum: Double, labels: [Int])?
    for start in 0..<max(1, settings.starts) {
      let found = means.run(start: start, settings)
      if found.sum < best?.sum ?? .infinity { best = found }
    }
    return Partition(best?.labels ?? [])
  }

  private init(_ points: Matrix, count: Int, crew: Crew) {
    self.points = points
    self.count = count
    self.crew = crew
    squares = (0..<points.rows).map { points.square(row: $0) }
  }

  private func run(start: Int, _ settings: Settings) -> (sum: Double, labels: [Int]) {
    var centres = plusPlus(RandomStream(seed: settings.seed, stream: UInt32(start)))
    let threshold = settings.tolerance * meanVariance
    var nearest = assign(centres)
    for _ in 0..<settings.rounds {
      let moved = means(nearest.labels, nearest.squares)
      let shift = (0..<count).reduce(0.0) { sum, row in
        (0..<points.columns).reduce(sum) {
          let step = Double(moved[row, $1]) - Double(centres[row, $1])
          return $0 + step * step
        }
      }
      centres = moved
      let next = assign(centres)
      let isSame = next.labels == nearest.labels
      nearest = next
      if isSame || shift <= threshold { break }
    }
    return (nearest.squares.reduce(0, +), nearest.labels)
  }

  private var meanVariance: Double {
    let count = Double(points.rows)
    var sum = 0.0
    for column in 0..<points.columns {
      let mean = (0..<points.rows).reduce(0) { $0 + Double(points[$1, column]) } / count
      sum +=
        (0..<points.rows).reduce(0) {
          let distance = Double(points[$1, column]) - mean
          return $0 + distance * distance
        } / count
    }
    return sum / Double(max(1, points.columns))
  }

  /// Squared distances of all points to some points' places or centres, `samples × centres`.
  private func distances(_ centres: Matrix) -> (products: Matrix, squares: [Double]) {
    (
      crew.product(points, crew.transposed(centres)),
      (0..<centres.rows).map { centres.square(row: $0) }
    )
  }

  private func assign(_ centres: Matrix) -> (labels: [Int], squares: [Double]) {
    let (products, lengths) = distances(centres)
    let labels = Buffer<Int>(count: points.rows)
    let nearest = Buffer<Double>(count: points.rows)
    crew.runRows(points.rows, by: 256) { [count, squares] rows, _ in
      for row in rows {
        var (best, least) = (0, Double.infinity)
        for centre in 0..<count {
          let distance = lengths[centre] - 2 * Double(products[row, centre])
          if distance < least { (best, least) = (centre, distance) }
        }
        labels[row] = best
        nearest[row] = max(0, least + squares[row])
      }
    }
    return (labels.elements(0..<points.rows), nearest.elements(0..<points.rows))
  }

  /// Every cluster's mean; an empty cluster moves to a point that is farthest from its centre.
  private func means(_ labels: [Int], _ squares: [Double]) -> Matrix {
    var sizes = [Int](repeating: 0, count: count)
    var sums = [Double](repeating: 0, count: count * points.columns)
    for (row, label) in labels.enumerated() {
      sizes[label] += 1
      for column in 0..<points.columns {
        sums[label * points.columns + column] += Double(points[row, column])
      }
    }
    let empty = sizes.indices.filter { sizes[$0] == 0 }
    if !empty.isEmpty {
      let far = squares.indices.sorted { (squares[$1], $0) < (squares[$0], $1) }
      for (cluster, row) in zip(empty, far) {
        sizes[cluster] = 1
        for column in 0..<points.columns {
          sums[cluster * points.columns + column] = Double(points[row, column])
        }
      }
    }
    let result = Matrix(rows: count, columns: points.columns)
    for cluster in 0..<count {
      for column in 0..<points.columns {
        result[cluster, column] = Float(
          sums[cluster * points.columns + column] / Double(max(1, sizes[cluster])))
      }
    }
    return result
  }

  /// Arthur & Vassilvitskii's starts, greedy as scikit-learn's: of 2 + ⌊ln k⌋ candidates, drawn in
  /// proportion to squared distances, the one that lessens their sum most.
  private func plusPlus(_ stream: RandomStream) -> Matrix {
    let trials = 2 + Int(Elementary.logarithm(Double(count)))
    var chosen = [stream.integer(below: points.rows, index: 0)]
    var least = squaresTo(chosen)[0]
    while chosen.count < count {
      let sums = least.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + $1) }
      let total = sums[sums.count - 1]
      let candidates = (0..<trials).map { trial in
        let draw = stream.uniform(index: UInt64(chosen.count), block: UInt32(trial)) * total
        return min(points.rows - 1, sums.partitionPoint { $0 > draw })
      }
      let lessened = squaresTo(candidates).map { zip($0, least).map { min($0, $1) } }
      let best = lessened.indices.reduce(0) {
        lessened[$1].reduce(0, +) < lessened[$0].reduce(0, +) ? $1 : $0
      }
      chosen.append(candidates[best])
      least = lessened[best]
    }
    return points.selecting(chosen)
  }

  private func squaresTo(_ places: [Int]) -> [[Double]] {
    let (products, lengths) = distances(points.selecting(places))
    return places.indices.map { place in
      squares.indices.map {
        max(0, squares[$0] + lengths[place] - 2 * Double(products[$0, place]))
      }
    }
  }
}

extension [Double] {
  /// The first place from which on ascending numbers fulfil a condition; `count` if none does.
  fileprivate func partitionPoint(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
