/// Columns that describe a shape along an input.
enum BendShape {
  /// uᵏ, u from −1 to 1 over the range.
  static func powers(_ xs: [Double], _ power: Int) -> [Double] {
    guard let low = xs.min(), let high = xs.max(), high > low else { return xs.map { _ in 1 } }
    return xs.map { x in
      let u = 2 * (x - low) / (high - low) - 1
      return (0..<power).reduce(1.0) { product, _ in product * u }
    }
  }
}
