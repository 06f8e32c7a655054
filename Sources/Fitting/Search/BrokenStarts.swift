import Basics
import Glibc

/// Places from which the descent of a broken power law begins.
///
/// For a given floor ln(y − ε) is linear in a, c₀ and the strengths of the breaks, so a scan over
/// floors, places and widths of all breaks needs no descent: every set of breaks has its least
/// squares from one table of products. Floors are 0 and shares of the least y; breaks lie between any
/// two neighbouring x and beyond both ends; strengths of either sign come out. Kept are the best set
/// of every neighbourhood, not the best sets: different basins.
struct BrokenStarts {
  let breaks: Int
  let u: [Double]
  let v: [Double]
  let weights: [Double]
  private let span: Double
  let places: [Double]
  let widths: [Double]
  let floors: [Double]

  /// Shares of the least y.
  private static let shares = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99]
  /// A floor may lie above some of the y: quantiles of them.
  private static let quantiles = [0.1, 0.3, 0.6]
  /// (y − ε)/y below which a point tells nothing of ln(y − ε).
  private static let leastRest = 1e-3
  private static let mostPlaces = [130, 70, 76]
  static let mostChoices = 4000
  static let fineWidths = [-3.95, -3, -2, -1, 0, 1].map { exp($0) }
  /// Points beyond which a part, even in x, is scanned.
  private static let mostPoints = 200

  /// - Parameter known: Floors of contained forms' minima.
  init(breaks: Int, problem: Problem, known: [Double] = []) {
    self.breaks = breaks
    let sample = problem.sample
    let order = (0..<sample.count).sorted { sample.value(0, of: $0) < sample.value(0, of: $1) }
    let stride = max(1, order.count / Self.mostPoints)
    let chosen = order.indices.filter { $0 % stride == 0 }.map { order[$0] }
    u = chosen.map { sample.value(0, of: $0) }
    v = chosen.map { sample.logY(of: $0) }
    weights = chosen.map { point in
      let y = problem.isRaw ? exp(sample.logY(of: point)) : 1
      return sample.weight(of: point) * y * y
    }
    let span = max((u.last ?? 1) - (u.first ?? 0), 1e-9)
    self.span = span
    places = Self.places(
      u, span, most: Self.mostPlaces[breaks - 1], finest: breaks)
    let sorted = v.sorted()
    let ranks = Self.quantiles.map { sorted[Int($0 * Double(sorted.count - 1))] }
    floors = Self.shares.map { $0 * exp(sorted[0]) } + ranks.map { 0.995 * exp($0) } + known
    // The least is a kink.
    let shares = breaks > 2 ? [0, 0.015, 0.04, 0.1, 0.25, 0.6] : [0.005, 0.03, 0.1, 0.3, 1]
    widths = shares.map { min(max($0 * span, exp(-3.9)), exp(2.9)) }
  }

  /// Between neighbouring values of u, or some of them where there are many; and beyond both ends. Two
  /// breaks at a point itself, one sharp and one wide, follow it alone; of three, two may stand between
  /// two points.
  private static func places(
    _ u: [Double], _ span: Double, most: Int, finest: Int
  ) -> [Double] {
    let distinct = Set(u).sorted()
    var between = zip(distinct, distinct.dropFirst()).map { ($0 + $1) / 2 }
    if finest > 2, 3 * between.count <= most {
      between = zip(distinct, distinct.dropFirst()).flatMap { low, high in
        [0.2, 0.5, 0.8].map { low + $0 * (high - low) }
      }
    } else if finest > 1, between.count + distinct.count <= most {
      between = (between + distinct).sorted()
    }
    if between.count > most {
      let half = most / 2
      let even = (0..<half).map { distinct[0] + span * (Double($0) + 0.5) / Double(half) }
      let ranks = (0..<half).map { between[$0 * (between.count - 1) / (half - 1)] }
      between = (even + ranks).sorted()
    }
    return [distinct[0] - 0.2 * span] + between + [distinct[distinct.count - 1] + 0.2 * span]
  }

  /// Starts of as many basins, best first.
  func all(limit: Int) -> [Vector] {
    var found: [BreakScan.Choice] = []
    for index in floors.indices {
      found +=
        breaks > 2
        ? scan(index).peaks(floor: index, limit: limit).map { $0.adding(missed(floors[index])) }
        : scan(index).best(breaks: breaks, floor: index)
    }
    found.sort { $0.squares < $1.squares }
    var kept: [BreakScan.Choice] = []
    // Peaks are apart already.
    for choice in found.prefix(Self.mostChoices) where kept.count < limit {
      if breaks > 2 || !kept.contains(where: { $0.isNear(choice) }) { kept.append(choice) }
    }
    return kept.map { choice in
      start(
        floor: floors[choice.floor], centres: choice.places.map { places[$0] },
        widths: choice.widths.map { widths[$0] })
    }
  }

  /// What points below a floor, which no regression of ln(y − floor) sees, add to the squares at least:
  /// without it the sets of three breaks over such floors hide all others.
  func missed(_ floor: Double) -> Double {
    guard floor > 0 else { return 0 }
    return zip(v, weights).reduce(0) { sum, point in
      let below = max(0, log(floor) - point.0)
      return sum + point.1 * below * below
    }
  }

  func scan(_ floor: Int) -> BreakScan {
    let rests = v.map { max(0, 1 - floors[floor] / exp($0)) }
    return BreakScan(
      u: u, logs: zip(v, rests).map { $1 > Self.leastRest ? $0 + log($1) : 0 },
      weights: zip(weights, rests).map { $1 > Self.leastRest ? $0 * $1 * $1 : 0 },
      places: places, widths: widths)
  }

  private var least: Double { exp(v.min() ?? 0) }

  /// Floors, places and widths at random, half of the floors 0.
  func random(_ count: Int, _ generator: inout SplitMix64) -> [Vector] {
    let (low, high) = (places[0], places[places.count - 1])
    let domain = SearchDomain.widths
    // All x may be next to one.
    let (thin, wide) =
      breaks > 2
      ? (domain.lowerBound, max(domain.lowerBound, min(domain.upperBound, log(2 * span))))
      : (log(widths[0]), log(widths[widths.count - 1]))
    return (0..<count).map { index in
      let share = index % 2 == 0 ? 0 : 1 - exp(-5 * Double.random(in: 0..<1, using: &generator))
      return start(
        floor: share * least,
        centres: (0..<breaks).map { _ in Double.random(in: low...high, using: &generator) }
          .sorted(),
        widths: (0..<breaks).map { _ in exp(Double.random(in: thin...wide, using: &generator)) })
    }
  }

  /// Starts around a minimum: its floor, places and widths shaken.
  func shaken(_ theta: Vector, _ count: Int, _ generator: inout SplitMix64) -> [Vector] {
    let span = places[places.count - 1] - places[0]
    return (0..<count).map { index in
      let size = [0.03, 0.1, 0.3][index % 3]
      let turn = index % breaks
      func isMoved(_ place: Int) -> Bool { index % 2 == 0 || place == turn }
      return start(
        floor: theta[0] * exp(size * generator.centred()),
        centres: (0..<breaks).map {
          theta[4 + 3 * $0] + (isMoved($0) ? size * span * generator.centred() : 0)
        },
        widths: (0..<breaks).map {
          exp(theta[5 + 3 * $0] + (isMoved($0) ? 5 * size * generator.centred() : 0))
        })
    }
  }

  /// A minimum's places and widths at every floor that is better than those beside it: a floor and the
  /// slope replace each other along a bent valley that a descent does not cross.
  func refloored(_ theta: Vector) -> [Vector] {
    let least = least
    let steps = (0...40).map { step in least * (1 - exp(-0.15 * Double(step))) }
    let centres = (0..<breaks).map { theta[4 + 3 * $0] }
    let widths = (0..<breaks).map { exp(theta[5 + 3 * $0]) }
    let found = steps.map { solve(floor: $0, centres: centres, widths: widths) }
    return found.indices.filter { place in
      let squares = found[place].squares
      return (place == 0 || squares < found[place - 1].squares)
        && (place == found.count - 1 || squares <= found[place + 1].squares)
    }.map { found[$0].theta }
  }

  /// A fit with fewer breaks and one more of no strength yet, at every place where it would gain most.
  func extended(_ theta: Vector, _ limit: Int) -> [Vector] {
    let rest = 0..<breaks - 1
    let columns = rest.map { other in
      u.map { BreakScan.bend($0, theta[4 + 3 * other], exp(theta[5 + 3 * other])) }
    }
    var found: [(place: Int, theta: Vector, squares: Double)] = []
    for (index, centre) in places.enumerated() {
      for width in Self.fineWidths {
        let own = u.map { BreakScan.bend($0, centre, width) }
        let (linear, squares) = leastSquares(floor: theta[0], columns + [own])
        var start = theta
        (start[1], start[2]) = (linear[0], linear[1])
        for place in 0..<breaks { start[3 + 3 * place] = linear[2 + place] }
        start[1 + 3 * breaks] = centre
        start[2 + 3 * breaks] = log(width)
        found.append((index, start, squares))
      }
    }
    found.sort { $0.squares < $1.squares }
    var kept: [(place: Int, theta: Vector, squares: Double)] = []
    for start in found where kept.count < limit {
      let isNear = kept.contains {
        abs($0.place - start.place) < 2
          && abs($0.theta[2 + 3 * breaks] - start.theta[2 + 3 * breaks]) < 1.2
      }
      if !isNear { kept.append(start) }
    }
    return kept.map(\.theta)
  }

  /// The breaks' strengths, the prefactor and the slope: what floor, places and widths decide.
  static func linear(_ breaks: Int) -> Mask {
    var mask = Mask()
    for index in [1, 2] + (0..<breaks).map({ 3 + 3 * $0 }) { mask[index] = true }
    return mask
  }

  /// A minimum with one break at a time put wherever else it gains most beside the others.
  func exchanged(_ theta: Vector, _ limit: Int) -> [Vector] {
    (0..<breaks).flatMap { place -> [Vector] in
      var others = theta
      for shape in 0..<3 {
        others[3 + 3 * place + shape] = theta[3 * breaks + shape]
        others[3 * breaks + shape] = theta[3 + 3 * place + shape]
      }
      return extended(others, limit)
    }
  }

  /// A way on which the objective may fall to the end of the domain: two breaks of opposite strength
  /// ever stronger and closer, a bump in the end; a break beyond the data ever stronger and further
  /// away, an exponential.
  struct Valley {
    /// The break whose strength grows.
    let first: Int
    /// The break that it cancels; nil for one beyond the data.
    let second: Int?

    /// The place of the strength in θ.
    var strength: Int { 3 + 3 * first }
  }

  /// The valleys that a place may lie in.
  func valleys(_ theta: Vector) -> [Valley] {
    (0..<breaks).flatMap { first -> [Valley] in
      let (c, centre) = (theta[3 + 3 * first], theta[4 + 3 * first])
      guard abs(c) > 0.2 else { return [] }
      var valleys = (0..<breaks).filter { second in
        let other = theta[3 + 3 * second]
        return second != first && c * other < 0 && abs(c + other) < 0.7 * abs(c)
      }.map { Valley(first: first, second: $0) }
      if centre > (u.last ?? 0) || centre < (u.first ?? 0) {
        valleys.append(Valley(first: first, second: nil))
      }
      return valleys
    }
  }

  /// A place further along a valley, its strength multiplied.
  func moved(_ theta: Vector, along valley: Valley, by factor: Double) -> Vector {
    let place = valley.strength
    let c = theta[place]
    var next = theta
    next[place] = c * factor
    if let second = valley.second {
      let other = 3 + 3 * second
      next[other] = theta[other] + c - c * factor
      for shape in 1...2 {
        let (one, two) = (theta[place + shape], theta[other + shape])
        let middle = 0.5 * (one + two)
        next[place + shape] = middle + 0.5 * (one - two) / factor
        next[other + shape] = middle - 0.5 * (one - two) / factor
      }
      return next
    }
    let (centre, width) = (theta[place + 1], exp(theta[place + 2]))
    if centre > (u.last ?? 0) {
      next[place + 1] = centre + width * log(factor)
    } else {
      next[place + 1] = centre - width * log(factor)
      next[2] = theta[2] + c - c * factor
      next[1] = theta[1] + c * centre - c * factor * next[place + 1]
    }
    return next
  }

  private func start(floor: Double, centres: [Double], widths: [Double]) -> Vector {
    solve(floor: floor, centres: centres, widths: widths).theta
  }

  /// θ whose prefactor, slope and strengths are the least squares of ln(y − floor).
  private func solve(
    floor: Double, centres: [Double], widths: [Double]
  ) -> (theta: Vector, squares: Double) {
    let columns = zip(centres, widths).map { centre, width in
      u.map { BreakScan.bend($0, centre, width) }
    }
    let (linear, squares) = leastSquares(floor: floor, columns)
    var theta = Vector([floor, linear[0], linear[1]])
    for place in centres.indices {
      theta[3 + 3 * place] = linear[2 + place]
      theta[4 + 3 * place] = centres[place]
      theta[5 + 3 * place] = log(widths[place])
    }
    return (theta, squares)
  }

  /// The least squares of ln(y − floor) by a − c₀u − Σ cᵢ·columnᵢ: a, c₀ and the cᵢ.
  ///
  /// - Parameter rows: points along u; all by default.
  func leastSquares(
    floor: Double, _ columns: [[Double]], rows: Range<Int>? = nil
  ) -> (linear: Vector, squares: Double) {
    let count = 2 + columns.count
    var gram = Symmetric()
    var moments = Vector()
    var total = 0.0
    var row = Vector()
    for index in rows ?? u.indices {
      let rest = 1 - floor / exp(v[index])
      guard rest > Self.leastRest else { continue }
      row[0] = 1
      row[1] = -u[index]
      for (place, column) in columns.enumerated() { row[2 + place] = -column[index] }
      let weight = weights[index] * rest * rest
      let target = v[index] + log(rest)
      total += weight * target * target
      for i in 0..<count {
        moments[i] += weight * row[i] * target
        for j in 0...i { gram[i, j] += weight * row[i] * row[j] }
      }
    }
    var metric = Vector()
    for i in 0..<count { metric[i] = max(gram[i, i], 1e-30) }
    guard
      let factor = Cholesky(
        gram, parameters: count, free: .all(count), damping: 1e-10, metric: metric)
    else { return (Vector(), .infinity) }
    let linear = factor.solve(moments)
    for i in 0..<count { total -= linear[i] * moments[i] }
    return (linear, total)
  }
}

extension SplitMix64 {
  /// Evenly between −1 and 1.
  fileprivate mutating func centred() -> Double { Double.random(in: -1..<1, using: &self) }
}
