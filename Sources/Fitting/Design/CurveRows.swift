import Glibc
import SweepModel

/// The rows ∂r/∂θ of a fitted curve at its points and elsewhere, and how its residuals scatter. Upper
/// bounds are left out: what they say depends on whether they hold.
struct CurveRows {
  private let binding: Binding
  private let problem: Problem
  private let theta: Vector
  private let points: [FitPoint]
  private let jets: [(r: Double, gradient: Vector, hessian: Symmetric)]

  init(fit: Fit, points all: [FitPoint]) {
    let points = all.exact
    let binding = Binding(points: points, form: fit.form, held: fit.held)
    let problem = Search(form: fit.form, objective: fit.objective).problem(binding)
    self.binding = binding
    self.problem = problem
    self.points = points
    theta = binding.model.theta(fit.parameters.map(\.value))
    jets = problem.residualJets(theta)
  }

  var clusterCount: Int { Set(points.map(\.cluster)).count }

  /// True where some cluster lies at several places: a run with all its steps.
  var hasCurves: Bool {
    var places: [Int: [Double]] = [:]
    return points.contains { point in
      defer { places[point.cluster] = point.inputs }
      return places[point.cluster].map { $0 != point.inputs } ?? false
    }
  }

  var parameterCount: Int { binding.model.parameterCount }

  var free: Mask { binding.model.free }

  /// The direction in θ in which a parameter grows, on the scale on which its errors are even.
  func direction(_ index: Int) -> Vector {
    var direction = Vector()
    for entry in binding.model.coordinates[index].row { direction[entry.index] = entry.factor }
    return direction
  }

  /// The rows of the points, one entry for each cluster.
  var measured: [DesignState.Rows] {
    var places: [Int: Int] = [:]
    var members: [[Int]] = []
    for (index, point) in points.enumerated() {
      let place = places[point.cluster] ?? members.count
      places[point.cluster] = place
      if place == members.count { members.append([]) }
      members[place].append(index)
    }
    return members.map { members in
      DesignState.Rows(
        cluster: points[members[0]].cluster,
        gradients: members.map { (jets[$0].gradient, points[$0].weight) })
    }
  }

  /// The rows that runs would bring, each observation of weight 1.
  func rows(_ experiments: [Experiment]) -> [DesignState.Rows] {
    let inputs = experiments.flatMap(\.inputs)
    let elsewhere = Problem(
      model: problem.model, sample: binding.sample(at: inputs), isRaw: problem.isRaw,
      threshold: problem.threshold)
    var gradients = elsewhere.residualJets(theta).map(\.gradient)[...]
    return experiments.map { experiment in
      defer { gradients = gradients.dropFirst(experiment.inputs.count) }
      return DesignState.Rows(
        cluster: experiment.cluster,
        gradients: gradients.prefix(experiment.inputs.count).map { ($0, 1) })
    }
  }

  /// The variances of ψ(r)/mean ψ′ within and between clusters, by the analysis of variance of one
  /// random factor; nil without a degree of freedom between clusters.
  ///
  /// With g clusters, n observations, p free parameters and the means ū_i of m_i observations each:
  /// σ² = Σ(u − ū)²/(n − g), τ² = (Σ m_i ū_i²/(g − p) − σ²)/m₀ with m₀ = (n − Σm_i²/n)/(g − 1), and
  /// where that is negative τ² = 0 and σ² from all together. Without repetitions τ² = 0.
  var noise: DesignState.Noise? {
    let threshold =
      problem.threshold > Search.vanishing
      ? problem.threshold : max(jets.map { abs($0.r) }.sorted()[jets.count / 2], 1e-300)
    let slope =
      Double(jets.count { abs($0.r) <= threshold }) / Double(jets.count)
    let scores = jets.map { min(max($0.r, -threshold), threshold) / max(slope, 1e-3) }
    var clusters: [Int: (count: Double, sum: Double, squares: Double)] = [:]
    for (point, score) in zip(points, scores) {
      let weighted = point.weight.squareRoot() * score
      let entry = clusters[point.cluster] ?? (0, 0, 0)
      clusters[point.cluster] = (
        entry.count + 1, entry.sum + weighted, entry.squares + weighted * weighted
      )
    }
    let n = Double(points.count)
    let g = Double(clusters.count)
    // In one order: sums of floating-point numbers depend on it.
    let parts = clusters.sorted { $0.key < $1.key }.map(\.value)
    let between = parts.reduce(0) { $0 + $1.sum * $1.sum / $1.count }
    let within = max(0, parts.reduce(0) { $0 + $1.squares } - between)
    let degrees = g - Double(free.count)
    guard degrees >= 1, between + within > 0 else { return nil }
    let pooled = (between + within) / (n - g + degrees)
    guard n > g else { return DesignState.Noise(within: pooled, between: 0) }
    let sigma = within / (n - g)
    let typical = (n - parts.reduce(0) { $0 + $1.count * $1.count } / n) / (g - 1)
    let tau = (between / degrees - sigma) / typical
    return tau > 0
      ? DesignState.Noise(within: sigma, between: tau)
      : DesignState.Noise(within: pooled, between: 0)
  }
}
