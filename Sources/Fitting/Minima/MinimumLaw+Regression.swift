import Glibc

extension MinimumLaw {
  /// The regression of log₁₀ minima on log₁₀ scales.
  struct Regression: Hashable, Sendable {
    private let rows: [[Double]]
    /// (XᵀX)⁻¹.
    private let inverse: [[Double]]
    private(set) var variance = 0.0
    private let degrees: Int
    private let means: [Double]

    /// Nil where the scales do not determine the exponents.
    init?(_ scales: [[Double]]) {
      let rows = scales.map { [1] + $0.map { log10($0) } }
      let width = rows[0].count
      // In centred columns: scales of 1e9 differ little beside their size.
      let means = (0..<width).map { column in
        rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      }
      let centred = rows.map { row in [1] + (1..<width).map { row[$0] - means[$0] } }
      var gram = Symmetric()
      for row in centred {
        for i in 0..<width { for j in 0...i { gram[i, j] += row[i] * row[j] } }
      }
      // A scale that hardly moves by itself has no exponent.
      for i in 1..<width where gram[i, i] < 1e-6 { return nil }
      if width == 3 {
        let correlation = gram[1, 2] / (gram[1, 1] * gram[2, 2]).squareRoot()
        if 1 - correlation * correlation < 1e-4 { return nil }
      }
      guard let factor = Cholesky(gram, parameters: width, free: .all(width)) else { return nil }
      let columns = (0..<width).map { index -> [Double] in
        var unit = Vector()
        unit[index] = 1
        return factor.solve(unit).prefix(width)
      }
      self.rows = rows
      inverse = columns
      self.means = means
      degrees = scales.count - width
    }

    func law(_ values: [Double], names: [String], replicates: [[Double]]) -> Law {
      var own = self
      let coefficients = LinearRegression.solve(rows, values) ?? rows[0].map { _ in .nan }
      let squares = zip(rows, values).reduce(0) { sum, pair in
        let r = pair.1 - zip(pair.0, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + r * r
      }
      own.variance = squares / Double(max(1, degrees))
      func unit(_ index: Int) -> [Double] { rows[0].indices.map { $0 == index ? 1 : 0 } }
      return Law(
        exponents: names.enumerated().map { index, name in
          own.estimate(
            names.count == 1 ? "a" : "a_\(name)", coefficients, replicates, unit(index + 1),
            isLogarithmic: false)
        },
        intercept: own.estimate("log10_k", coefficients, replicates, unit(0), isLogarithmic: false),
        coefficients: coefficients, replicates: replicates, regression: own)
    }

    /// The number row·coefficients, or 10 to its power.
    func estimate(
      _ name: String, _ coefficients: [Double], _ replicates: [[Double]], _ row: [Double],
      isLogarithmic: Bool
    ) -> Estimate {
      func linear(_ c: [Double]) -> Double { zip(row, c).reduce(0) { $0 + $1.0 * $1.1 } }
      let value = linear(coefficients)
      let t = StudentT.quantile975(degrees: max(1, degrees))
      let error = (variance * leverage(row)).squareRoot()
      var (low, high) = (value - t * error, value + t * error)
      var spread = error
      let drawn = replicates.map(linear)
      if drawn.count > 1 {
        let range = Bootstrap.interval(
          around: value, replicates: drawn, expansion: t / StudentT.normal975)
        (low, high) = (min(low, range.lowerBound), max(high, range.upperBound))
        let mean = drawn.reduce(0, +) / Double(drawn.count)
        let squares = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        spread = max(error, (squares / Double(drawn.count - 1)).squareRoot())
      }
      func natural(_ number: Double) -> Double { isLogarithmic ? pow(10, number) : number }
      return Estimate(
        name: name, value: natural(value),
        standardError: isLogarithmic ? natural(value) * spread * log(10) : spread,
        ci95: natural(low)...natural(high))
    }

    /// rowᵀ (XᵀX)⁻¹ row.
    private func leverage(_ row: [Double]) -> Double {
      let centred = [row[0]] + row.indices.dropFirst().map { row[$0] - row[0] * means[$0] }
      var sum = 0.0
      for i in centred.indices {
        for j in centred.indices { sum += centred[i] * inverse[i][j] * centred[j] }
      }
      return sum
    }
  }
}
