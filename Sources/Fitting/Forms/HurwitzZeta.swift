/// Hurwitz's zeta function, whose differences are sums of k^-s from one real end to another.
enum HurwitzZeta {
  /// B₂ⱼ/(2j)! for j = 1…8.
  private static let bernoulli: [Double] = [
    1.0 / 12, -1.0 / 720, 1.0 / 30_240, -1.0 / 1_209_600, 1.0 / 47_900_160,
    -691.0 / 1_307_674_368_000, 1.0 / 74_724_249_600, -3617.0 / 10_670_622_842_880_000,
  ]

  /// ζ(s, q) for s ≠ 1 and q > 0; ζ(s, a) − ζ(s, b) is the sum of k^-s over k = a, a+1, … b−1 where
  /// b − a is whole, and its smooth continuation elsewhere.
  ///
  /// Euler and Maclaurin's formula (DLMF 25.11.5) from 12 on, where eight terms reach rounding for
  /// −1 < s < 8.
  static func value(_ s: Jet, _ start: Jet) -> Jet {
    var q = start
    var sum: Jet?
    while q.value < 12 {
      let term = power(q, s)
      sum = sum.map { $0 + term } ?? term
      q = q + 1
    }
    let last = power(q, s)
    var result = q * last / (s + -1) + 0.5 * last
    let inverse = q.inverse
    var factor = s * last * inverse
    for (index, coefficient) in bernoulli.enumerated() {
      result = result + coefficient * factor
      let rank = Double(2 * index + 1)
      factor = factor * ((s + rank) * (s + (rank + 1))) * (inverse * inverse)
    }
    return sum.map { $0 + result } ?? result
  }

  /// q^-s.
  private static func power(_ q: Jet, _ s: Jet) -> Jet { Jet.exp(-1 * (s * Jet.log(q))) }
}
