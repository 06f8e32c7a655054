import Glibc

/// One kind of cost as a start that every job has, and on top of it a power law:
/// cost = start + exp(a + Σ b·feature).
///
/// Logarithms are fitted, with errors of Student's kind, so that no straggler bends the law. Exponents
/// and levels are drawn to 0, the mean of all, by as much as the noise is worth: of few jobs the mean
/// is told, and that nothing is known where an axis has not been seen to vary.
struct CostFit {
  /// What is expected before anything is seen.
  struct Expectation {
    /// Noise of a logarithm.
    let noise: Double
    /// What an exponent may be, either way.
    let exponent: Double
    /// By how much the logarithms of an axis' words may differ.
    let level: Double

    static let time = Expectation(noise: 0.15, exponent: 1.5, level: 1)
    static let memory = Expectation(noise: 0.05, exponent: 1, level: 0.7)
  }

  /// A job that is done: its features, and the logarithm of what it took.
  struct Observation {
    let row: NormalEquations.Row
    let value: Double
  }

  /// Fits with starts that are about as likely as each other, and how likely each is.
  private let laws: [(start: Double, equations: NormalEquations, noise: Double, weight: Double)]
  /// The noise of a logarithm.
  let noise: Double
  /// What rare long ones add to the mean.
  private let excess: Double

  /// Shares of the least cost seen that are tried as the start of all jobs.
  private static let starts = [0, 0.3, 0.5, 0.65, 0.8, 0.9, 0.96]
  private static let freedom = 4.0
  private static let rounds = 10

  /// - Parameters:
  ///   - observations: at least one.
  ///   - levels: the coefficients of each axis of words.
  init(
    _ observations: [Observation], size: Int, levels: [Range<Int>], _ expected: Expectation
  ) {
    var precision = Array(repeating: 1 / (expected.exponent * expected.exponent), count: size)
    precision[0] = 1e-6
    for range in levels {
      for place in range { precision[place] = 1 / (expected.level * expected.level) }
    }
    let least = exp(observations.lazy.map(\.value).min() ?? 0)
    let mean = observations.reduce(0) { $0 + $1.value } / Double(observations.count)
    func trials() -> [Trial] {
      Self.starts.prefix(observations.count > 2 ? Self.starts.count : 1).map { share in
        Trial(observations, start: share * least, mean: mean, precision, expected)
      }
    }
    var all = trials()
    // Words that were seen tell what others may be.
    if !levels.isEmpty, let best = all.min(by: { $0.doubt < $1.doubt }) {
      for range in levels {
        let variance = best.variance(of: range, observations, expected)
        for place in range { precision[place] = 1 / max(variance, 0.01) }
      }
      all = trials()
    }
    let doubt = all.map(\.doubt).min() ?? 0
    let likely = all.map { ($0, exp(doubt - $0.doubt)) }.filter { $0.1 > 0.02 }
    let sum = likely.reduce(0) { $0 + $1.1 }
    let laws = likely.map {
      (start: $0.start, equations: $0.equations, noise: $0.noise, weight: $1 / sum)
    }
    self.laws = laws
    noise = laws.reduce(0) { $0 + $1.weight * $1.noise }
    let ratios = observations.reduce(0) { sum, entry in
      sum + min(10, exp(entry.value - Self.mean(laws, entry.row)))
    }
    excess = min(2, max(0.8, (ratios + 3) / Double(observations.count + 3)))
  }

  /// What a job takes on average, and how far off the logarithm of that may be (one standard error):
  /// by what each law leaves open, and by how far they are apart.
  func cost(_ row: NormalEquations.Row) -> (mean: Double, error: Double) {
    let mean = Self.mean(laws, row)
    let variance = laws.reduce(0) { sum, law in
      let power = Self.law(law.equations, row)
      let share = power / (law.start + power)
      let distance = log(law.start + power) - mean
      let own = law.noise * law.noise * law.equations.variance(row) * share * share
      return sum + law.weight * (own + distance * distance)
    }
    return (exp(mean) * excess, variance.squareRoot())
  }

  /// The mean of the laws' logarithms.
  private static func mean(
    _ laws: [(start: Double, equations: NormalEquations, noise: Double, weight: Double)],
    _ row: NormalEquations.Row
  ) -> Double {
    laws.reduce(0) { $0 + $1.weight * log($1.start + law($1.equations, row)) }
  }

  private static func law(_ equations: NormalEquations, _ row: NormalEquations.Row) -> Double {
    exp(max(-60, min(60, row.reduce(0) { $0 + $1.value * equations.solution[$1.place] })))
  }

  /// A fit with a given start.
  private struct Trial {
    let start: Double
    private(set) var equations: NormalEquations
    private(set) var noise: Double
    /// Minus the logarithm of how likely it is.
    private(set) var doubt: Double

    init(
      _ observations: [Observation], start: Double, mean: Double, _ precision: [Double],
      _ expected: Expectation
    ) {
      self.start = start
      // Before the first round everything is the mean.
      equations = NormalEquations(
        [([(0, 1)], log(max(exp(mean) - start, 0.02 * exp(mean))), 1)], precision: precision)
      noise = 2 * expected.noise
      doubt = 0
      var weights = observations.map { _ in 1.0 }
      for round in 0..<CostFit.rounds {
        let current = equations
        let doubtBefore = doubt
        let rows = zip(observations, weights).map { entry, weight in
          let value = exp(entry.value)
          guard round > 0 else {
            let above = max(value - start, 0.02 * value)
            let slope = above / value
            return (entry.row, target: log(above), weight: weight * slope * slope)
          }
          let law = CostFit.law(current, entry.row)
          let slope = max(0.02, law / (start + law))
          let step = min(2, max(-2, (entry.value - log(start + law)) / slope))
          return (entry.row, target: log(law) + step, weight: weight * slope * slope)
        }
        let variance = noise * noise
        equations = NormalEquations(
          rows, precision: precision.map { $0 * variance })
        weigh(observations, &weights, precision, expected)
        if round > 1, abs(doubt - doubtBefore) < 1e-3 { break }
      }
    }

    /// How much the words of an axis differ, by those that were seen.
    func variance(
      of range: Range<Int>, _ observations: [Observation], _ expected: Expectation
    ) -> Double {
      let seen = range.filter { place in
        observations.contains { $0.row.contains { $0.place == place } }
      }
      let squares = seen.reduce(0) { sum, place in
        let value = equations.solution[place]
        return sum + value * value + noise * noise * equations.variance([(place, 1)])
      }
      return (2 * expected.level * expected.level + squares) / Double(2 + seen.count)
    }

    /// Takes residuals in: the noise, what each weighs, and how likely that is.
    private mutating func weigh(
      _ observations: [Observation], _ weights: inout [Double], _ precision: [Double],
      _ expected: Expectation
    ) {
      let squares = observations.map { entry in
        let residual = entry.value - log(start + CostFit.law(equations, entry.row))
        return residual * residual
      }
      let prior = 2.0
      let variance = noise * noise
      var sum = prior * expected.noise * expected.noise
      for (index, square) in squares.enumerated() {
        weights[index] = (CostFit.freedom + 1) / (CostFit.freedom + square / variance)
        sum += weights[index] * square
      }
      noise = (sum / (prior + Double(observations.count))).squareRoot()
      let new = noise * noise
      doubt =
        Double(observations.count) * log(noise) + prior * log(noise)
        + prior * expected.noise * expected.noise / (2 * new)
      for square in squares {
        doubt += (CostFit.freedom + 1) / 2 * log1p(square / (CostFit.freedom * new))
      }
      for (value, precision) in zip(equations.solution, precision).dropFirst() {
        doubt += value * value * precision / 2
      }
      if start > 0 { doubt += 0.5 + 0.5 * log(Double(observations.count)) }
    }
  }
}
