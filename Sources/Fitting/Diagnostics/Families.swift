import Glibc

/// Whether residuals stem from several curves: the best k lines through them, each row with the
/// nearest (k-means of lines), against what k lines explain of normal noise.
struct Families {
  /// How many.
  let count: Int
  /// The share of the residual squares that the lines leave.
  let left: Double
  /// The family of every row.
  let members: [Int]

  /// The least share that k = 2 … 6 lines leave of normal noise, for many rows (k-level quantisers,
  /// Max 1960), below which fewer rows get by chance.
  private static let shares = [0.3634, 0.1902, 0.1175, 0.0799, 0.0580]

  init?(_ us: [Double], _ es: [Double]) {
    var best: (excess: Double, Families)?
    for k in 2...6 where es.count >= 6 * k {
      guard let found = Self(us, es, k: k) else { continue }
      let excess = found.left / Self.limit(k, es.count)
      if excess < 1, excess < best?.excess ?? 1 { best = (excess, found) }
    }
    guard let best else { return nil }
    self = best.1
  }

  /// What is left of normal noise in one of five thousand cases (measured).
  static func limit(_ k: Int, _ n: Int) -> Double {
    shares[k - 2]
      * exp(-(0.8 + 1.2 * Double(k)) / Double(n).squareRoot() - 11 * Double(k) / Double(n))
  }

  init?(_ us: [Double], _ es: [Double], k: Int) {
    let n = es.count
    let whole = es.reduce(0) { $0 + $1 * $1 }
    guard whole > 0 else { return nil }
    let byHeight = Self.starts(es, k)
    let bySlope = Self.starts(zip(us, es).map { $0 * $1 }, k)
    let solutions = [byHeight, bySlope].compactMap { Self.settled($0, us, es, k) }
    guard let best = solutions.min(by: { $0.squares < $1.squares }) else { return nil }
    var sizes = Array(repeating: 0, count: k)
    for member in best.members { sizes[member] += 1 }
    guard let least = sizes.min(), 3 * k * least >= n, least >= 4 else { return nil }
    // Families lie beside each other; stretches of one curve follow each other.
    let order = us.indices.sorted { (us[$0], $0) < (us[$1], $1) }
    let changes = zip(order, order.dropFirst()).count { best.members[$0] != best.members[$1] }
    let products = zip(order, order.dropFirst()).reduce(0) { $0 + es[$1.0] * es[$1.1] }
    guard 4 * changes > n, products < 0.3 * whole else { return nil }
    (count, left, members) = (k, best.squares / whole, best.members)
  }

  /// Equal parts by size.
  private static func starts(_ keys: [Double], _ k: Int) -> [Int] {
    var members = Array(repeating: 0, count: keys.count)
    for (rank, row) in keys.indices.sorted(by: { keys[$0] < keys[$1] }).enumerated() {
      members[row] = rank * k / keys.count
    }
    return members
  }

  private static func settled(
    _ start: [Int], _ us: [Double], _ es: [Double], _ k: Int
  ) -> (squares: Double, members: [Int])? {
    var members = start
    for _ in 0..<50 {
      var lines: [(a: Double, b: Double)] = []
      for family in 0..<k {
        let rows = members.indices.filter { members[$0] == family }
        guard rows.count >= 3 else { return nil }
        let n = Double(rows.count)
        let mu = rows.reduce(0) { $0 + us[$1] } / n
        let me = rows.reduce(0) { $0 + es[$1] } / n
        let spread = rows.reduce(0) { $0 + (us[$1] - mu) * (us[$1] - mu) }
        let cross = rows.reduce(0) { $0 + (us[$1] - mu) * (es[$1] - me) }
        let b = spread > 0 ? cross / spread : 0
        lines.append((me - b * mu, b))
      }
      func distance(_ row: Int, _ line: (a: Double, b: Double)) -> Double {
        let r = es[row] - line.a - line.b * us[row]
        return r * r
      }
      let nearest = us.indices.map { row in
        (0..<k).min { distance(row, lines[$0]) < distance(row, lines[$1]) } ?? 0
      }
      if nearest == members {
        return (us.indices.reduce(0) { $0 + distance($1, lines[members[$1]]) }, members)
      }
      members = nearest
    }
    return nil
  }
}
