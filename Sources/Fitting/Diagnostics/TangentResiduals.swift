import Glibc

/// The residuals of a fit as a linear model sees them: e = √w·(y − f) on the objective's scale, free
/// of what moving the parameters could take up, with an orthonormal basis Q of that space.
///
/// Every diagnostic asks whether some further column, or some order of the rows, explains e better
/// than chance: of normal noise e is Mz with M = 1 − QQᵀ, so all distributions are known.
struct TangentResiduals {
  private(set) var values: [Double]
  private(set) var basis: [[Double]] = []

  /// Columns shorter than this share of their length outside the basis are in it.
  private static let rounding = 1e-7

  /// Rows that are not bounds of a fit's problem; nil where they leave no degree of freedom.
  init?(_ problem: Problem, _ theta: Vector, atBound: Mask) {
    let rows = (0..<problem.sample.count).filter { problem.sample.floor(of: $0) == -.infinity }
    let roots = rows.map { problem.sample.weight(of: $0).squareRoot() }
    let (residuals, columns) = problem.tangents(theta)
    values = zip(rows, roots).map { -residuals[$0] * $1 }
    if problem.threshold < .infinity { values = Self.clamped(values) }
    for index in 0..<problem.model.parameterCount
    where problem.model.free[index] && !atBound[index] {
      add(zip(rows, roots).map { columns[index][$0] * $1 })
    }
    guard degrees > 0, values.allSatisfy(\.isFinite) else { return nil }
  }

  /// Robust objectives leave far points where they are; here they would drown the others.
  private static func clamped(_ values: [Double]) -> [Double] {
    let sizes = values.map(abs).sorted()
    let reach = 3 * 1.4826 * sizes[sizes.count / 2]
    return reach > 0 ? values.map { max(-reach, min(reach, $0)) } : values
  }

  var count: Int { values.count }
  var degrees: Int { values.count - basis.count }
  var squares: Double { values.reduce(0) { $0 + $1 * $1 } }

  /// The part of a column that the basis does not hold, of length 1; nil where there is none.
  func outside(_ column: [Double]) -> [Double]? {
    var rest = column
    let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    // Twice is enough (Kahan).
    for _ in 0..<2 {
      for vector in basis {
        let along = Self.dot(vector, rest)
        for index in rest.indices { rest[index] -= along * vector[index] }
      }
    }
    let left = Self.dot(rest, rest).squareRoot()
    guard left > Self.rounding * length else { return nil }
    return rest.map { $0 / left }
  }

  /// Takes up a column; returns the squares that it explains, nil where the basis holds it already.
  @discardableResult
  mutating func add(_ column: [Double]) -> Double? {
    guard let vector = outside(column) else { return nil }
    let along = Self.dot(vector, values)
    for index in values.indices { values[index] -= along * vector[index] }
    basis.append(vector)
    return along * along
  }

  /// The F test of columns that a fit lacks; nil where they leave too few degrees of freedom.
  func test(_ columns: [[Double]], leaving least: Int = 2) -> (f: Double, p: Double)? {
    var wider = self
    let added = columns.count { wider.add($0) != nil }
    guard added > 0, wider.degrees >= least else { return nil }
    let noise = wider.squares / Double(wider.degrees)
    guard noise > 0 else { return nil }
    let f = (squares - wider.squares) / Double(added) / noise
    return (f, BetaDistribution.upperF(f, added, wider.degrees))
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}

extension Problem {
  /// r of every point, and ∂r/∂θ in columns.
  func tangents(_ theta: Vector) -> (residuals: [Double], columns: [[Double]]) {
    let p = model.parameterCount
    var residuals: [Double] = []
    var columns = Array(repeating: [Double](), count: p)
    var jet = BlockJet(repeating: Block())
    for block in 0..<sample.blockCount {
      model.evaluate(sample, block, theta, into: &jet)
      for lane in 0..<min(4, sample.count - 4 * block) {
        let f = exp(jet[0][lane])
        let logY = sample.logY[block][lane]
        residuals.append(isRaw ? f - exp(logY) : jet[0][lane] - logY)
        for i in 0..<p { columns[i].append((isRaw ? f : 1) * jet[1 + i][lane]) }
      }
    }
    return (residuals, columns)
  }
}

extension TangentResiduals {
  /// Numbers that nothing is fitted to yet.
  init(values: [Double]) { self.values = values }
}
