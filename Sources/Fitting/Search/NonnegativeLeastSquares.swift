/// Linear least squares with coefficients that must not be negative, for at most three columns:
/// the inner problem of variable projection (Golub & Pereyra 1973) over exponents.
enum NonnegativeLeastSquares {
  /// The coefficients, and the weighted residual sum of squares.
  ///
  /// - Parameters:
  ///   - gram: CᵀWC of the columns.
  ///   - moments: CᵀWy.
  ///   - square: yᵀWy.
  static func solve(
    gram: Symmetric, moments: Vector, square: Double, columns: Int
  ) -> (coefficients: Vector, rss: Double) {
    var best = (coefficients: Vector(), rss: square)
    for subset in 1..<(1 << columns) {
      var free = Mask()
      for column in 0..<columns where subset >> column & 1 == 1 { free[column] = true }
      guard let factor = Cholesky(gram, parameters: columns, free: free) else { continue }
      let solution = factor.solve(moments)
      guard (0..<columns).allSatisfy({ !free[$0] || solution[$0] > 0 }) else { continue }
      var rss = square
      for column in 0..<columns { rss -= solution[column] * moments[column] }
      if rss < best.rss { best = (solution, rss) }
    }
    return best
  }
}
