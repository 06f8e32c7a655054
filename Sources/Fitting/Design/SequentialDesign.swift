import Glibc
public import SweepModel

/// Chooses runs one after another until an interval is narrow enough.
///
/// The first runs spread over the inputs among the cheap ones, so that a curve can be fitted at all;
/// then ``OptimalDesign`` plans the cheapest set that should suffice, of which the cheapest runs are
/// made first, and every result makes a new plan. Whatever the interval, the smallest and the
/// largest value of every input are run once, as late as possible, so that the interval speaks of the
/// grid's whole range.
///
/// It stops where, beyond that, the fit's own interval *and* the model's are at most `target` wide.
/// The first alone is by luck too narrow now and then, and who looks after every result would stop
/// just then.
public struct SequentialDesign: Sendable {
  /// The form that is fitted.
  public let form: FitRequest.Form
  /// The parameter whose interval counts; nil for the first exponent.
  public let parameter: String?
  /// The width of the 95 % interval at which to stop.
  public let target: Double
  /// From so many different places on the interval is believed: three more than free parameters.
  public let placesNeeded: Int

  /// No run costs more than this share of all before it while cheaper ones still help: a plan that
  /// rests on few points must not stake much.
  private static let largestShare = 0.25

  /// What to do next.
  public enum Decision: Hashable, Sendable {
    /// The interval is narrow enough.
    case enough
    /// Make these runs, by their places in the list of candidates, in this order; empty to wait for
    /// those that are pending.
    case run([Int])
    /// Nothing is left that could be run.
    case exhausted
  }

  /// Creates a rule.
  public init(
    form: FitRequest.Form, held: [String: Double] = [:], parameter: String? = nil, target: Double
  ) {
    self.form = form
    self.parameter = parameter
    self.target = target
    placesNeeded = form.parameters.count { held[$0.name] == nil } + 3
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - fit: The fit of `points`; nil where they do not carry one yet.
  ///   - points: The results so far.
  ///   - pending: Runs under way.
  ///   - candidates: Runs that may be made.
  ///   - spent: The price of all runs made or under way, in the unit of the candidates.
  public func decide(
    fit: Fit?, points: [FitPoint], pending: [Experiment], candidates: [Experiment], spent: Double
  ) -> Decision {
    let points = points.exact
    let clusters = Set(points.map(\.cluster))
    guard let fit, clusters.count >= placesNeeded,
      let measured = OptimalDesign(fit: fit, points: points, parameter: parameter)
    else {
      // A grid of few places is judged when nothing is left of it.
      if candidates.isEmpty, pending.isEmpty, let width = Self.width(estimate(of: fit)),
        width <= target
      {
        return .enough
      }
      return start(points: points, pending: pending, candidates: candidates)
    }
    let reach = Reach(
      points.map(\.inputs) + pending.flatMap(\.inputs), candidates)
    if reach.missing.isEmpty, isReached(fit, measured) {
      // What is under way still counts, and may widen it.
      return pending.isEmpty ? .enough : .run([])
    }
    guard !candidates.isEmpty,
      let design = OptimalDesign(
        fit: fit, points: points, parameter: parameter,
        pending: pending + reach.missing.map { candidates[$0] })
    else { return pending.isEmpty ? .exhausted : .run([]) }
    return choose(design, candidates, ends: reach.missing, isPending: !pending.isEmpty, spent)
  }

  private func choose(
    _ design: OptimalDesign, _ candidates: [Experiment], ends: [Int], isPending: Bool,
    _ spent: Double
  ) -> Decision {
    let others = candidates.indices.filter { !ends.contains($0) }
    let pool = others.map { candidates[$0] }
    let plan = pool.isEmpty ? [] : design.plan(pool, target: target)?.map { others[$0] }
    let limit = spent * Self.largestShare
    if let affordable = plan?.filter({ candidates[$0].cost <= limit }), !affordable.isEmpty {
      return .run(affordable)
    }
    if plan?.isEmpty == true, !ends.isEmpty { return .run(ends) }
    if plan?.isEmpty == true, isPending { return .run([]) }
    let proposals = design.ranking(of: pool)
    let ranked = proposals.map { others[$0.index] }
    let useful = proposals.prefix { $0.gainPerCost > 0 }.map { others[$0.index] }
    let cheap = useful.filter { candidates[$0].cost <= limit }
    if !cheap.isEmpty { return .run(cheap) }
    if let plan, !plan.isEmpty { return .run(plan) }
    return .run(ranked + ends)
  }

  private func isReached(_ fit: Fit, _ design: OptimalDesign) -> Bool {
    guard let width = Self.width(fit.parameter(design.parameter)) else { return false }
    return max(width, design.measuredWidth) <= target
  }

  /// What the rule is about.
  private func estimate(of fit: Fit?) -> Estimate? {
    guard let fit else { return nil }
    return parameter.map(fit.parameter) ?? fit.exponent
  }

  private static func width(_ estimate: Estimate?) -> Double? {
    estimate?.ci95.map { $0.upperBound - $0.lowerBound }
  }

  /// As many places as a fit needs, far from each other in the logarithms of the inputs, among the
  /// cheapest quarter.
  private func start(
    points: [FitPoint], pending: [Experiment], candidates: [Experiment]
  ) -> Decision {
    let known = Set(points.map(\.cluster)).union(pending.map(\.cluster))
    var fresh: [Int] = []
    var seen = known
    for index in candidates.indices.sorted(by: { candidates[$0].cost < candidates[$1].cost })
    where seen.insert(candidates[index].cluster).inserted { fresh.append(index) }
    let missing = placesNeeded - known.count
    if missing <= 0 || fresh.isEmpty {
      if !pending.isEmpty { return .run([]) }
      return candidates.isEmpty
        ? .exhausted
        : .run(candidates.indices.sorted { candidates[$0].cost < candidates[$1].cost })
    }
    let taken =
      points.map { $0.inputs.map { log($0) } }
      + pending.flatMap { $0.inputs.prefix(1) }.map { $0.map { log($0) } }
    let cheap = Array(fresh.prefix(max(missing, (fresh.count + 3) / 4)))
    let choice = Self.spread(cheap, missing, candidates, from: taken)
    return .run(choice.sorted { candidates[$0].cost < candidates[$1].cost })
  }

  /// Places chosen one after another, each as far as possible from all before it.
  private static func spread(
    _ pool: [Int], _ count: Int, _ candidates: [Experiment], from taken: [[Double]]
  ) -> [Int] {
    var occupied = taken
    var chosen: [Int] = []
    if occupied.isEmpty, let first = pool.first {
      chosen.append(first)
      occupied.append(candidates[first].inputs[0].map { log($0) })
    }
    while chosen.count < count {
      let farthest = pool.filter { !chosen.contains($0) }.max { left, right in
        distance(candidates[left], occupied) < distance(candidates[right], occupied)
      }
      guard let farthest else { break }
      chosen.append(farthest)
      occupied.append(candidates[farthest].inputs[0].map { log($0) })
    }
    return chosen
  }

  private static func distance(_ candidate: Experiment, _ occupied: [[Double]]) -> Double {
    let place = candidate.inputs[0].map { log($0) }
    return occupied.map { other in
      zip(place, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }.min() ?? .infinity
  }
}
