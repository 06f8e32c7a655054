/// What is known of a fit's parameters after some runs, made or only thought of.
///
/// The estimator solves Σ w ψ(r) g = 0 with g = ∂r/∂θ. With A = Σ w g gᵀ, its covariance is
/// A⁻¹BA⁻¹ (Huber 1967, "sandwich") with B = Σ_i [σ² Σ_j w² g gᵀ + τ² s_i s_iᵀ] and
/// s_i = Σ_j w g, for observations j of clusters i whose errors have a part of variance τ² in
/// common and one of variance σ² each to itself.
struct DesignState {
  /// σ² and τ², in the unit of r².
  struct Noise: Hashable {
    var within: Double
    var between: Double
  }

  private let noise: Noise
  /// The direction in θ whose variance counts.
  private let direction: Vector
  private let parameters: Int
  private let free: Mask
  private var information = Symmetric()
  private var squares = Symmetric()
  private var common = Symmetric()
  private var sums: [Int: Vector] = [:]

  /// The rows g·w of one run.
  struct Rows {
    let cluster: Int
    let gradients: [(gradient: Vector, weight: Double)]
  }

  init(noise: Noise, direction: Vector, parameters: Int, free: Mask) {
    self.noise = noise
    self.direction = direction
    self.parameters = parameters
    self.free = free
  }

  /// Clusters so far.
  var clusterCount: Int { sums.count }

  /// Counts a run.
  mutating func add(_ rows: Rows) {
    var sum = sums[rows.cluster] ?? Vector()
    accumulate(&common, sum, -1)
    for (gradient, weight) in rows.gradients {
      accumulate(&information, gradient, weight)
      accumulate(&squares, gradient, weight * weight)
      for i in 0..<parameters { sum[i] += weight * gradient[i] }
    }
    accumulate(&common, sum, 1)
    sums[rows.cluster] = sum
  }

  private func accumulate(_ matrix: inout Symmetric, _ vector: Vector, _ factor: Double) {
    for i in 0..<parameters {
      for j in 0...i { matrix[i, j] += factor * vector[i] * vector[j] }
    }
  }

  /// The predicted half width of the 95 % interval along the direction: t₀.₉₇₅ of as many degrees
  /// of freedom as there are clusters less one, times the standard error; infinite while the runs
  /// do not determine it.
  var halfWidth: Double {
    guard clusterCount > 1,
      let factor = Cholesky(information, parameters: parameters, free: free)
    else { return .infinity }
    let solved = factor.solve(direction)
    let variance =
      noise.within * squares.quadratic(solved, parameters)
      + noise.between * common.quadratic(solved, parameters)
    return StudentT.quantile975(degrees: clusterCount - 1) * max(0, variance).squareRoot()
  }

  /// ln det A over the free parameters; −∞ while the runs do not determine them.
  var logDeterminant: Double {
    Cholesky(information, parameters: parameters, free: free)?.logDeterminant ?? -.infinity
  }
}
