import Glibc
import SweepModel

/// Points and objective in rescaled variables, in which every scale is near one.
///
/// With u = ln x − mean(ln x) and v = ln y − ln s, s = min y, the curve is
/// f(u; a, c, ε) = ln(ε + exp(a − c·u)), so that c is the exponent itself,
/// ln b = ln s + a + c·mean(ln x) and E = s·ε. A power law is the case ε = 0.
/// θ = (a, c, ε) is kept in one SIMD3.
struct LogProblem {
  let u: [Double]
  let v: [Double]
  /// Multiplicity of every point: 1, or how often a bootstrap drew it.
  var weights: [Double]
  let objective: FitRequest.Objective
  private let meanLogX: Double
  private let logScale: Double

  init(points: [FitPoint], objective: FitRequest.Objective) {
    let logX = points.map { log($0.x) }
    let logY = points.map { log($0.y) }
    let mean = logX.reduce(0, +) / Double(logX.count)
    let scale = logY.min() ?? 0
    self.u = logX.map { $0 - mean }
    self.v = logY.map { $0 - scale }
    self.weights = [Double](repeating: 1, count: points.count)
    self.objective = objective
    self.meanLogX = mean
    self.logScale = scale
  }

  /// The same points under another objective.
  init(_ other: LogProblem, objective: FitRequest.Objective) {
    self.u = other.u
    self.v = other.v
    self.weights = other.weights
    self.objective = objective
    self.meanLogX = other.meanLogX
    self.logScale = other.logScale
  }

  /// θ in the user's variables.
  func natural(_ theta: SIMD3<Double>) -> Fit.ParameterVector {
    Fit.ParameterVector(
      exponent: theta.y, logPrefactor: logScale + theta.x + theta.y * meanLogX,
      floor: theta.z == 0 ? 0 : exp(logScale) * theta.z)
  }

  /// d(natural)/dθ rows: exponent, ln b, E; each a gradient with respect to θ.
  var naturalJacobian: [SIMD3<Double>] {
    [[0, 1, 0], [1, meanLogX, 0], [0, 0, exp(logScale)]]
  }

  /// r_i = f(u_i) − v_i.
  func residual(_ index: Int, _ theta: SIMD3<Double>) -> Double {
    let linear = theta.x - theta.y * u[index]
    return (theta.z == 0 ? linear : log(theta.z + exp(linear))) - v[index]
  }

  /// F(θ) = Σ w ρ(r).
  func value(_ theta: SIMD3<Double>) -> Double {
    var sum = 0.0
    for index in u.indices where weights[index] > 0 {
      sum += weights[index] * objective.rho(residual(index, theta))
    }
    return sum
  }

  /// The optimum of a power law under least squares, closed form (weighted linear regression).
  func regression(of v: [Double]) -> SIMD3<Double> {
    var total = 0.0
    var sumU = 0.0
    var sumV = 0.0
    for index in u.indices {
      total += weights[index]
      sumU += weights[index] * u[index]
      sumV += weights[index] * v[index]
    }
    let meanU = sumU / total
    let meanV = sumV / total
    var uu = 0.0
    var uv = 0.0
    for index in u.indices {
      let du = u[index] - meanU
      uu += weights[index] * du * du
      uv += weights[index] * du * (v[index] - meanV)
    }
    let slope = uv / uu
    return [meanV - slope * meanU, -slope, 0]
  }
}

extension FitRequest.Objective {
  /// ρ(r).
  func rho(_ r: Double) -> Double {
    switch self {
    case .logLeastSquares: 0.5 * r * r
    case .huber(let delta): abs(r) <= delta ? 0.5 * r * r : delta * (abs(r) - 0.5 * delta)
    }
  }

  /// ψ(r) = ρ′(r).
  func psi(_ r: Double) -> Double {
    switch self {
    case .logLeastSquares: r
    case .huber(let delta): max(-delta, min(delta, r))
    }
  }

  /// ψ′(r).
  func psiSlope(_ r: Double) -> Double {
    switch self {
    case .logLeastSquares: 1
    case .huber(let delta): abs(r) <= delta ? 1 : 0
    }
  }
}
