import Glibc
import SweepModel

/// Minimises a ``LogProblem``: closed form where there is one, otherwise several starts, each
/// polished by a damped Newton method with the exact Hessian.
struct Solver {
  let form: FitRequest.Form

  /// A minimum.
  struct Solution {
    var theta: SIMD3<Double>
    var value: Double
    var scaledGradientNorm: Double
    var converged: Bool
  }

  /// The best minimum that the starts lead to. `warm` replaces most starts by a nearby optimum.
  func solve(_ problem: LogProblem, warm: SIMD3<Double>? = nil) -> Solution {
    let power = solvePower(problem, warm: warm)
    guard form == .offset else { return power }
    var best = minimise(problem, from: power.theta, floorMayMove: true)
    if best.value >= power.value * (1 - 1e-12) {
      best = minimise(problem, from: power.theta, floorMayMove: true, release: false)
    }
    for start in offsetStarts(problem, warm: warm) {
      let candidate = descend(problem, from: start)
      if candidate.value < best.value * (1 - 1e-12) { best = candidate }
    }
    return best
  }

  private func solvePower(_ problem: LogProblem, warm: SIMD3<Double>?) -> Solution {
    let closed = problem.regression(of: problem.v)
    if problem.objective == .logLeastSquares {
      let at = Derivatives(problem, at: closed)
      return Solution(
        theta: closed, value: at.value, scaledGradientNorm: at.scaledGradientNorm(floorFree: false),
        converged: true)
    }
    var best = continuation(problem, from: closed, floorMayMove: false)
    if let warm, warm.z == 0 {
      let near = minimise(problem, from: warm, floorMayMove: false)
      if near.value < best.value { best = near }
    }
    return best
  }

  /// Floors below, at and near the smallest y; for each the regression of ln(y − E) on ln x.
  private func offsetStarts(_ problem: LogProblem, warm: SIMD3<Double>?) -> [SIMD3<Double>] {
    let fractions = warm == nil ? [0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99] : [0.6, 0.95]
    let starts = fractions.map { fraction in
      let logs = problem.v.map { v in log(max(exp(v) - fraction, 0.005 * exp(v))) }
      var theta = problem.regression(of: logs)
      theta.z = fraction
      return theta
    }
    return (warm.map { [$0] } ?? []) + starts
  }

  private func descend(_ problem: LogProblem, from start: SIMD3<Double>) -> Solution {
    if case .huber = problem.objective {
      return continuation(problem, from: start, floorMayMove: true)
    }
    return minimise(problem, from: start, floorMayMove: true)
  }

  /// Huber's threshold shrinks tenfold from the largest residual to δ, each optimum the next start.
  private func continuation(
    _ problem: LogProblem, from start: SIMD3<Double>, floorMayMove: Bool
  ) -> Solution {
    guard case .huber(let delta) = problem.objective else {
      return minimise(problem, from: start, floorMayMove: floorMayMove)
    }
    var theta = start
    var threshold = problem.u.indices.map { abs(problem.residual($0, start)) }.max() ?? delta
    while threshold > delta {
      let relaxed = LogProblem(problem, objective: .huber(delta: threshold))
      theta = minimise(relaxed, from: theta, floorMayMove: floorMayMove, iterations: 30).theta
      threshold /= 10
    }
    return minimise(problem, from: theta, floorMayMove: floorMayMove)
  }
}

extension Solver {
  /// Damped Newton with the bound ε ≥ 0: (H + λD)s = −g, D the majorising curvature. λ falls after
  /// a step that lowers F and grows after one that does not. At ε = 0 the floor stays while
  /// ∂F/∂ε ≥ 0. `release: false` keeps ε at 0.
  private func minimise(
    _ problem: LogProblem, from start: SIMD3<Double>, floorMayMove: Bool, release: Bool = true,
    iterations: Int = 400
  ) -> Solution {
    var theta = start
    if !floorMayMove || !release { theta.z = 0 }
    var lambda = 1e-3
    var at = Derivatives(problem, at: theta)
    var settled = false
    for _ in 0..<iterations {
      let free = floorMayMove && release && !(theta.z == 0 && at.gradient.z >= 0)
      guard let step = newtonStep(at, floorFree: free, lambda: lambda) else {
        lambda = max(4 * lambda, 1e-6)
        if lambda > 1e12 { break }
        continue
      }
      var next = theta + step.vector
      next.z = free ? max(0, next.z) : theta.z
      let value = problem.value(next)
      if value <= at.value {
        let decrease = at.value - value
        settled = lambda <= 1e-2 && decrease <= 1e-14 * at.value
        theta = next
        at = Derivatives(problem, at: theta)
        if settled { break }
        lambda = lambda < 1e-9 ? 0 : lambda / 10
      } else {
        settled = step.predictedDecrease <= 1e-14 * at.value
        if settled { break }
        lambda = max(4 * lambda, 1e-6)
        if lambda > 1e12 { break }
      }
    }
    return finish(problem, theta: theta, at: at, floorMayMove: floorMayMove, settled: settled)
  }

  private func newtonStep(
    _ at: Derivatives, floorFree: Bool, lambda: Double
  ) -> (vector: SIMD3<Double>, predictedDecrease: Double)? {
    let damped = at.hessian.adding(diagonal: lambda * at.metric)
    let gradient = floorFree ? at.gradient : [at.gradient.x, at.gradient.y, 0]
    guard let solved = (floorFree ? damped : damped.withoutZ).solve(gradient) else { return nil }
    return (-solved, 0.5 * (solved * gradient).sum())
  }

  private func finish(
    _ problem: LogProblem, theta: SIMD3<Double>, at: Derivatives, floorMayMove: Bool, settled: Bool
  ) -> Solution {
    let free = floorMayMove && !(theta.z == 0 && at.gradient.z >= 0)
    let norm = at.scaledGradientNorm(floorFree: free)
    let exact = at.psiNorm <= 1e-13 * at.gram.xx.squareRoot()
    return Solution(
      theta: theta, value: at.value, scaledGradientNorm: norm,
      converged: exact || (settled && norm < 1e-6))
  }
}
