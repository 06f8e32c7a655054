import Glibc

/// How much every residual tells under a loss that grows as |r| beyond a threshold δ: the variance of
/// one estimate of a middle, τ² = E ψ²/(E ψ′)².
///
/// With many residuals within δ it is Huber's (*Robust Statistics*, 7.6), Σwψ²/(n − p)/m² times
/// (1 + p/n·(1 − m)/m)², m the mean of ψ′, which is the mean square for least squares. A curve runs
/// through p points whatever the noise is, so few residuals within δ say nothing of how dense they
/// are: then τ = 1/(2f(0)), with the density from the width of the middle 1.96/√(n − p) of the
/// others (McKean & Schrader, in Dodge (ed.), *Statistical Data Analysis Based on the L1-Norm*, 1987).
struct RobustScale {
  /// τ².
  let variance: Double

  /// - Parameters:
  ///   - residuals: Of the points that speak.
  ///   - weights: Their weights, taken for relative ones.
  ///   - threshold: δ.
  ///   - determined: p.
  init(residuals: [Double], weights: [Double], threshold: Double, determined: Int) {
    let (n, p) = (Double(residuals.count), Double(determined))
    let total = weights.reduce(0, +)
    let sizes = zip(residuals, weights).map { abs($0) * $1.squareRoot() }.sorted()
    // Those that the curve runs through are left out.
    let others = sizes.dropFirst(min(determined, sizes.count - 1))
    let share = min(1, StudentT.normal975 / Double(others.count).squareRoot())
    let number = max(1, Int((share * Double(others.count)).rounded(.up)))
    let width = others[others.startIndex + number - 1]
    if threshold * (total / n).squareRoot() <= width {
      let tau = width * Double(others.count) / Double(number)
      variance = tau * tau
      return
    }
    var (squares, inside) = (0.0, 0.0)
    for (residual, weight) in zip(residuals, weights) {
      let psi = min(abs(residual), threshold)
      squares += weight * psi * psi
      if abs(residual) <= threshold { inside += weight }
    }
    let slope = inside / total
    let correction = 1 + p / n * (1 - slope) / slope
    variance = squares / (n - p) * correction * correction / (slope * slope)
  }
}
