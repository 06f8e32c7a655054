import Glibc

/// The least squares of logarithms by a line and every set of up to three breaks out of a table of
/// places and widths, at one floor.
struct BreakScan {
  private let placeCount: Int
  private let widthCount: Int
  /// Products of the bends' parts that no line explains, each scaled to length 1.
  private let products: [Double]
  /// Their products with the part of ln(y − ε) that no line explains.
  private let moments: [Double]
  private let squares: Double

  private var count: Int { placeCount * widthCount }

  /// A set of breaks.
  struct Choice {
    var places: [Int]
    var widths: [Int]
    var floor: Int
    var squares: Double

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
    let first = Self.unit(roots, [])
    let second = Self.unit(zip(roots, u).map { $0 * $1 }, [first])
    let lines = [first, second]
    let target = Self.rest(zip(roots, logs).map { $0 * $1 }, lines)
    let bends = places.flatMap { centre in
      widths.map { width in
        Self.unit(zip(roots, u).map { $0 * Self.bend($1, centre, width) }, lines)
      }
    }
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

  /// For every set of places the best widths.
  func best(breaks: Int, floor: Int) -> [Choice] {
    var sets = 1
    for _ in 0..<breaks { sets *= placeCount }
    var gains = [Double](repeating: -1, count: sets)
    var widths = [Int](repeating: 0, count: sets)
    func offer(_ i: Int, _ j: Int, _ k: Int, _ gain: Double) {
      var (key, code) = (0, 0)
      func add(_ chosen: Int) {
        key = key * placeCount + chosen / widthCount
        code = code * widthCount + chosen % widthCount
      }
      add(i)
      if breaks > 1 { add(j) }
      if breaks > 2 { add(k) }
      if gain > gains[key] { (gains[key], widths[key]) = (gain, code) }
    }
    for i in 0..<count {
      if breaks == 1 { offer(i, 0, 0, moments[i] * moments[i]) }
      for j in (i + 1)..<(breaks > 1 ? max(count, i + 1) : i + 1) {
        guard let pair = Pair(self, i, j) else { continue }
        if breaks == 2 { offer(i, j, 0, pair.gain) }
        for k in (j + 1)..<(breaks > 2 ? max(count, j + 1) : j + 1) {
          offer(i, j, k, pair.gain(with: k, self))
        }
      }
    }
    return gains.indices.filter { gains[$0] >= 0 }.map { key in
      Choice(
        places: digits(key, base: placeCount, count: breaks),
        widths: digits(widths[key], base: widthCount, count: breaks), floor: floor,
        squares: squares - gains[key])
    }
  }

  private func digits(_ number: Int, base: Int, count: Int) -> [Int] {
    var rest = number
    var digits: [Int] = []
    for _ in 0..<count {
      digits.append(rest % base)
      rest /= base
    }
    return digits.reversed()
  }

  /// Two bends made orthogonal to each other.
  private struct Pair {
    let i: Int
    let j: Int
    let across: Double
    let rest: Double
    let moment: Double
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

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// What is left of a vector beside orthonormal ones.
  private static func rest(_ vector: [Double], _ others: [[Double]]) -> [Double] {
    others.reduce(vector) { rest, other in
      let share = dot(rest, other)
      return zip(rest, other).map { $0 - share * $1 }
    }
  }

  /// That, at length 1; all 0 where nothing is left.
  private static func unit(_ vector: [Double], _ others: [[Double]]) -> [Double] {
    let rest = rest(rest(vector, others), others)
    let length = dot(rest, rest).squareRoot()
    return length > 1e-12 * dot(vector, vector).squareRoot()
      ? rest.map { $0 / length } : rest.map { _ in 0 }
  }
}
