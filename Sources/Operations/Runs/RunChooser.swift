import Analysis
package import Findings
import Fitting
import Foundation
import Store
import SweepModel

/// Chooses runs of a sweep until a rule holds.
package struct RunChooser: Sendable {
  package let rule: StopRule
  private let request: FitRequest
  private let design: SequentialDesign

  /// How a rule stands at the end of a run.
  package struct Verdict: Sendable {
    /// False where the rule does not hold and no run of the grid is left that could make it hold.
    package let isReached: Bool
    /// A sentence without its full stop.
    package let text: String
  }

  /// What to do, as far as the results tell.
  struct Choice {
    /// Jobs to run, the first ones first.
    let keys: [JobKey]
    /// Jobs that run, or were chosen and will.
    let underWay: Int
    /// How the fit stands, for a person.
    let lines: [String]
    /// How it ends if nothing is left to choose and nothing is under way.
    let verdict: Verdict
  }

  /// Throws where the rule speaks of a fit that the sweep does not have.
  init(rule: StopRule, fits: [FitRequest]) throws {
    self.rule = rule
    request = try rule.request(among: fits)
    design = SequentialDesign(
      form: request.form, held: request.held, parameter: rule.parameter, target: rule.width)
  }

  /// Looks at all groups of the fit; the rule must hold in each.
  func choose(from results: SweepResults, chosen: Set<JobKey>) throws -> Choice {
    let choices = try results.choices(request, isPending: chosen.contains)
    let decisions = choices.map { choice in
      design.decide(
        fit: choice.group.fit, points: choice.group.points, pending: choice.pending,
        candidates: choice.candidates.map(\.experiment), spent: choice.spent)
    }
    let plans = zip(choices, decisions).map { choice, decision -> [JobKey] in
      guard case .run(let plan) = decision else { return [] }
      return plan.compactMap { choice.candidates[$0].key }
    }
    let underWay = results.jobs.count {
      $0.state == .running || $0.state == .waiting && chosen.contains($0.job.key)
    }
    let isReached = decisions.allSatisfy { $0 == .enough }
    let judged = Self.merged(plans)
    // What cannot be judged runs last, as in a run without a rule.
    let keys = judged.isEmpty && underWay == 0 && !isReached ? choices.flatMap(\.unknown) : judged
    let width = width(choices)
    return Choice(
      keys: keys, underWay: underWay,
      lines: choices.compactMap { LiveFits.line(request, $0.group) }.prefix(5)
        + ["\(state(width, choices)), wanted < \(rule.width)"],
      verdict: Verdict(
        isReached: isReached, text: ending(width, choices, isReached, sweep: results.record.name)))
  }

  /// One of each plan in turn.
  private static func merged(_ plans: [[JobKey]]) -> [JobKey] {
    (0..<(plans.map(\.count).max() ?? 0)).flatMap { place in
      plans.compactMap { $0.indices.contains(place) ? $0[place] : nil }
    }
  }

  /// The widest interval of all groups; nil where one has none.
  private func width(_ choices: [RunChoice]) -> Double? {
    let widths = choices.compactMap { choice -> Double? in
      let fit = choice.group.fit
      let estimate = rule.parameter.map { fit?.parameter($0) } ?? fit?.exponent
      return estimate?.ci95.map { $0.upperBound - $0.lowerBound }
    }
    return widths.count == choices.count ? widths.max() : nil
  }

  /// `width of ci95(alpha_N) 0.018`.
  private func state(_ width: Double?, _ choices: [RunChoice]) -> String {
    guard let width else { return "ci95(\(rule.fit)) has no width yet" }
    let places = choices.map { Set($0.group.points.map(\.cluster)).count }.min() ?? 0
    let early =
      places < design.placesNeeded && choices.contains { !$0.candidates.isEmpty }
      ? " (judged from \(design.placesNeeded) places on, there are \(places))" : ""
    return "width of ci95(\(rule.fit)) " + String(format: "%.3g", width) + early
  }

  private func ending(
    _ width: Double?, _ choices: [RunChoice], _ isReached: Bool, sweep: String
  ) -> String {
    guard isReached else {
      let found =
        width == nil
        ? "ci95(\(rule.fit)) has no width" : "\(state(width, choices)) is not < \(rule.width)"
      return "\(found), and no run of the grid is left; `quanta next \(sweep)` names seeds and "
        + "scales beyond it that would narrow it"
    }
    let spent = choices.reduce(0) { $0 + $1.spent }
    let open = choices.reduce(0) { $0 + $1.candidates.reduce(0) { $0 + $1.experiment.cost } }
    let reached =
      "\(state(width, choices)) < \(rule.width) after \(describeDuration(spent)) of CPU time"
    guard open > 0 else { return "\(reached), as predicted, with all runs of the grid" }
    return "\(reached), where all runs of the grid take \(describeDuration(spent + open)), both as "
      + "predicted; nothing more was started"
  }
}

extension RunCandidate {
  /// The job, for a run that the grid asks for.
  fileprivate var key: JobKey? {
    if case .grid(let key) = origin { key } else { nil }
  }
}
