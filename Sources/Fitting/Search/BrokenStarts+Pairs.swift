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
  private static let mostSingles = 10

  /// Limits of the least squares in as many neighbourhoods, best first.
  ///
  /// - Parameter others: Fits with fewer breaks, whose breaks one at a time stand beside the pair.
  func limits(_ others: [Vector], limit: Int) -> [Limit] {
    guard breaks > 1 else { return [] }
    var bases: [Vector] = floors.map { Vector([$0]) }
    if breaks > 2 {
      bases =
        others.flatMap { other in
          (0..<breaks - 1).filter { abs(other[3 + 3 * $0]) > 1e-3 }.map { place in
            var base = Vector([other[0]])
            for shape in 3...5 { base[shape] = other[shape + 3 * place] }
            return base
          }
        } + singles(Self.mostSingles)
    }
    // A sharp pair lies within its width, far narrower than a step between places.
    let known = others.flatMap { other in (0..<breaks - 1).map { other[4 + 3 * $0] } }
    let (centres, widths) = (pairPlaces + Set(known).sorted(), Self.fineWidths)
    let columns = centres.flatMap { centre in
      widths.map { width in Self.pairColumns(u, centre, width) }
    }
    var found: [(limit: Limit, place: Int)] = []
    for base in bases {
      let missed = breaks > 2 ? missed(base[0]) : 0
      let further = (0..<breaks - 2).map { place in
        u.map { BreakScan.bend($0, base[4 + 3 * place], exp(base[5 + 3 * place])) }
      }
      for (index, triple) in columns.enumerated() {
        let (linear, squares) = leastSquares(floor: base[0], triple + further)
        guard squares < .infinity else { continue }
        var theta = base
        (theta[1], theta[2]) = (linear[0], linear[1])
        for place in 0..<breaks - 2 { theta[3 + 3 * place] = linear[5 + place] }
        found.append(
          (
            Limit(
              theta: theta, first: breaks - 2, second: breaks - 1,
              centre: centres[index / widths.count], width: widths[index % widths.count],
              change: linear[2], step: linear[3], bump: linear[4], squares: squares + missed),
            index / widths.count
          ))
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
