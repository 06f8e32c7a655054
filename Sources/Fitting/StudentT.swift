import Glibc

/// Student's t distribution for whole degrees of freedom.
package enum StudentT {
  /// P(|T| ≤ t) for ν ≥ 1 degrees of freedom: the finite series of Abramowitz & Stegun 26.7.3–4.
  static func centralProbability(_ t: Double, degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let cosine2 = cos(angle) * cos(angle)
    var term = degrees % 2 == 0 ? 1.0 : cos(angle)
    var sum = degrees == 1 ? 0 : term
    var k = degrees % 2 == 0 ? 2 : 3
    while k <= degrees - 2 {
      term *= cosine2 * Double(k - 1) / Double(k)
      sum += term
      k += 2
    }
    return degrees % 2 == 0 ? sin(angle) * sum : 2 / Double.pi * (angle + sin(angle) * sum)
  }

  /// The t with P(|T| ≤ t) = 0.95, by bisection to rounding; 1.959964 above 1000 degrees.
  package static func quantile975(degrees: Int) -> Double {
    degrees <= table.count ? table[degrees - 1] : bisected(degrees: degrees)
  }

  /// The first ones, which a design asks for again and again.
  private static let table = (1...200).map { bisected(degrees: $0) }

  private static func bisected(degrees: Int) -> Double {
    guard degrees <= 1000 else { return normal975 }
    var low = 1.0
    var high = 13.0
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if centralProbability(middle, degrees: degrees) < 0.95 { low = middle } else { high = middle }
    }
  }

  /// The 97.5 % quantile of the standard normal distribution.
  static let normal975 = 1.959963984540054
}
