import Glibc

/// Durbin and Watson's test that residuals of neighbours are alike: d = Σ(e_i − e_j)²/Σe² over
/// pairs of neighbours, against the beta distribution with the moments that d has for normal noise
/// behind the same fit (*Biometrika* 38 (1951) 159).
struct SerialDependence {
  /// The correlation of neighbours' residuals.
  let correlation: Double
  /// The chance of so small a d.
  let p: Double
  let pairs: Int

  init?(_ residuals: TangentResiduals, _ pairs: [(Int, Int)]) {
    let (e, degrees) = (residuals.values, Double(residuals.degrees))
    let squares = residuals.squares
    guard pairs.count >= 5, degrees >= 3, squares > 0 else { return nil }
    var distance = 0.0
    var (product, left, right) = (0.0, 0.0, 0.0)
    var counts = Array(repeating: 0.0, count: e.count)
    for (i, j) in pairs {
      distance += (e[i] - e[j]) * (e[i] - e[j])
      product += e[i] * e[j]
      left += e[i] * e[i]
      right += e[j] * e[j]
      counts[i] += 1
      counts[j] += 1
    }
    // A = Σ(u_i − u_j)(u_i − u_j)ᵀ over pairs; tr(MA) and tr(MAMA).
    let images = residuals.basis.map { q -> [Double] in
      var image = Array(repeating: 0.0, count: q.count)
      for (i, j) in pairs {
        image[i] += q[i] - q[j]
        image[j] += q[j] - q[i]
      }
      return image
    }
    var first = 2 * Double(pairs.count)
    var second = counts.reduce(0) { $0 + $1 * $1 } + 2 * Double(pairs.count)
    for (a, image) in images.enumerated() {
      first -= TangentResiduals.dot(residuals.basis[a], image)
      second -= 2 * TangentResiduals.dot(image, image)
      for q in residuals.basis {
        let entry = TangentResiduals.dot(q, image)
        second += entry * entry
      }
    }
    let mean = first / degrees
    let variance =
      2 * (degrees * second - first * first) / (degrees * degrees * (degrees + 2))
    guard variance > 0 else { return nil }
    let (m, v) = (mean / 4, variance / 16)
    let total = m * (1 - m) / v - 1
    guard total > 0, m > 0, m < 1 else { return nil }
    self.p = BetaDistribution.cumulative(distance / squares / 4, m * total, (1 - m) * total)
    self.correlation = product / max((left * right).squareRoot(), 1e-300)
    self.pairs = pairs.count
  }
}
