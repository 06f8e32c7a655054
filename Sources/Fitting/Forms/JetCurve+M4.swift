import Glibc

extension JetCurve {
  /// ln L of (L − ε)/(1 − L)^α = e^z with z = a − c·u, θ = ε, a, c, α.
  ///
  /// With t = ln((L − ε)/(1 − L)) neither L − ε nor 1 − L loses a digit, however near L is to either
  /// end: L − ε = (1 − ε)σ(t), 1 − L = (1 − ε)σ(−t), and t is the root of
  /// h(t) = α·ln(1 + e^t) − ln(1 + e^-t) = z − (1 − α)·ln(1 − ε). Two Newton steps in jets carry the
  /// root's exact derivatives.
  static func m4(_ u: Double, _ theta: Vector) -> Jet {
    func variable(_ index: Int) -> Jet { Jet(variable: index, theta, of: 4) }
    let alpha = max(0, theta[3])
    let target = theta[1] - theta[2] * u - (1 - alpha) * log1p(-theta[0])
    let root = logit(target, alpha)
    // L is 1 to rounding, and beyond where alpha = 0 has no root.
    guard root < 700 else { return Jet(0, of: 4) }
    let room = Jet.log1p(-1 * variable(0))
    let height = variable(1) - u * variable(2) - (1 - variable(3)) * room
    var t = Jet(root, of: 4)
    for _ in 0..<2 {
      let residual = variable(3) * Jet.softplus(t) - Jet.softplus(-1 * t) - height
      let slope = variable(3) * Jet.sigmoid(t) + Jet.sigmoid(-1 * t)
      t = t - residual / slope
    }
    let span = 1 - variable(0)
    return root > 0
      ? Jet.log1p(-1 * (span * Jet.sigmoid(-1 * t)))
      : Jet.log(variable(0) + span * Jet.sigmoid(t))
  }

  /// The root of h(t) = target, infinite where there is none. h is concave for α < 1, convex for
  /// α > 1 and between its asymptotes t and αt, where Newton's method begins: it then comes from one
  /// side.
  private static func logit(_ target: Double, _ alpha: Double) -> Double {
    var t = target > 0 ? target / alpha : target
    for _ in 0..<200 where t.isFinite {
      let e = exp(-abs(t))
      let (above, below) = t > 0 ? (1 / (1 + e), e / (1 + e)) : (e / (1 + e), 1 / (1 + e))
      let value =
        alpha * (max(t, 0) + log1p(e)) - (max(-t, 0) + log1p(e)) - target
      let step = value / (alpha * above + below)
      t -= step
      guard abs(step) > 4e-16 * max(1e-3, abs(t)) else { break }
    }
    return t
  }
}
