import Glibc

/// The least squares of logarithms by a line and every set of one or two breaks out of a table of
/// places and widths, at one floor.
struct BreakScan {
  let placeCount: Int
  let widthCount: Int
  /// Products of the bends' parts that no line explains, each scaled to length 1.
  private let products: [Double]
  /// Their products with the part of ln(y − ε) that no line explains.
  let moments: [Double]
  let squares: Double
  /// The bends' parts, a line and a slope, the part of ln(y − ε), and the points' weights' roots.
  let bends: [[Double]]
  let lines: [[Double]]
  let target: [Double]
  private let roots: [Double]

  var count: Int { placeCount * widthCount }

  /// A set of breaks.
  struct Choice {
    var places: [Int]
    var widths: [Int]
    var floor: Int
    var squares: Double

    func adding(_ more: Double) -> Choice {
      var choice = self
      choice.squares += more
      return choice
    }

    /// Breaks at the same or neighbouring places, at a floor of the same kind: one basin. Sharp breaks
    /// between other points are another one.
    func isNear(_ other: Choice) -> Bool {
      guard (floor == 0) == (other.floor == 0), abs(floor - other.floor) < 3 else { return false }
      return places.indices.allSatisfy { index in
        let apart = abs(places[index] - other.places[index])
        return apart == 0 || (apart == 1 && (widths[index] > 0 || other.widths[index] > 0))
      }
    }
  }

  /// s·ln(1 + e^((u − l)/s)).
  static func bend(_ u: Double, _ centre: Double, _ width: Double) -> Double {
    let w = (u - centre) / width
    return width * (max(w, 0) + log1p(exp(-abs(w))))
  }

  init(
    u: [Double], logs: [Double], weights: [Double], places: [Double], widths: [Double]
  ) {
    placeCount = places.count
    widthCount = widths.count
    let roots = weights.map { $0.squareRoot() }
    self.roots = roots
    let first = Self.unit(roots, [])
    let second = Self.unit(zip(roots, u).map { $0 * $1 }, [first])
    let lines = [first, second]
    let target = Self.rest(zip(roots, logs).map { $0 * $1 }, lines)
    (self.lines, self.target) = (lines, target)
    let bends = places.flatMap { centre in
      widths.map { width in
        Self.unit(zip(roots, u).map { $0 * Self.bend($1, centre, width) }, lines)
      }
    }
    self.bends = bends
    squares = Self.dot(target, target)
    moments = bends.map { Self.dot($0, target) }
    var products = [Double](repeating: 0, count: bends.count * bends.count)
    for i in bends.indices {
      for j in 0...i {
        let product = Self.dot(bends[i], bends[j])
        products[i * bends.count + j] = product
        products[j * bends.count + i] = product
      }
    }
    self.products = products
  }

  /// For every place, or every two of them, the best widths.
  func best(breaks: Int, floor: Int) -> [Choice] {
    var gains = [Double](repeating: -1, count: breaks == 1 ? placeCount : placeCount * placeCount)
    var widths = [Int](repeating: 0, count: gains.count)
    func offer(_ key: Int, _ code: Int, _ gain: Double) {
      if gain > gains[key] { (gains[key], widths[key]) = (gain, code) }
    }
    for i in 0..<count {
      let (place, width) = (i / widthCount, i % widthCount)
      guard breaks > 1 else {
        offer(place, width, moments[i] * moments[i])
        continue
      }
      for j in (i + 1)..<max(count, i + 1) {
        guard let pair = Pair(self, i, j) else { continue }
        offer(
          place * placeCount + j / widthCount, width * widthCount + j % widthCount, pair.gain)
      }
    }
    return gains.indices.filter { gains[$0] >= 0 }.map { key in
      Choice(
        places: digits(key, base: placeCount, count: breaks),
        widths: digits(widths[key], base: widthCount, count: breaks), floor: floor,
        squares: squares - gains[key])
    }
  }

  func digits(_ number: Int, base: Int, count: Int) -> [Int] {
    var rest = number
    var digits: [Int] = []
    for _ in 0..<count {
      digits.append(rest % base)
      rest /= base
    }
    return digits.reversed()
  }

  /// Two bends made orthogonal to each other.
  struct Pair {
    private let i: Int
    private let j: Int
    private let across: Double
    private let rest: Double
    private let moment: Double
    let gain: Double

    init?(_ scan: BreakScan, _ i: Int, _ j: Int) {
      let across = scan.products[i * scan.count + j]
      let rest = 1 - across * across
      guard rest > 1e-7 else { return nil }
      (self.i, self.j, self.across, self.rest) = (i, j, across, rest)
      moment = scan.moments[j] - across * scan.moments[i]
      gain = scan.moments[i] * scan.moments[i] + moment * moment / rest
    }

    @inline(__always)
    func gain(with k: Int, _ scan: BreakScan) -> Double {
      let first = scan.products[i * scan.count + k]
      let second = scan.products[j * scan.count + k] - across * first
      let own = 1 - first * first - second * second / rest
      guard own > 1e-7 else { return gain }
      let left = scan.moments[k] - first * scan.moments[i] - second * moment / rest
      return gain + left * left / own
    }
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// A column as the weighted points see it.
  func weighted(_ column: [Double]) -> [Double] { zip(roots, column).map { $0 * $1 } }

  /// The parts of columns that neither those before nor other axes explain, each of length 1.
  static func orthonormal(_ columns: [[Double]], _ others: [[Double]]) -> [[Double]] {
    var axes: [[Double]] = []
    for column in columns { axes.append(unit(column, others + axes, least: 1e-6)) }
    return axes
  }

  /// What is left of a vector beside orthonormal ones.
  private static func rest(_ vector: [Double], _ others: [[Double]]) -> [Double] {
    others.reduce(vector) { rest, other in
      let share = dot(rest, other)
      return zip(rest, other).map { $0 - share * $1 }
    }
  }

  /// That, at length 1; all 0 where nothing is left.
  private static func unit(
    _ vector: [Double], _ others: [[Double]], least: Double = 1e-12
  ) -> [Double] {
    let rest = rest(rest(vector, others), others)
    let length = dot(rest, rest).squareRoot()
    return length > least * dot(vector, vector).squareRoot()
      ? rest.map { $0 / length } : rest.map { _ in 0 }
  }
}
