import Analysis
import Coordinator
import Dispatch
import Fitting
import Foundation
import Store
import SweepModel
import Synchronization

/// The sweep's fits while it runs, anew at every result, and the choice of runs that rests on them.
///
/// Works on a thread of its own, on what the store has recorded; the coordinator never waits for
/// it. Fits take at most a thirtieth of the time, unless cores wait for a choice.
final class LiveFits: Sendable {
  private struct State {
    var lines: [String] = []
    var done = -1
    var isBusy = false
    /// When fits may be made again, monotonic seconds.
    var next = 0.0
    var cores = 1
    var running = 0
    var chosen: Set<JobKey> = []
    var isReached = false
    var conclusion = ""
    var isOver = false
  }

  private let sweep: Sweep
  private let directory: String
  private let rule: StopRule?
  private let requests: [FitRequest]
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "quanta.fits", qos: .utility)
  /// Set once, before the run begins.
  nonisolated(unsafe) private weak var coordinator: Coordinator?

  /// Throws where the rule speaks of a fit that the sweep does not have.
  init(sweep: Sweep, store directory: String, rule: StopRule?) throws {
    self.sweep = sweep
    self.directory = directory
    self.rule = rule
    requests = try rule.map { [try $0.request(among: sweep.fits)] } ?? sweep.fits
  }

  /// Whom to tell of a choice.
  func attach(_ coordinator: Coordinator) { unsafe self.coordinator = coordinator }

  /// The latest fits, a line each; empty before the first.
  var lines: [String] { state.withLock(\.lines) }

  /// True when the rule ended the run.
  var isReached: Bool { state.withLock(\.isReached) }

  /// What the rule found: `ci95(alpha_N) = 0.018 < 0.02`.
  var conclusion: String { state.withLock(\.conclusion) }

  /// Looks whether there is something new; returns at once.
  func update(_ status: RunStatus) {
    guard !requests.isEmpty else { return }
    let isDue = state.withLock { state in
      state.cores = max(
        1, status.workers.reduce(0) { $0 + (["ready", "busy"].contains($1.state) ? $1.cores : 0) })
      state.running = status.running
      let waits = rule != nil && status.running < state.cores
      guard !state.isBusy, !state.isOver, status.done != state.done,
        waits || Self.seconds >= state.next
      else { return false }
      state.isBusy = true
      state.done = status.done
      return true
    }
    if isDue { queue.async { self.work() } }
  }

  /// Waits for the fit under way; nothing is chosen any more.
  func finish() {
    state.withLock { $0.isOver = true }
    queue.sync {}
  }

  private static var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  private func work() {
    let start = Self.seconds
    do {
      let results = try SweepResults(sweep.name, reader: StoreReader.open(at: directory))
      if let rule { try choose(by: rule, results) } else if results.hasResults { try show(results) }
    } catch {
      // A store that cannot be read now is read at the next result; the end tells what is wrong.
      state.withLock { $0.done = -1 }
    }
    state.withLock { state in
      state.isBusy = false
      state.next = Self.seconds + 30 * (Self.seconds - start)
    }
  }

  private func show(_ results: SweepResults) throws {
    let lines = requests.flatMap { request in
      ((try? results.analysis().report(request, source: sweep.name, records: results.jobs))?
        .groups ?? []).compactMap { Self.line(request, $0) }
    }
    state.withLock { $0.lines = Array(lines.prefix(6)) }
  }

  private static func line(_ request: FitRequest, _ group: FitGroup) -> String? {
    guard let fit = group.fit else { return nil }
    let name = [request.name, group.title].filter { !$0.isEmpty }.joined(separator: " ")
    let interval = fit.exponent.ci95.map {
      String(format: " [%.3g, %.3g]", $0.lowerBound, $0.upperBound)
    }
    return String(format: "\(name) %.3g\(interval ?? "")", fit.exponent.value)
      + ", \(fit.pointCount) points so far"
  }

  // MARK: choice

  private func choose(by rule: StopRule, _ results: SweepResults) throws {
    let chosen = state.withLock(\.chosen)
    let choices = try results.choices(requests[0], isPending: chosen.contains)
    let design = SequentialDesign(
      form: requests[0].form, held: requests[0].held, parameter: rule.parameter,
      target: rule.width)
    var plans: [[JobKey]] = []
    for choice in choices {
      let decision = design.decide(
        fit: choice.group.fit, points: choice.group.points, pending: choice.pending,
        candidates: choice.candidates.map(\.experiment), spent: choice.spent)
      guard case .run(let plan) = decision else { continue }
      plans.append(plan.compactMap { choice.candidates[$0].key })
    }
    let isReached =
      !choices.isEmpty && plans.isEmpty
      && choices.allSatisfy { Self.width($0, rule) ?? .infinity <= rule.width }
    let underWay = choices.reduce(0) { $0 + $1.pending.count }
    var keys = Self.merged(plans)
    if keys.isEmpty, underWay == 0, !isReached {
      // Nothing tells what these would bring: they run as in a run without a rule.
      keys = results.jobs.filter { $0.state == .waiting }.map(\.job.key)
    }
    report(choices, rule, isReached: isReached)
    let now = state.withLock { state -> [JobKey] in
      guard !state.isOver else { return [] }
      state.isReached = isReached
      let now = Array(keys.prefix(max(0, state.cores + 1 - underWay)))
      state.chosen.formUnion(now)
      return now
    }
    if !now.isEmpty { unsafe coordinator?.choose(now) }
    if isReached { unsafe coordinator?.finishEarly() }
  }

  /// One of each plan in turn.
  private static func merged(_ plans: [[JobKey]]) -> [JobKey] {
    (0..<(plans.map(\.count).max() ?? 0)).flatMap { place in
      plans.compactMap { $0.indices.contains(place) ? $0[place] : nil }
    }
  }

  private static func width(_ choice: RunChoice, _ rule: StopRule) -> Double? {
    guard let fit = choice.group.fit else { return nil }
    let estimate = rule.parameter.map(fit.parameter) ?? fit.exponent
    return estimate?.ci95.map { $0.upperBound - $0.lowerBound }
  }

  private func report(_ choices: [RunChoice], _ rule: StopRule, isReached: Bool) {
    let widest = choices.compactMap { Self.width($0, rule) }.max()
    let spent = choices.reduce(0) { $0 + $1.spent }
    let open = choices.reduce(0) { $0 + $1.candidates.reduce(0) { $0 + $1.experiment.cost } }
    let text =
      widest.map { String(format: "width of ci95(\(rule.fit)) %.3g", $0) } ?? "no interval yet"
    state.withLock { state in
      state.lines =
        choices.compactMap { Self.line(requests[0], $0.group) }.prefix(5) + [
          "\(text), wanted < \(rule.width)"
        ]
      guard isReached else { return }
      state.conclusion =
        "\(text) < \(rule.width) after \(describeDuration(spent)) of CPU time; all runs of the grid "
        + "take \(describeDuration(spent + open)) (both as predicted)"
    }
  }
}

extension RunCandidate {
  /// The job, for a run that the grid asks for.
  fileprivate var key: JobKey? {
    if case .grid(let key) = origin { key } else { nil }
  }
}
