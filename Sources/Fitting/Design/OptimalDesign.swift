import Glibc

/// Which runs would narrow a parameter's interval: cost-constrained c-optimal design about the
/// fitted curve (Atkinson, Donev & Tobias, *Optimum Experimental Designs*, 2007, ch. 10 and 17).
///
/// Errors within and between clusters are estimated from the fit's residuals (one-way analysis of
/// variance), so that the model knows whether another seed of a grid point or another grid point
/// says more. Widths are predicted by ``DesignState``.
public struct OptimalDesign {
  /// The parameter whose interval counts.
  public let parameter: String
  private let isLogarithmic: Bool
  private let value: Double
  private let actual: Double?
  private let problem: CurveRows
  private var state: DesignState

  /// What a run is chosen for.
  public enum Criterion: Hashable, Sendable {
    /// The width of the parameter's interval.
    case interval
    /// The determinant of the information matrix of all parameters ("D-optimal").
    case determinant
  }

  /// Takes up a fit.
  ///
  /// - Parameters:
  ///   - fit: The fit of `points`, with an interval for the parameter.
  ///   - points: The points of the fit.
  ///   - parameter: A free parameter of the form; nil takes the first exponent.
  ///   - pending: Runs whose results are still to come.
  /// - Returns: Nil where the points leave no degree of freedom, or do not determine the parameter.
  public init?(
    fit: Fit, points: [FitPoint], parameter: String? = nil, pending: [Experiment] = []
  ) {
    let name = parameter ?? fit.exponent.name
    guard let index = fit.form.parameters.firstIndex(where: { $0.name == name }),
      fit.held[name] == nil
    else { return nil }
    let problem = CurveRows(fit: fit, points: points)
    guard let noise = problem.noise else { return nil }
    self.parameter = name
    self.isLogarithmic = fit.form.parameters[index].isLogarithmic
    self.value = fit.parameters[index].value
    self.actual = fit.parameters[index].ci95.map { $0.upperBound - $0.lowerBound }
    self.problem = problem
    state = DesignState(
      noise: noise, direction: problem.direction(index), parameters: problem.parameterCount,
      free: problem.free)
    for rows in problem.measured { state.add(rows) }
    guard state.halfWidth(state.sums) < .infinity else { return nil }
    measuredWidth = width(state.sums)
    for rows in problem.rows(pending) { state.add(rows) }
  }

  /// The model's width of the 95 % interval from the points alone; the fit's own differs as the
  /// bootstrap's errors differ from the model's.
  public private(set) var measuredWidth = Double.infinity

  /// The model's width once the pending runs are in.
  public var width: Double { width(state.sums) }

  /// What the model's widths are multiplied by to agree with the fit's interval, as far as the
  /// interval of few clusters can be trusted: a geometric mean of that ratio and 1. Where a cluster
  /// is a whole curve, of whose differences between runs the model knows nothing, the ratio.
  public var calibration: Double {
    guard let actual, actual > 0, measuredWidth > 0 else { return 1 }
    let ratio = actual / measuredWidth
    guard !problem.hasCurves else { return ratio }
    let clusters = Double(problem.clusterCount)
    return pow(min(max(ratio, 0.25), 4), clusters / (clusters + 8))
  }

  private func width(_ sums: DesignState.Sums) -> Double {
    let half = state.halfWidth(sums)
    return isLogarithmic ? 2 * value * sinh(half) : 2 * half
  }

  /// What a run promises.
  public struct Proposal: Hashable, Sendable {
    /// Its place in the list of candidates.
    public let index: Int
    /// The predicted width with it.
    public let width: Double
    /// How much it shrinks the logarithm of the width (or of det A), for each unit of cost.
    public let gainPerCost: Double
  }

  /// All candidates, the one that gains most per cost first; each judged alone, the pending runs
  /// taken for made.
  public func ranking(
    of candidates: [Experiment], by criterion: Criterion = .interval
  ) -> [Proposal] {
    let rows = problem.rows(candidates)
    let before = score(state.sums, criterion)
    return candidates.indices.map { index in
      let next = state.adding(rows[index])
      return Proposal(
        index: index, width: width(next) * calibration,
        gainPerCost: (score(next, criterion) - before) / candidates[index].cost)
    }.sorted { $0.gainPerCost > $1.gainPerCost }
  }

  private func score(_ sums: DesignState.Sums, _ criterion: Criterion) -> Double {
    switch criterion {
    case .interval: -log(state.halfWidth(sums))
    case .determinant: state.logDeterminant(sums)
    }
  }

  /// The cheapest set of candidates found after which the predicted width is at most `target`.
  ///
  /// Greedy by gain per cost among the candidates below several limits of cost, then whatever is
  /// not needed is taken out again, dearest first.
  ///
  /// - Returns: Places in the list, cheapest first; nil where all of them together do not suffice.
  public func plan(_ candidates: [Experiment], target: Double) -> [Int]? {
    let goal = target / calibration
    if width <= goal { return [] }
    guard !candidates.isEmpty else { return nil }
    let rows = problem.rows(candidates)
    let limits = Self.limits(candidates.map(\.cost))
    var best: (cost: Double, chosen: [Int])?
    for limit in limits {
      let pool = candidates.indices.filter { candidates[$0].cost <= limit }
      guard
        let chosen = greedy(
          pool, rows, candidates, goal: goal, below: best?.cost ?? .infinity)
      else { continue }
      let cost = chosen.reduce(0) { $0 + candidates[$1].cost }
      if cost < best?.cost ?? .infinity { best = (cost, chosen) }
    }
    return best?.chosen.sorted { candidates[$0].cost < candidates[$1].cost }
  }

  /// Six limits, evenly spaced in rank of the distinct costs, the highest first.
  private static func limits(_ costs: [Double]) -> [Double] {
    let distinct = Set(costs).sorted()
    return Set((1...6).map { distinct[max(0, distinct.count * $0 / 6 - 1)] }).sorted(by: >)
  }

  private func greedy(
    _ pool: [Int], _ rows: [DesignState.Rows], _ candidates: [Experiment], goal: Double,
    below limit: Double
  ) -> [Int]? {
    // Runs that would bring the same stand for each other.
    var groups: [Experiment: [Int]] = [:]
    for index in pool.reversed() { groups[candidates[index], default: []].append(index) }
    var open = groups.values.sorted { $0[$0.count - 1] < $1[$1.count - 1] }
    var state = state
    var chosen: [Int] = []
    var cost = 0.0
    while width(state.sums) > goal {
      let before = score(state.sums, .interval)
      var best: (place: Int, gain: Double)?
      for place in open.indices {
        guard let index = open[place].last, cost + candidates[index].cost < limit else { continue }
        let gain =
          (score(state.adding(rows[index]), .interval) - before) / candidates[index].cost
        if gain > best?.gain ?? -.infinity { best = (place, gain) }
      }
      guard let best else { return nil }
      let index = open[best.place].removeLast()
      if open[best.place].isEmpty { open.remove(at: best.place) }
      chosen.append(index)
      cost += candidates[index].cost
      state.add(rows[index])
    }
    return pruned(chosen, rows, candidates, goal: goal)
  }

  private func pruned(
    _ chosen: [Int], _ rows: [DesignState.Rows], _ candidates: [Experiment], goal: Double
  ) -> [Int] {
    var kept = chosen
    for index in chosen.sorted(by: { candidates[$0].cost > candidates[$1].cost }) {
      let fewer = kept.filter { $0 != index }
      var state = state
      for index in fewer { state.add(rows[index]) }
      if width(state.sums) <= goal { kept = fewer }
    }
    return kept
  }
}
