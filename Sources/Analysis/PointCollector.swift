import Fitting
import SweepModel

/// Gathers the points of one group: applies the ranges, counts what they leave out, names clusters
/// and remembers the first value that cannot be fitted.
struct PointCollector<Cluster: Hashable> {
  let request: FitRequest
  private(set) var points: [FitPoint] = []
  /// The number of every cluster.
  private(set) var clusters: [Cluster: Int] = [:]
  private var strata: [String: Int] = [:]
  private var reasons: [String] = []
  private var counts: [Int] = []
  private var problem: String?

  init(request: FitRequest) {
    self.request = request
  }

  /// True when the ranges take the point; counts it as left out otherwise.
  mutating func admits(x: Double, y: Double) -> Bool {
    if let range = request.xRange, !range.contains(x) {
      leaveOut("\(request.x) outside \(range)")
      return false
    }
    if let range = request.yRange, !range.contains(y) {
      leaveOut("\(request.y) outside \(range)")
      return false
    }
    return true
  }

  /// Takes a point that the ranges admit; `label` names it in a refusal.
  mutating func take(
    inputs: [Double], y: Double, weight: Double = 1, cluster: Cluster, stratum: String = "",
    label: @autoclosure () -> String
  ) {
    let options = ["xRange"] + inputs.dropFirst().map { _ in "where" } + ["yRange", "where"]
    let named = zip(request.inputs + [request.y, "the weight"], inputs + [y, weight])
    for ((name, value), option) in zip(named, options)
    where problem == nil && !(value > 0 && value.isFinite) {
      problem =
        "\(name) = \(value) at \(label()) has no logarithm. "
        + "Leave such points out with \(option), or find out why it happened."
    }
    let number = clusters[cluster] ?? clusters.count
    clusters[cluster] = number
    let layer = strata[stratum] ?? strata.count
    strata[stratum] = layer
    points.append(
      FitPoint(
        x: inputs[0], further: Array(inputs.dropFirst()), y: y, weight: weight, cluster: number,
        stratum: layer))
  }

  /// Counts points as left out.
  mutating func leaveOut(_ reason: String, count: Int = 1) {
    guard count > 0 else { return }
    if let place = reasons.firstIndex(of: reason) {
      counts[place] += count
    } else {
      reasons.append(reason)
      counts.append(count)
    }
  }

  /// Refuses the group.
  mutating func refuse(_ reason: String) { problem = problem ?? reason }

  /// Fits what was gathered.
  func group(
    labels: [FitGroup.Label], completeness: Completeness? = nil, theory: TheoreticalExponent? = nil,
    notes: [String] = [], warnings: [FitWarning] = [], settings: FitSettings
  ) -> FitGroup {
    FitGroup(
      labels: labels, points: points, outcome: outcome(settings), completeness: completeness,
      leftOut: zip(reasons, counts).map { FitGroup.LeftOut(reason: $0, count: $1) },
      theory: theory, notes: notes, warnings: warnings,
      allowsIncomplete: settings.allowsIncomplete)
  }

  private func outcome(_ settings: FitSettings) -> FitGroup.Outcome {
    if let problem { return .refused(problem) }
    do {
      return .fitted(
        try Fitter.fit(
          points: points, form: request.form, objective: request.objective, held: request.held,
          uncertainty: settings.uncertainty, budgets: settings.budgets,
          selects: settings.selects, profiles: settings.profiles))
    } catch {
      return .refused(error.description)
    }
  }
}
