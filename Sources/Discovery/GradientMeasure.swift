/// How alike two samples' gradients are. All take normalised gradients, plain or whitened; `c` is
/// their cosine.
public enum GradientMeasure: String, CaseIterable, Sendable {
  /// c.
  case cosine
  /// 1 − arccos(c)/π, as published (arXiv:2303.13506, section 5); 0.5 where gradients are orthogonal.
  case angular
  /// |c|: the sign that a label gives a gradient plays no part. Ours.
  case absolute
  /// c².
  case squared
  /// The cosine of the gradients of entries' absolute values, published beside the angular one. It
  /// depends on the basis, so gradients should be plain.
  case absoluteGradient

  /// What becomes of a cosine.
  func value(ofCosine c: Float) -> Float {
    switch self {
    case .cosine, .absoluteGradient: c
    case .angular: Float(0.5 + ArcSine.of(min(1, max(-1, Double(c)))) / Double.pi)
    case .absolute: abs(c)
    case .squared: c * c
    }
  }
}

/// The arc sine with a fixed sequence of operations; the C library picks its own by processor.
enum ArcSine {
  /// Taylor's coefficients of arcsin x / x in x², highest first.
  private static let coefficients: [Double] = {
    var coefficients = [1.0]
    var binomial = 1.0
    for n in 1..<22 {
      binomial *= Double(2 * n - 1) / Double(2 * n)
      coefficients.append(binomial / Double(2 * n + 1))
    }
    return coefficients.reversed()
  }()

  /// arcsin x for |x| ≤ 1, radians; absolute error below 10⁻¹⁴.
  static func of(_ x: Double) -> Double {
    guard abs(x) > 0.5 else { return series(x) }
    // arcsin x = π/2 − 2·arcsin √((1 − x)/2).
    let complement = 1.570_796_326_794_896_6 - 2 * series(((1 - abs(x)) / 2).squareRoot())
    return x < 0 ? -complement : complement
  }

  private static func series(_ x: Double) -> Double {
    let square = x * x
    var sum = 0.0
    for coefficient in coefficients { sum = sum * square + coefficient }
    return x * sum
  }
}
