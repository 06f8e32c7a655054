public import Basics
import Glibc

/// What resampling very many clusters comes to, without a fit for each resample.
///
/// A resample multiplies every cluster's share G_c of the gradient by how often it was drawn, and its
/// optimum lies at θ − H⁻¹·Σ (m_c − 1)·G_c to first order. Of so many clusters the sum is normal with the
/// covariance Σ (G_c − Ḡ)(G_c − Ḡ)ᵀ within strata (the "sandwich", White, *Econometrica* 48 (1980) 817),
/// so it is drawn as such: clusters may be dependent within and noise of any size, as in the bootstrap.
struct ScoreDraws {
  /// Of more clusters resamples are drawn like this.
  static let clusterLimit = 20_000

  /// L with LLᵀ the covariance of the sum, in columns.
  private let columns: [Vector]
  private let hessian: Symmetric
  /// What the others' gradient is where a parameter lies at its bound.
  private let gradient: Vector
  private let optimum: Solution
  private let minimiser: Minimiser

  /// Nil where the objective has no curvature to go by.
  init?(_ problem: Problem, points: [FitPoint], optimum: Solution) {
    let p = problem.model.parameterCount
    let at = problem.evaluate(optimum.theta)
    let free = problem.model.free
    guard Cholesky(at.hessian, parameters: p, free: free) != nil,
      let root = Cholesky(
        Self.covariance(problem, points, optimum.theta), parameters: p, free: free)
    else { return nil }
    (columns, hessian, gradient) = (root.columns, at.hessian, at.gradient)
    self.optimum = optimum
    minimiser = Minimiser(problem.model)
  }

  /// Σ (G_c − Ḡ)(G_c − Ḡ)ᵀ over the clusters of every stratum.
  private static func covariance(
    _ problem: Problem, _ points: [FitPoint], _ theta: Vector
  ) -> Symmetric {
    let p = problem.model.parameterCount
    var numbers: [FitPoint.ClusterKey: Int] = [:]
    numbers.reserveCapacity(points.count)
    // p numbers for each cluster: vectors would take several times the memory.
    var sums: [Double] = []
    sums.reserveCapacity(p * points.count)
    var strata: [Int] = []
    problem.forEachScore(theta) { index, score in
      let key = points[index].clusterKey
      let number = numbers[key] ?? strata.count
      if number == strata.count {
        numbers[key] = number
        for _ in 0..<p { sums.append(0) }
        strata.append(key.stratum)
      }
      for i in 0..<p { sums[p * number + i] += score[i] }
    }
    var means: [Int: (sum: Vector, count: Double)] = [:]
    for (number, stratum) in strata.enumerated() {
      var mean = means[stratum] ?? (Vector(), 0)
      for i in 0..<p { mean.sum[i] += sums[p * number + i] }
      mean.count += 1
      means[stratum] = mean
    }
    var covariance = Symmetric()
    for (number, stratum) in strata.enumerated() {
      guard let mean = means[stratum] else { continue }
      var rest = Vector()
      for i in 0..<p { rest[i] = sums[p * number + i] - mean.sum[i] / mean.count }
      for i in 0..<p {
        for j in 0...i { covariance[i, j] += rest[i] * rest[j] }
      }
    }
    return covariance
  }

  /// One resample's optimum: a Newton step, again without the parameters that it would push beyond
  /// their bounds.
  func draw(_ generator: inout SplitMix64, _ p: Int) -> Solution {
    var score = gradient
    for column in columns {
      let normal = generator.standardNormal()
      for index in 0..<p { score[index] += normal * column[index] }
    }
    var solution = optimum
    var free = minimiser.free
    for _ in 0..<2 {
      guard let step = Cholesky(hessian, parameters: p, free: free)?.solve(score) else { break }
      var outside = false
      for index in 0..<p where free[index] {
        let place = optimum.theta[index] - step[index]
        solution.theta[index] = place
        guard place < minimiser.lower[index] || place > minimiser.upper[index] else { continue }
        free[index] = false
        outside = true
      }
      if !outside { break }
    }
    solution.theta = minimiser.inside(solution.theta, p)
    return solution
  }
}

extension SplitMix64 {
  /// A number from the exponential distribution of mean 1.
  mutating func exponential() -> Double {
    -log((Double(next() >> 11) + 0.5) / 9_007_199_254_740_992)
  }

  /// Box and Muller's.
  public mutating func standardNormal() -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &self))
  }
}

extension Problem {
  /// The gradient of every point's term of the objective, point by point.
  fileprivate func forEachScore(_ theta: Vector, _ body: (Int, Vector) -> Void) {
    let p = model.parameterCount
    forEachPoint(theta) { point, r, gradient in
      let psi = max(max(-threshold, min(threshold, r)), sample.floor(of: point))
      var score = Vector()
      for i in 0..<p { score[i] = sample.weight(of: point) * psi * gradient[i] }
      body(point, score)
    }
  }
}
