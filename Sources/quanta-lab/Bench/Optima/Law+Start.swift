import Basics
import Fitting
import Glibc
import SweepModel

extension DenseMultistart.Law {
  /// A place at random, even in the logarithms of nearly everything over wide ranges; linear
  /// parameters by regression. Nil where it is none.
  func start(_ generator: inout SplitMix64) -> [Double]? {
    let least = logY.min() ?? 0
    var logFloor: Double?
    // Even in ln E, and in ln(min y − E).
    if hasFloor {
      logFloor =
        lower[0] == upper[0]
        ? lower[0]
        : least
          + (Bool.random(using: &generator)
            ? -generator.even(0.01, 8) : log1p(-exp(-generator.even(0.5, 12))))
    }
    let rest = logY.map { y in logFloor.map { y + log(max(-expm1($0 - y), 1e-6)) } ?? y }
    guard let further = further(rest, &generator) else { return nil }
    let theta = (logFloor.map { [$0] } ?? []) + further
    return theta.allSatisfy(\.isFinite) ? inside(theta) : nil
  }

  private func further(_ rest: [Double], _ generator: inout SplitMix64) -> [Double]? {
    let x = inputs[0]
    let (low, high) = (x.min() ?? 0, x.max() ?? 1)
    switch form {
    case .power, .offset: return line(x, rest, &generator)
    case .shifted:
      let shift = generator.even(low - 3, high + (Bool.random(using: &generator) ? 2 : 7))
      return line(x.map { log(exp($0) + exp(shift)) }, rest, &generator) + [shift]
    case .m4:
      let alpha = exp(generator.even(-5, 2))
      let target = zip(rest, logY).map { $0 - alpha * log(-expm1($1)) }
      return line(x, target, &generator) + [log(alpha)]
    case .bnsl1, .bnsl2, .bnsl3: return broken(rest, &generator)
    case .chinchilla, .chinchillaTied, .overtrained: return terms(rest, &generator)
    case .repeated:
      return terms(rest, &generator).map {
        $0 + [generator.even(-3, 8), generator.even(-3, 8)]
      }
    case .quanta, .quantaData: return quanta(&generator)
    case .errorLaw:
      let ceiling = (logY.max() ?? 0) + log1p(exp(generator.even(-10, 3)))
      let rate = generator.even(lower[2], upper[2])
      let gaps = zip(x, logY).map { ceiling + log(-expm1($1 - ceiling)) + exp(rate + $0) }
      return [ceiling, gaps.sorted()[gaps.count / 2], rate]
    }
  }

  /// Prefactor and exponent by regression, or for an exponent at random.
  private func line(_ x: [Double], _ y: [Double], _ generator: inout SplitMix64) -> [Double] {
    let span = max((x.max() ?? 1) - (x.min() ?? 0), 1e-9)
    guard Double.random(in: 0..<1, using: &generator) < 0.5,
      let line = Self.regress([x.map { -$0 }], y)
    else {
      let slope = exp(generator.even(-4, 4)) / span * (Bool.random(using: &generator) ? 1 : -1)
      return [zip(x, y).reduce(0) { $0 + $1.1 + slope * $1.0 } / Double(x.count), slope]
    }
    return line
  }

  private func broken(_ rest: [Double], _ generator: inout SplitMix64) -> [Double]? {
    let x = inputs[0]
    let (low, high) = (x.min() ?? 0, x.max() ?? 1)
    let span = high - low
    let breaks = stride(from: first + 2, to: count, by: 3).map { _ in
      (
        generator.even(low - 0.3 * span, high + 0.3 * span),
        generator.even(-4, min(3, log(2 * span)))
      )
    }.sorted { $0.0 < $1.0 }
    let columns = breaks.map { place, width in
      x.map { -exp(width) * Self.softplus(($0 - place) / exp(width)) }
    }
    guard let fitted = Self.regress([x.map { -$0 }] + columns, rest) else { return nil }
    return fitted.prefix(2)
      + breaks.enumerated().flatMap { [fitted[2 + $0], $1.0, $1.1] }
  }

  /// Two terms that share the mean, exponents from hardly seen to a cliff; seldom below 0.
  private func terms(_ rest: [Double], _ generator: inout SplitMix64) -> [Double]? {
    let scale = rest.reduce(0, +) / Double(rest.count)
    let share = 1 / (1 + exp(generator.even(-7, 7)))
    let exponents = inputs.prefix(2).map { column -> Double in
      let spread = max((column.max() ?? 1) - (column.min() ?? 0), 1e-3)
      let isNegative = form != .repeated && Double.random(in: 0..<1, using: &generator) < 0.15
      return (isNegative ? -1 : 1) * exp(generator.even(log(0.05), log(12))) / spread
    }
    let isFree = form == .chinchilla || form == .repeated
    let own = isFree ? exponents : [exponents[0], exponents[0]]
    let centres = inputs.map { $0.reduce(0, +) / Double($0.count) }
    return [
      scale + log(share) + own[0] * centres[0], scale + log(1 - share) + own[1] * centres[1],
    ] + (isFree ? exponents : [exponents[0]])
  }

  private func quanta(_ generator: inout SplitMix64) -> [Double]? {
    let alpha =
      Int.random(in: 0..<4, using: &generator) == 0
      ? generator.even(-0.9, 0) : exp(generator.even(-4, 1.6))
    let largest = inputs[0].max() ?? 1
    var theta = [0, alpha, largest + exp(generator.even(-9, log(29)))]
    if form == .quantaData {
      theta[2] = generator.even(0.1, Bool.random(using: &generator) ? 15 : 60)
      let learned = theta[2] - exp(generator.even(-7, log(10)))
      theta.append(largest - (1 + alpha) * learned)
    }
    var logs = logY
    theta = inside(theta)
    values(theta, &logs)
    theta[0] = zip(logY, logs).reduce(0) { $0 + $1.0 - $1.1 } / Double(logY.count)
    return theta
  }

  /// Intercept and coefficients of least squares; nil where the columns are collinear.
  private static func regress(_ columns: [[Double]], _ y: [Double]) -> [Double]? {
    let all = [y.map { _ in 1.0 }] + columns
    let width = all.count + 1
    var matrix = [Double](repeating: 0, count: all.count * width)
    for (row, left) in all.enumerated() {
      for (place, right) in (all + [y]).enumerated() {
        for index in y.indices { matrix[row * width + place] += left[index] * right[index] }
      }
      matrix[row * width + row] *= 1 + 1e-9
    }
    guard DenseDescent.solve(&matrix, all.count) else { return nil }
    return all.indices.map { matrix[$0 * width + all.count] }
  }
}

extension SplitMix64 {
  /// Evenly between two numbers.
  mutating func even(_ low: Double, _ high: Double) -> Double {
    low < high ? Double.random(in: low...high, using: &self) : low
  }
}
