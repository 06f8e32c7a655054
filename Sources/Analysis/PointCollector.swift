import Basics
import Fitting
import SweepModel

/// Gathers the points of one group: applies the ranges, counts what they leave out, names clusters
/// and remembers the first value that cannot be fitted.
struct PointCollector<Cluster: Hashable> {
  let request: FitRequest
  /// Whose words remedies use.
  let speaker: FitSettings.Speaker
  /// The sweep's name; nil for a table.
  let sweep: String?
  private(set) var points: [FitPoint] = []
  private(set) var names: [PointName] = []
  /// Columns that the form does not read, every value a number.
  private var columns: [(name: String, numbers: [String: Int], values: [Int])] = []
  /// The number of every cluster.
  private(set) var clusters: [Cluster: Int] = [:]
  private var strata: [Int: Int] = [:]
  private var reasons: [String] = []
  private var counts: [Int] = []
  private(set) var problem: String?

  init(request: FitRequest, speaker: FitSettings.Speaker, sweep: String? = nil) {
    self.request = request
    self.speaker = speaker
    self.sweep = sweep
  }

  /// Points left out, by reason.
  var leftOut: [FitGroup.LeftOut] {
    zip(reasons, counts).map { FitGroup.LeftOut(reason: $0, count: $1) }
  }

  /// True when the ranges take the point; counts it as left out otherwise.
  mutating func admits(x: Double, y: Double) -> Bool {
    if let range = request.xRange, !range.contains(x) {
      leaveOut(RangeRule(quantity: request.x, range: range).reason)
      return false
    }
    if let range = request.yRange, !range.contains(y) {
      leaveOut(RangeRule(quantity: request.y, range: range).reason)
      return false
    }
    return true
  }

  /// Takes a point that the ranges admit; `name` is for a refusal and the residuals.
  mutating func take(
    inputs: [Double], y: Double, weight: Double = 1, cluster: Cluster, stratum: Int = 0,
    isUpperBound: Bool = false, name: PointName
  ) {
    if problem == nil,
      !Self.isLogarithmic(y, weight) || !inputs.allSatisfy({ $0 > 0 && $0.isFinite })
    {
      problem = noLogarithm(inputs, y, weight, name)
    }
    let number = clusters[cluster] ?? clusters.count
    clusters[cluster] = number
    let layer = strata[stratum] ?? strata.count
    strata[stratum] = layer
    points.append(
      FitPoint(
        x: inputs[0], further: Array(inputs.dropFirst()), y: y, weight: weight, cluster: number,
        stratum: layer, isUpperBound: isUpperBound))
    names.append(name)
  }

  /// Notes further values of the point that was taken last.
  mutating func label(_ values: [(name: String, text: String)]) {
    if columns.isEmpty { columns = values.map { ($0.name, [:], []) } }
    for (place, value) in values.enumerated() where place < columns.count {
      let number = columns[place].numbers[value.text] ?? columns[place].numbers.count
      columns[place].numbers[value.text] = number
      columns[place].values.append(number)
    }
  }

  private static func isLogarithmic(_ y: Double, _ weight: Double) -> Bool {
    y > 0 && y.isFinite && weight > 0 && weight.isFinite
  }

  private func noLogarithm(
    _ inputs: [Double], _ y: Double, _ weight: Double, _ name: PointName
  ) -> String? {
    // A sweep has no condition on further inputs.
    let condition = speaker == .commandLine ? "--where" : nil
    let options =
      [speaker.range(ofY: false)] + inputs.dropFirst().map { _ in condition }
      + [speaker.range(ofY: true), condition]
    let named = zip(request.inputs + [request.y, "the weight"], inputs + [y, weight])
    for ((quantity, value), option) in zip(named, options) where !(value > 0 && value.isFinite) {
      let why =
        value.isNaN
        ? "is no number"
        : value.isFinite
          ? quantity == "the weight" ? "is not above 0" : "has no logarithm" : "is not finite"
      return
        "\(quantity) = \(value.printable) at \(name) \(why). "
        + (option.map { "Leave such points out with \($0), or find" } ?? "Find")
        + " out why it happened."
    }
    return nil
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

  /// Fits what was gathered; `rules` are the conditions that applied before the ranges.
  func group(
    labels: [FitGroup.Label], rules: PointRules, completeness: Completeness? = nil,
    theory: TheoreticalExponent? = nil,
    notes: [String] = [], warnings: [FitWarning] = [], settings: FitSettings
  ) -> FitGroup {
    FitGroup(
      labels: labels, points: points, names: names, rules: withRanges(rules),
      outcome: outcome(settings), completeness: completeness,
      leftOut: leftOut,
      theory: theory, notes: notes, warnings: warnings,
      allowsIncomplete: settings.allowsIncomplete)
  }

  /// The rules with the ranges and what these left out.
  func withRanges(_ rules: PointRules) -> PointRules {
    let ranges = request.rangeRules.map { rule in
      PointRules.Rule(
        name: rule.name, leftOut: reasons.firstIndex(of: rule.reason).map { counts[$0] } ?? 0)
    }
    return PointRules(
      rules: rules.rules.filter { $0.name != "all" } + ranges, clusters: rules.clusters,
      strata: rules.strata, weights: rules.weights)
  }

  private var context: FitContext {
    let words: FitWords =
      sweep.map { speaker == .commandLine ? .sweep($0) : .sweepFile($0) } ?? .table
    return FitContext(
      inputs: request.inputs, metric: request.y,
      // Nobody names one of so many.
      points: names.count > Selection.pointLimit ? [] : names.map(\.description),
      columns: columns.map { FitContext.Column(name: $0.name, values: $0.values) }, words: words)
  }

  private func outcome(_ settings: FitSettings) -> FitGroup.Outcome {
    if let problem { return .refused(problem) }
    do {
      return .fitted(
        try Fitter.fit(
          points: points, form: request.form, objective: request.objective, held: request.held,
          uncertainty: settings.uncertainty, budgets: settings.budgets,
          selects: settings.selects, profiles: settings.profiles, compares: settings.compares,
          context: context))
    } catch {
      return .refused(error.description)
    }
  }
}
