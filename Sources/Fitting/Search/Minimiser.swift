/// A minimum of a ``Problem``.
struct Solution {
  var theta: Vector
  var value: Double
  /// See ``Fit/scaledGradientNorm``.
  var scaledGradientNorm: Double
  var converged: Bool
  /// Parameters at a bound with the gradient pushing outwards.
  var atBound: Mask
}

/// Damped Newton with the exact Hessian inside bounds: (H + λD)s = −g, D the majorising curvature.
///
/// λ falls after a step that lowers F and grows after one that does not. A parameter at its bound
/// stays while the gradient pushes outwards; a step that would cross a bound ends on it and the
/// others' step is solved again.
struct Minimiser {
  /// Parameters that may move.
  var free: Mask
  var lower: Vector
  var upper: Vector
  var iterations = 200
  /// Parameters that are solved for again after every step of all: a step then follows a valley that
  /// bends in them, as strengths of breaks do in their places and widths.
  var followed = Mask()
  /// A value that is low enough: the descent ends there.
  var target = -Double.infinity

  init(_ model: CurveModel) {
    self.free = model.free
    self.lower = model.lower
    self.upper = model.upper
  }

  func minimise(_ problem: Problem, from start: Vector, damping: Double = 1e-3) -> Solution {
    let p = problem.model.parameterCount
    var theta = inside(start, p)
    var lambda = damping
    var at = problem.evaluate(theta)
    var settled = false
    // A damped step is short in a flat valley: settled is what an undamped one cannot lower either.
    var doubts = 4
    func isDoubted() -> Bool {
      guard settled, lambda > 0, doubts > 0 else { return false }
      (settled, lambda, doubts) = (false, 0, doubts - 1)
      return true
    }
    // Residuals of the size of rounding: nothing is left to gain.
    let exact = 2e-14 * Double(problem.sample.count).squareRoot()
    for _ in 0..<iterations {
      guard at.value.isFinite, at.psiNorm > exact else { break }
      if at.value <= target { return finish(theta, at, p, settled: false) }
      let active = moving(theta, at, p)
      guard let step = newtonStep(theta, at, p, active, lambda) else {
        lambda = max(10 * lambda, 1e-6)
        if lambda > 1e14 { break }
        continue
      }
      var next = theta
      for index in 0..<p { next[index] += step.vector[index] }
      let trial = following(problem, &next, p)
      if trial.value <= at.value {
        let decrease = at.value - trial.value
        settled = lambda <= 1e-2 && decrease <= 1e-14 * at.value
        (theta, at) = (next, trial)
        if isDoubted() { continue }
        if settled { break }
        lambda = lambda < 1e-7 ? 0 : lambda / 10
      } else {
        settled = step.predictedDecrease <= 1e-14 * at.value
        if isDoubted() { continue }
        if settled { break }
        lambda = max(6 * lambda, 1e-6)
        if lambda > 1e14 { break }
      }
    }
    polish(problem, &theta, &at, p)
    return finish(theta, at, p, settled: settled)
  }

  /// F at a place, after Newton's steps in the followed parameters while they lower it.
  private func following(
    _ problem: Problem, _ theta: inout Vector, _ p: Int
  ) -> Problem.Evaluation {
    var at = problem.evaluate(theta)
    guard followed.count > 0, at.value.isFinite else { return at }
    for _ in 0..<2 {
      var mask = moving(theta, at, p)
      for index in 0..<p where !followed[index] { mask[index] = false }
      guard let step = newtonStep(theta, at, p, mask, 1e-9) else { break }
      var next = theta
      for index in 0..<p { next[index] += step.vector[index] }
      let trial = problem.evaluate(next)
      guard trial.value < at.value else { break }
      let isLast = trial.value > 0.9 * at.value
      (theta, at) = (next, trial)
      if isLast { break }
    }
    return at
  }

  /// The nearest place within the bounds.
  func inside(_ theta: Vector, _ p: Int) -> Vector {
    var inside = theta
    for index in 0..<p { inside[index] = min(max(theta[index], lower[index]), upper[index]) }
    return inside
  }

  /// Full Newton steps while they shrink the gradient and F stays within rounding.
  private func polish(
    _ problem: Problem, _ theta: inout Vector, _ at: inout Problem.Evaluation, _ p: Int
  ) {
    for _ in 0..<3 {
      let active = moving(theta, at, p)
      guard at.value.isFinite, let step = newtonStep(theta, at, p, active, 0) else { return }
      var next = theta
      for index in 0..<p { next[index] += step.vector[index] }
      let trial = problem.evaluate(next)
      guard trial.value <= at.value * (1 + 1e-14),
        norm(trial, p, moving(next, trial, p)) < 0.5 * norm(at, p, active)
      else { return }
      (theta, at) = (next, trial)
    }
  }

  /// The free parameters that are not held at a bound by the gradient.
  private func moving(_ theta: Vector, _ at: Problem.Evaluation, _ p: Int) -> Mask {
    var mask = free
    for index in 0..<p where mask[index] {
      if theta[index] <= lower[index] && at.gradient[index] >= 0 { mask[index] = false }
      if theta[index] >= upper[index] && at.gradient[index] <= 0 { mask[index] = false }
    }
    return mask
  }

  private func newtonStep(
    _ theta: Vector, _ at: Problem.Evaluation, _ p: Int, _ moving: Mask, _ lambda: Double
  ) -> (vector: Vector, predictedDecrease: Double)? {
    var active = moving
    var fixed = Vector()
    while true {
      // Where the Hessian is indefinite the majorising curvature leads along the valley.
      var curvature = at.hessian
      var factored = Cholesky(
        curvature, parameters: p, free: active, damping: lambda, metric: at.metric)
      if factored == nil, lambda > 0 {
        curvature = at.gauss
        factored = Cholesky(
          curvature, parameters: p, free: active, damping: lambda, metric: at.metric)
      }
      guard let factor = factored else { return nil }
      var right = Vector()
      for i in 0..<p where active[i] {
        var sum = -at.gradient[i]
        for j in 0..<p where moving[j] && !active[j] { sum -= curvature[i, j] * fixed[j] }
        right[i] = sum
      }
      var step = factor.solve(right)
      for index in 0..<p where moving[index] && !active[index] { step[index] = fixed[index] }
      guard let blocked = firstCrossing(theta, step, p, active) else {
        var decrease = 0.0
        for index in 0..<p { decrease -= 0.5 * step[index] * at.gradient[index] }
        return (step, decrease)
      }
      active[blocked] = false
      fixed[blocked] = (step[blocked] < 0 ? lower[blocked] : upper[blocked]) - theta[blocked]
    }
  }

  private func firstCrossing(_ theta: Vector, _ step: Vector, _ p: Int, _ active: Mask) -> Int? {
    (0..<p).first { index in
      let next = theta[index] + step[index]
      return active[index] && (next < lower[index] || next > upper[index])
    }
  }

  /// max_j |g_j| / (‖∂r/∂θ_j‖·‖ψ‖); residuals of the size of rounding count as zero.
  private func norm(_ at: Problem.Evaluation, _ p: Int, _ active: Mask) -> Double {
    var norm = 0.0
    for index in 0..<p where active[index] && at.squares[index] > 0 {
      norm = max(norm, abs(at.gradient[index]) / at.squares[index].squareRoot())
    }
    return norm / max(at.psiNorm, 1e-13)
  }

  private func finish(
    _ theta: Vector, _ at: Problem.Evaluation, _ p: Int, settled: Bool
  ) -> Solution {
    let active = moving(theta, at, p)
    var bound = Mask()
    for index in 0..<p where free[index] && !active[index] { bound[index] = true }
    let norm = norm(at, p, active)
    // A saddle has no gradient either, but a direction of negative curvature.
    let isMinimum =
      settled && norm < 1e-6
      && Cholesky(
        at.hessian, parameters: p, free: active, damping: 1e-7, metric: at.metric) != nil
    return Solution(
      theta: theta, value: at.value, scaledGradientNorm: norm,
      converged: at.value.isFinite && (at.psiNorm <= 1e-12 || isMinimum), atBound: bound)
  }
}
