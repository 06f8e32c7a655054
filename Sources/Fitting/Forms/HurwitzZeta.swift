import Glibc

/// Hurwitz's zeta function, whose differences are sums of k^-s from one real end to another.
enum HurwitzZeta {
  /// B₂ⱼ/(2j)! for j = 1…8.
  private static let bernoulli: [Double] = [
    1.0 / 12, -1.0 / 720, 1.0 / 30_240, -1.0 / 1_209_600, 1.0 / 47_900_160,
    -691.0 / 1_307_674_368_000, 1.0 / 74_724_249_600, -3617.0 / 10_670_622_842_880_000,
  ]

  /// ζ(s, q) for s ≠ 1 and q > 0; ζ(s, a) − ζ(s, b) is the sum of k^-s over k = a, a+1, … b−1 where
  /// b − a is whole, and its smooth continuation elsewhere.
  static func value(_ s: Jet, _ start: Jet) -> Jet {
    let zeta = expansion(s.value, start.value)
    return Jet.chain(
      s, start, value: zeta.value, first: (zeta.s, zeta.q), second: (zeta.ss, zeta.sq, zeta.qq))
  }

  /// Euler and Maclaurin's formula (DLMF 25.11.5) from 12 on, where eight terms reach rounding for
  /// −1 < s < 8.
  private static func expansion(_ s: Double, _ start: Double) -> Bivariate {
    let exponent = Bivariate(value: s, s: 1)
    var q = Bivariate(value: start, q: 1)
    var sum = Bivariate(value: 0)
    while q.value < 12 {
      sum = sum + power(q, exponent)
      q.value += 1
    }
    let last = power(q, exponent)
    let inverse = q.inverse
    var less = exponent
    less.value -= 1
    sum = sum + q * last * less.inverse + 0.5 * last
    var factor = exponent * last * inverse
    let squared = inverse * inverse
    for (index, coefficient) in bernoulli.enumerated() {
      sum = sum + coefficient * factor
      let rank = Double(2 * index + 1)
      var (one, two) = (exponent, exponent)
      one.value += rank
      two.value += rank + 1
      factor = factor * (one * two) * squared
    }
    return sum
  }

  /// q^-s.
  private static func power(_ q: Bivariate, _ s: Bivariate) -> Bivariate {
    let logarithm = log(q.value)
    let value = exp(-s.value * logarithm)
    let ratio = s.value / q.value
    return Bivariate(
      value: value, s: -logarithm * value, q: -ratio * value, ss: logarithm * logarithm * value,
      sq: (logarithm * ratio - 1 / q.value) * value, qq: ratio * (ratio + 1 / q.value) * value)
  }
}

/// A function of s and q to second order.
private struct Bivariate {
  var value: Double
  var s = 0.0
  var q = 0.0
  var ss = 0.0
  var sq = 0.0
  var qq = 0.0

  var inverse: Bivariate {
    let (one, two) = (-1 / (value * value), 2 / (value * value * value))
    return Bivariate(
      value: 1 / value, s: one * s, q: one * q, ss: one * ss + two * s * s,
      sq: one * sq + two * s * q, qq: one * qq + two * q * q)
  }

  static func + (a: Bivariate, b: Bivariate) -> Bivariate {
    Bivariate(
      value: a.value + b.value, s: a.s + b.s, q: a.q + b.q, ss: a.ss + b.ss, sq: a.sq + b.sq,
      qq: a.qq + b.qq)
  }

  static func * (a: Bivariate, b: Bivariate) -> Bivariate {
    Bivariate(
      value: a.value * b.value, s: a.value * b.s + a.s * b.value, q: a.value * b.q + a.q * b.value,
      ss: a.value * b.ss + 2 * a.s * b.s + a.ss * b.value,
      sq: a.value * b.sq + a.s * b.q + a.q * b.s + a.sq * b.value,
      qq: a.value * b.qq + 2 * a.q * b.q + a.qq * b.value)
  }

  static func * (a: Double, b: Bivariate) -> Bivariate {
    Bivariate(
      value: a * b.value, s: a * b.s, q: a * b.q, ss: a * b.ss, sq: a * b.sq, qq: a * b.qq)
  }
}
