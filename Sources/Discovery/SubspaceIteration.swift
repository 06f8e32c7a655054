import Kernels

/// How eigenvectors are searched.
public struct SubspaceSettings: Hashable, Sendable {
  /// Vectors that are carried along beyond those asked for.
  public var guards = 24
  /// Degree of the Chebyshev polynomial of a round.
  public var degree = 8
  /// Rounds at most.
  public var rounds = 20
  /// A residual at which the search ends, relative to the largest eigenvalue found.
  public var tolerance = 1e-4
  /// The seed of the first vectors.
  public var seed: UInt64 = 0

  /// Settings for clustering.
  public init() {}
}

/// The eigenvectors of largest eigenvalue of a symmetric matrix: subspace iteration with a Chebyshev
/// filter (Zhou & Saad 2007) and Rayleigh–Ritz, of matrix products whose sums have a fixed order.
struct SubspaceIteration {
  /// `rows × vectors`, orthonormal in single precision.
  private(set) var vectors: Matrix
  /// Falling.
  private(set) var values: [Double] = []
  private(set) var rounds = 0
  private(set) var residual = Double.infinity

  private let matrix: Matrix
  private let crew: Crew
  private var block: Matrix
  private var ritz: [Double] = []

  init(_ matrix: Matrix, vectors count: Int, settings: SubspaceSettings, crew: Crew) {
    self.matrix = matrix
    self.crew = crew
    let size = matrix.rows
    let width = min(size, count + settings.guards)
    let wanted = min(count, width)
    block = Matrix(rows: size, columns: width)
    vectors = block
    let stream = RandomStream(seed: settings.seed, stream: 0x5350_4543)
    for row in 0..<size {
      for column in 0..<width {
        block[row, column] = Float(
          stream.normal(index: UInt64(row), block: UInt32(column)))
      }
    }
    orthonormalise()
    let lowest = lowestValue(stream)
    project(wanted)
    while rounds < settings.rounds, residual > settings.tolerance * scale, width < size {
      filter(degree: settings.degree, from: lowest, to: ritz[width - 1])
      orthonormalise()
      project(wanted)
      rounds += 1
    }
    let found = Matrix(rows: size, columns: wanted)
    for row in 0..<size {
      for column in 0..<wanted { found[row, column] = block[row, column] }
    }
    vectors = found
    values = Array(ritz.prefix(wanted))
  }

  private var scale: Double { max(abs(ritz.first ?? 0), 1e-30) }

  /// Makes the block's columns orthonormal by Cholesky's factor of their cosines, three
  /// times for single precision: a filter leaves columns of very different lengths.
  private mutating func orthonormalise() {
    let size = block.columns
    for _ in 0..<3 {
      var moment = crew.moment(block, block)
      let scales = (0..<size).map { place in
        let square = moment[place * (size + 1)]
        return square > 0 ? 1 / square.squareRoot() : 0
      }
      for place in moment.indices { moment[place] *= scales[place / size] * scales[place % size] }
      for place in 0..<size { moment[place * (size + 1)] += 1e-6 }
      guard let factor = CholeskyFactor(moment, size: size) else { return }
      let turn = factor.whitening
      for row in 0..<size {
        for column in 0..<size { turn[row, column] *= Float(scales[row]) }
      }
      block = crew.product(block, turn)
    }
  }

  /// Turns the block to its Ritz vectors, values falling, and measures the first ones' residuals.
  private mutating func project(_ wanted: Int) {
    let size = block.columns
    let image = crew.product(matrix, block)
    let moment = crew.moment(block, image)
    let even = (0..<size * size).map {
      (moment[$0] + moment[$0 % size * size + $0 / size]) / 2
    }
    let system = Eigensystem(even, size: size)
    let turn = Matrix(rows: size, columns: size)
    for column in 0..<size {
      for row in 0..<size {
        turn[row, column] = Float(system.vectors[(size - 1 - column) * size + row])
      }
    }
    ritz = system.values.reversed()
    block = crew.product(block, turn)
    let turned = crew.product(image, turn)
    residual = 0
    for column in 0..<wanted {
      var sum = 0.0
      for row in 0..<block.rows {
        let left = Double(turned[row, column]) - ritz[column] * Double(block[row, column])
        sum += left * left
      }
      residual = max(residual, sum.squareRoot())
    }
  }

  /// ln of how much more a filter lengthens the first eigenvector than the last: single precision
  /// would lose the last ones beyond.
  private static let mostGrowth = 7.0

  /// Damps what belongs to eigenvalues between the two bounds, in the block.
  private mutating func filter(degree: Int, from low: Double, to high: Double) {
    let half = max((high - low) / 2, 1e-12 * scale)
    let centre = (high + low) / 2
    let far = max(1, (scale - centre) / half)
    let growth = Elementary.logarithm(far + (far * far - 1).squareRoot())
    let degree = max(1, growth > 0 ? min(degree, Int(Self.mostGrowth / growth)) : degree)
    let first = half / (scale - centre)
    var sigma = first
    var before = block
    var now = step(block, nil, scale: first / half, centre: centre, back: 0)
    for _ in 1..<degree {
      let next = 1 / (2 / first - sigma)
      let image = step(
        now, before, scale: 2 * next / half, centre: centre, back: sigma * next)
      (before, now, sigma) = (now, image, next)
    }
    block = now
  }

  /// scale·(N − centre)·block − back·before.
  private func step(
    _ block: Matrix, _ before: Matrix?, scale: Double, centre: Double, back: Double
  ) -> Matrix {
    let image = crew.product(matrix, block)
    let (scale, centre, back) = (Float(scale), Float(centre), Float(back))
    crew.runRows(block.rows, by: 64) { rows, _ in
      for place in image.places(rows) {
        let own = scale * (image.buffer[place] - centre * block.buffer[place])
        image.buffer[place] = before.map { own - back * $0.buffer[place] } ?? own
      }
    }
    return image
  }

  /// A bound below all eigenvalues but for a tail of no weight: the lowest Ritz value of a few steps of
  /// Lanczos, less its residual.
  private func lowestValue(_ stream: RandomStream) -> Double {
    let (size, steps) = (matrix.rows, min(16, matrix.rows))
    var basis: [Matrix] = []
    var (diagonal, beside) = ([Double](), [Double]())
    var next = (0..<size).map { stream.normal(index: UInt64($0), block: .max) }
    for _ in 0..<steps {
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-12 else { break }
      if !basis.isEmpty { beside.append(length) }
      let vector = Matrix(next.map { $0 / length }, rows: size, columns: 1)
      basis.append(vector)
      let image = crew.product(matrix, vector)
      next = (0..<size).map { Double(image[$0, 0]) }
      for (place, other) in basis.enumerated().reversed() {
        let inner = (0..<size).reduce(0) { $0 + next[$1] * Double(other[$1, 0]) }
        if place == basis.count - 1 { diagonal.append(inner) }
        for row in 0..<size { next[row] -= inner * Double(other[row, 0]) }
      }
    }
    let count = diagonal.count
    var tridiagonal = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      tridiagonal[row * count + row] = diagonal[row]
      if row > 0 {
        tridiagonal[row * count + row - 1] = beside[row - 1]
        tridiagonal[(row - 1) * count + row] = beside[row - 1]
      }
    }
    guard count > 0 else { return -1 }
    let left = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Eigensystem(tridiagonal, size: count).values[0] - left
  }
}
