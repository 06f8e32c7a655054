import Fitting
import SweepModel

/// Gathers the points of one group: applies the ranges, counts what they leave out, names clusters
/// and remembers the first value that cannot be fitted.
struct PointCollector<Cluster: Hashable> {
  let request: FitRequest
  private(set) var points: [FitPoint] = []
  private var clusters: [Cluster: Int] = [:]
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
  mutating func take(x: Double, y: Double, cluster: Cluster, label: @autoclosure () -> String) {
    for (name, value, option) in [(request.x, x, "xRange"), (request.y, y, "yRange")]
    where problem == nil && !(value > 0 && value.isFinite) {
      problem =
        "\(name) = \(value) at \(label()) has no logarithm. "
        + "Leave such points out with \(option), or find out why it happened."
    }
    let number = clusters[cluster] ?? clusters.count
    clusters[cluster] = number
    points.append(FitPoint(x: x, y: y, cluster: number))
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

  /// Fits what was gathered.
  func group(
    labels: [FitGroup.Label], completeness: Completeness?, theory: TheoreticalExponent?,
    notes: [String], uncertainty: Uncertainty
  ) -> FitGroup {
    FitGroup(
      labels: labels, points: points, outcome: outcome(uncertainty), completeness: completeness,
      leftOut: zip(reasons, counts).map { FitGroup.LeftOut(reason: $0, count: $1) },
      theory: theory, notes: notes)
  }

  private func outcome(_ uncertainty: Uncertainty) -> FitGroup.Outcome {
    if let problem { return .refused(problem) }
    do {
      return .fitted(
        try Fitter.fit(
          points: points, form: request.form, objective: request.objective,
          uncertainty: uncertainty))
    } catch {
      return .refused(error.description)
    }
  }
}
