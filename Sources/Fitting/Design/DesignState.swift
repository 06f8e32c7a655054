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

  /// The rows g, each with its weight w, of one run.
  struct Rows {
    let cluster: Int
    let gradients: [(gradient: Vector, weight: Double)]
  }

  /// A, Σ w² g gᵀ and Σ s sᵀ, and the number of clusters.
  struct Sums {
    fileprivate var information = Symmetric()
    fileprivate var squares = Symmetric()
    fileprivate var common = Symmetric()
    fileprivate(set) var clusterCount = 0
  }

  private let noise: Noise
  /// The direction in θ whose variance counts.
  private let direction: Vector
  private let parameters: Int
  private let free: Mask
  /// All runs so far.
  private(set) var sums = Sums()
  private var clusters: [Int: Vector] = [:]

  init(noise: Noise, direction: Vector, parameters: Int, free: Mask) {
    self.noise = noise
    self.direction = direction
    self.parameters = parameters
    self.free = free
  }

  /// Counts a run.
  mutating func add(_ rows: Rows) {
    let (sums, cluster) = combined(rows)
    self.sums = sums
    clusters[rows.cluster] = cluster
  }

  /// The sums with one run more.
  func adding(_ rows: Rows) -> Sums { combined(rows).sums }

  private func combined(_ rows: Rows) -> (sums: Sums, cluster: Vector) {
    var next = sums
    var cluster = clusters[rows.cluster] ?? Vector()
    if clusters[rows.cluster] == nil { next.clusterCount += 1 }
    accumulate(&next.common, cluster, -1)
    for (gradient, weight) in rows.gradients {
      accumulate(&next.information, gradient, weight)
      accumulate(&next.squares, gradient, weight * weight)
      for i in 0..<parameters { cluster[i] += weight * gradient[i] }
    }
    accumulate(&next.common, cluster, 1)
    return (next, cluster)
  }

  private func accumulate(_ matrix: inout Symmetric, _ vector: Vector, _ factor: Double) {
    for i in 0..<parameters {
      for j in 0...i { matrix[i, j] += factor * vector[i] * vector[j] }
    }
  }

  /// The predicted half width of the 95 % interval along the direction: t₀.₉₇₅ of as many degrees
  /// of freedom as there are clusters less one, times the standard error; infinite while the runs
  /// do not determine it.
  func halfWidth(_ sums: Sums) -> Double {
    guard sums.clusterCount > 1,
      let factor = Cholesky(sums.information, parameters: parameters, free: free)
    else { return .infinity }
    let solved = factor.solve(direction)
    let variance =
      noise.within * sums.squares.quadratic(solved, parameters)
      + noise.between * sums.common.quadratic(solved, parameters)
    return StudentT.quantile975(degrees: sums.clusterCount - 1) * max(0, variance).squareRoot()
  }

  /// ln det A over the free parameters; −∞ while the runs do not determine them.
  func logDeterminant(_ sums: Sums) -> Double {
    Cholesky(sums.information, parameters: parameters, free: free)?.logDeterminant ?? -.infinity
  }
}
