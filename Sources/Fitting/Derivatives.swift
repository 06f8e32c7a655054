import Glibc

/// F, its gradient and its exact Hessian at one θ, and the scales that make them dimensionless.
struct Derivatives {
  var value = 0.0
  var gradient = SIMD3<Double>()
  var hessian = Symmetric3()
  /// Σ w (ψ/r) f_j²: the majorising curvature, the damping's metric.
  var metric = SIMD3<Double>()
  /// Σ w ∇f ∇fᵀ = JᵀJ.
  var gram = Symmetric3()
  /// ‖ψ(r)‖.
  var psiNorm = 0.0
  /// Σ w ψ′(r).
  var slopeSum = 0.0

  /// Evaluates at θ. With q = exp(a − cu), p = q/(q+ε), d = 1/(q+ε):
  /// ∇f = (p, −up, d); f_aa = p(1−p), f_ac = −u f_aa, f_cc = u² f_aa, f_aε = −pd, f_cε = upd,
  /// f_εε = −d².
  init(_ problem: LogProblem, at theta: SIMD3<Double>) {
    var psiSquares = 0.0
    for index in problem.u.indices where problem.weights[index] > 0 {
      let weight = problem.weights[index]
      let u = problem.u[index]
      let r = problem.residual(index, theta)
      let psi = problem.objective.psi(r)
      let slope = problem.objective.psiSlope(r)
      let q = exp(theta.x - theta.y * u)
      let d = 1 / (q + theta.z)
      let p = theta.z == 0 ? 1 : q * d
      let f: SIMD3<Double> = [p, -u * p, d]
      value += weight * problem.objective.rho(r)
      gradient += weight * psi * f
      metric += weight * (r == 0 ? 1 : psi / r) * f * f
      gram.addOuter(f, weight: weight)
      psiSquares += weight * psi * psi
      slopeSum += weight * slope
      hessian.addOuter(f, weight: weight * slope)
      let curvature = weight * psi
      let mixed = p * (theta.z == 0 ? 0 : theta.z * d)
      hessian.xx += curvature * mixed
      hessian.xy -= curvature * u * mixed
      hessian.yy += curvature * u * u * mixed
      hessian.xz -= curvature * p * d
      hessian.yz += curvature * u * p * d
      hessian.zz -= curvature * d * d
    }
    psiNorm = psiSquares.squareRoot()
  }

  /// max_j |g_j| / (‖J_j‖·‖ψ‖): the largest cosine between the residual and a direction in which
  /// the curve can move. Residuals of the size of rounding (1e-13) count as zero.
  func scaledGradientNorm(floorFree: Bool) -> Double {
    let scale = max(psiNorm, 1e-13 * gram.xx.squareRoot())
    var norm = max(
      abs(gradient.x) / (gram.xx.squareRoot() * scale),
      abs(gradient.y) / (gram.yy.squareRoot() * scale))
    if floorFree { norm = max(norm, abs(gradient.z) / (gram.zz.squareRoot() * scale)) }
    return norm
  }
}
