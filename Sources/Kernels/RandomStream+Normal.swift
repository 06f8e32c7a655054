extension RandomStream {
  /// A standard normal number, by the transform of Box and Muller from one element's two words; the
  /// same bits on every host.
  public func normal(index: UInt64, block: UInt32 = 0) -> Double {
    let (low, high) = words(index: index, block: block)
    // In (0, 1], so that the logarithm exists.
    let radius = (-2 * Elementary.logarithm(Double((low >> 11) + 1) * 0x1p-53)).squareRoot()
    return radius * Elementary.cosine(turns: Double(high >> 11) * 0x1p-53)
  }
}

extension Elementary {
  /// cos 2πx for |x| ≤ 2⁵⁰; absolute error below 10⁻¹⁵.
  public static func cosine(turns x: Double) -> Double {
    let quarters = (4 * x).rounded(.toNearestOrEven)
    let angle = (4 * x - quarters) * 1.570_796_326_794_896_6
    let square = angle * angle
    // Taylor's series on ±π/4.
    var cosine = 1.0
    var sine = 1.0
    for step in stride(from: 16, through: 2, by: -2) {
      cosine = 1 - cosine * square / Double(step * (step - 1))
      sine = 1 - sine * square / Double(step * (step + 1))
    }
    sine *= angle
    switch Int(quarters) & 3 {
    case 0: return cosine
    case 1: return -sine
    case 2: return -cosine
    default: return sine
    }
  }
}
