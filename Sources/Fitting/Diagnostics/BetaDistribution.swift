import Glibc

/// The regularised incomplete beta function, from which the tails of F and t follow.
enum BetaDistribution {
  /// I_x(a, b) by Lentz's continued fraction (Numerical Recipes, 6.4).
  static func cumulative(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let factor = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2) { return factor * fraction(x, a, b) / a }
    return 1 - factor * fraction(1 - x, b, a) / b
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let least = 1e-300
    func safe(_ value: Double) -> Double { abs(value) < least ? least : value }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...500 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-12 { break }
    }
    return result
  }

  /// P(F > f) for Fisher's F.
  static func upperF(_ f: Double, _ d1: Int, _ d2: Int) -> Double {
    guard f > 0 else { return 1 }
    let (one, two) = (Double(d1), Double(d2))
    return cumulative(two / (two + one * f), 0.5 * two, 0.5 * one)
  }
}
