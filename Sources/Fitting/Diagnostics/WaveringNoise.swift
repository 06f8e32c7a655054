import Basics
import Glibc
import SweepModel

/// Noise whose neighbours are alike: how far it lets another form lower the residual squares where
/// the own form is true.
///
/// The noise is e_j = ρ·e_i + √(1 − ρ²)·z along pairs of neighbours. A form of q parameters more is
/// taken for q further powers of the input, and ρ for the one under which its residuals are as alike
/// on average as those seen: what a fit takes up of slow noise is counted in.
struct WaveringNoise {
  private let own: TangentResiduals
  private let wide: TangentResiduals
  private let pairs: [(Int, Int)]

  private static let draws = 400
  /// Of more rows every draw would take long.
  private static let limit = 5000

  init?(
    _ own: TangentResiduals, _ xs: [Double], extra: Int, _ pairs: [(Int, Int)]
  ) {
    guard own.count <= Self.limit, pairs.count >= 5 else { return nil }
    var wide = own
    for power in 2..<(2 + max(1, extra)) where wide.degrees > 2 {
      wide.add(BendShape.powers(xs, power))
    }
    (self.own, self.wide, self.pairs) = (own, wide, pairs)
  }

  /// True where none of the draws lowers the squares as far as another form does.
  func isExceeded(by other: TangentResiduals) -> Bool {
    guard other.squares > 0 else { return true }
    let seen = own.squares / other.squares
    let rho = correlation(like: Self.correlation(other.values, pairs))
    // A tenth farther in the logarithm, because real forms have kinks.
    let farthest = (0..<Self.draws).map { draw -> Double in
      let noise = noise(rho, draw)
      let (left, least) = (own.left(noise), wide.left(noise))
      return log(Self.squares(left) / max(Self.squares(least), 1e-300))
    }.max()
    return log(seen) > 1.1 * (farthest ?? .infinity)
  }

  /// ρ by bisection, the same draws every time.
  private func correlation(like seen: Double) -> Double {
    var (low, high) = (0.0, 0.99)
    for _ in 0..<7 {
      let middle = 0.5 * (low + high)
      let mean =
        (0..<60).reduce(0.0) { sum, draw in
          sum + Self.correlation(wide.left(noise(middle, draw)), pairs)
        } / 60
      if mean < seen { low = middle } else { high = middle }
    }
    return high
  }

  private func noise(_ rho: Double, _ draw: Int) -> [Double] {
    var generator = SplitMix64(seed: 1, stream: UInt64(draw))
    var values = (0..<own.count).map { _ in generator.standardNormal() }
    let rest = (1 - rho * rho).squareRoot()
    for (i, j) in pairs { values[j] = rho * values[i] + rest * values[j] }
    return values
  }

  private static func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }

  private static func correlation(_ values: [Double], _ pairs: [(Int, Int)]) -> Double {
    var (product, left, right) = (0.0, 0.0, 0.0)
    for (i, j) in pairs {
      product += values[i] * values[j]
      left += values[i] * values[i]
      right += values[j] * values[j]
    }
    return product / max((left * right).squareRoot(), 1e-300)
  }
}

extension TangentResiduals {
  /// What a fit of the same tangents leaves of other values.
  func left(_ values: [Double]) -> [Double] {
    var rest = values
    for vector in basis {
      let along = Self.dot(vector, rest)
      for index in rest.indices { rest[index] -= along * vector[index] }
    }
    return rest
  }
}
