import Glibc

// Two breaks of opposite strength at nearly one place are, the stronger the more exactly, a break of
// strength δ, a step and a bump: δ·s·ln(1 + e^w) − A·σ(w) + B·s(ln(1 + e^w) − wσ(w)). That is linear
// in δ, A and B, so these valleys are found by regression over places and widths, and entered from
// their end.

extension BrokenStarts {
  /// Two breaks that cancel each other in the limit, beside the other breaks of θ.
  struct Limit {
    var theta: Vector
    /// The two breaks.
    var first: Int
    var second: Int
    var centre: Double
    var width: Double
    var change: Double
    var step: Double
    var bump: Double
    var squares = 0.0
  }

  /// Strengths of the pair of opposite breaks.
  private static let strengths = [1.0, 0.1, 0.01].flatMap { share in
    [share * SearchDomain.change, -share * SearchDomain.change]
  }
  /// A sharp pair may follow two points alone: beside a third break it stands at every one of many.
  private static let mostPairPlaces = [0, 80, 160]

  /// Limits of the least squares in as many neighbourhoods, best first; of three breaks those of every
  /// width.
  ///
  /// - Parameter others: Fits with fewer breaks, at whose breaks pairs stand, too.
  func limits(_ others: [Vector], limit: Int) -> [Limit] {
    guard breaks > 1 else { return [] }
    // A sharp pair lies within its width, far narrower than a step between places.
    let known = others.flatMap { other in (0..<breaks - 1).map { other[4 + 3 * $0] } }
    let centres = (pairPlaces + Set(known)).sorted()
    if breaks > 2 {
      let scans = floors.indices.map(scan)
      // Wide pairs follow what a break does: among all widths they would hide the sharp ones.
      return Self.fineWidths.flatMap {
        besides(centres, $0, scans, limit: limit / Self.fineWidths.count)
      }
    }
    var found: [(limit: Limit, place: Int)] = []
    for floor in floors {
      for (place, centre) in centres.enumerated() {
        found += Self.fineWidths.compactMap { regressed(floor, centre, $0) }.map { ($0, place) }
      }
    }
    found.sort { $0.limit.squares < $1.limit.squares }
    var kept: [(limit: Limit, place: Int)] = []
    for entry in found where kept.count < limit {
      let isNear = kept.contains {
        $0.place == entry.place && ($0.limit.theta[0] == 0) == (entry.limit.theta[0] == 0)
          && abs(log($0.limit.width / entry.limit.width)) < 1.5
      }
      if !isNear { kept.append(entry) }
    }
    return kept.map(\.limit)
  }

  /// Limits of pairs of one width, each beside the break with which it follows the points best.
  private func besides(
    _ centres: [Double], _ width: Double, _ scans: [BreakScan], limit: Int
  ) -> [Limit] {
    let columns = centres.map { Self.pairColumns(u, $0, width) }
    let found = scans.enumerated().flatMap { floor, scan in
      scan.besides(columns, limit: Self.mostChoices).map { beside in
        (beside: beside, floor: floor, squares: beside.squares + missed(floors[floor]))
      }
    }
    var kept: [(beside: BreakScan.Beside, floor: Int, squares: Double)] = []
    for entry in found.sorted(by: { $0.squares < $1.squares }) where kept.count < limit {
      let isNear = kept.contains {
        abs($0.beside.pair - entry.beside.pair) < 2
          && (floors[$0.floor] == 0) == (floors[entry.floor] == 0)
      }
      if !isNear { kept.append(entry) }
    }
    return kept.compactMap { beside, floor, _ in
      regressed(
        floors[floor], centres[beside.pair], width,
        beside: (places[beside.place], widths[beside.width]))
    }
  }

  /// The limit of a pair, and of a break beside it, by regression; nil where there is none.
  private func regressed(
    _ floor: Double, _ centre: Double, _ width: Double,
    beside: (place: Double, width: Double)? = nil
  ) -> Limit? {
    let further = beside.map { other in [u.map { BreakScan.bend($0, other.place, other.width) }] }
    let (linear, squares) = leastSquares(
      floor: floor, Self.pairColumns(u, centre, width) + (further ?? []))
    guard squares < .infinity else { return nil }
    var theta = Vector([floor, linear[0], linear[1]])
    if let beside {
      (theta[3], theta[4], theta[5]) = (linear[5], beside.place, log(beside.width))
    }
    return Limit(
      theta: theta, first: breaks - 2, second: breaks - 1, centre: centre, width: width,
      change: linear[2], step: linear[3], bump: linear[4], squares: squares)
  }

  /// The columns of δ, −A and B.
  private static func pairColumns(
    _ u: [Double], _ centre: Double, _ width: Double
  ) -> [[Double]] {
    var columns: [[Double]] = [[], [], []]
    for u in u {
      let w = (u - centre) / width
      let sigmoid = 1 / (1 + exp(-w))
      let soft = BreakScan.bend(u, centre, width)
      columns[0].append(soft)
      columns[1].append(-sigmoid)
      columns[2].append(soft - width * w * sigmoid)
    }
    return columns
  }

  /// At the points, between them and beyond.
  private var pairPlaces: [Double] {
    let distinct = Set(u).sorted()
    let all = (distinct + zip(distinct, distinct.dropFirst()).map { ($0 + $1) / 2 }).sorted()
    let most = Self.mostPairPlaces[breaks - 1] - 4
    let inner =
      all.count <= most ? all : (0..<most).map { all[$0 * (all.count - 1) / (most - 1)] }
    let (low, high) = (distinct[0], distinct[distinct.count - 1])
    return inner + [0.1, 0.3].flatMap { [low - $0 * (high - low), high + $0 * (high - low)] }
  }

  /// θ of a limit, at several strengths of either sign.
  func entered(_ limit: Limit) -> [Vector] {
    Self.strengths.map { strength in
      var theta = limit.theta
      // As far as the limit's first order says anything.
      func clamped(_ value: Double, _ most: Double) -> Double { min(max(value, -most), most) }
      let shift = clamped(0.5 * limit.step / strength, limit.width)
      let spread = clamped(0.5 * limit.bump / strength, 0.7)
      let least = max(log(limit.width), SearchDomain.widths.lowerBound + abs(spread))
      for (index, sign) in [(limit.first, 1.0), (limit.second, -1)] {
        theta[3 + 3 * index] = 0.5 * limit.change + sign * strength
        theta[4 + 3 * index] = limit.centre + sign * shift
        theta[5 + 3 * index] = least + sign * spread
      }
      return theta
    }
  }

  /// The pairs of θ that nearly cancel each other, entered from their limits again.
  func pushed(_ theta: Vector) -> [Vector] {
    valleys(theta).flatMap { valley -> [Vector] in
      guard let second = valley.second, valley.first < second else {
        let most = SearchDomain.change / abs(theta[valley.strength])
        return ([4.0, 30].filter { $0 < most } + [most]).map {
          moved(theta, along: valley, by: $0)
        }
      }
      let (one, two) = (3 + 3 * valley.first, 3 + 3 * second)
      let strength = 0.5 * (theta[one] - theta[two])
      return entered(
        Limit(
          theta: theta, first: valley.first, second: second,
          centre: 0.5 * (theta[one + 1] + theta[two + 1]),
          width: exp(0.5 * (theta[one + 2] + theta[two + 2])),
          change: theta[one] + theta[two], step: strength * (theta[one + 1] - theta[two + 1]),
          bump: strength * (theta[one + 2] - theta[two + 2])))
    }
  }
}
