import Analysis
import Basics
import Dispatch
import Findings
import Fitting
import Foundation
import Scheduler
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
    /// What the last look at the results had seen of the status.
    var seen: [Int] = []
    var isBusy = false
    /// When fits may be made again, monotonic seconds.
    var next = 0.0
    /// Jobs that the workers that are ready can run at once.
    var places = 0
    var chosen: Set<JobKey> = []
    var isOver = false
    var verdict: RunChooser.Verdict?
    var failure: (any Error)?
    var run: RunControl?
  }

  /// Sweeps above this size show no fits while they run: reading them would take too long.
  private static let largest = 50_000

  private let sweep: Sweep
  private let directory: String
  private let chooser: RunChooser?
  private let requests: [FitRequest]
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "quanta.fits", qos: .utility)

  /// Throws where the rule speaks of a fit that the sweep does not have.
  init(sweep: Sweep, store directory: String, rule: StopRule?) throws {
    self.sweep = sweep
    self.directory = directory
    chooser = try rule.map { try RunChooser(rule: $0, fits: sweep.fits) }
    requests = sweep.jobs.count > Self.largest ? [] : sweep.fits
  }

  /// Whom to tell of a choice.
  func attach(_ run: RunControl) { state.withLock { $0.run = run } }

  /// The latest fits, a line each; empty before the first.
  var lines: [String] { state.withLock(\.lines) }

  /// How the rule stands once the run has ended: when it has ended the run itself, and when nothing of
  /// the grid is left to run.
  func verdict(on results: SweepResults, _ ending: Ending) throws -> RunChooser.Verdict? {
    if let verdict = state.withLock(\.verdict) { return verdict }
    guard let chooser, ending == .complete || ending == .someFailed else { return nil }
    return try chooser.choose(from: results, chosen: []).verdict
  }

  /// What hindered the choice of runs; nil when nothing did.
  var failure: (any Error)? { state.withLock(\.failure) }

  /// Looks whether there is something new; returns at once.
  func update(_ status: RunStatus) {
    guard chooser != nil || !requests.isEmpty else { return }
    let ready = status.workers.filter(\.isReady)
    let cores = ready.reduce(0) { $0 + $1.cores }
    let isDue = state.withLock { state in
      // What a host has of memory is not known here.
      var needs = sweep.resources.amounts
      (needs.threads, needs.memoryBytes) = (max(1, needs.threads), 0)
      state.places = ready.reduce(0) { $0 + (needs.multiples(in: $1.has) ?? 0) }
      let now = [status.done, status.failed + status.cancelled, chooser == nil ? 0 : cores]
      guard !state.isBusy, !state.isOver, now != state.seen, chooser == nil || cores > 0 else {
        return false
      }
      let mayIdle = chooser != nil && status.running < state.places
      guard mayIdle || Self.seconds >= state.next else { return false }
      state.isBusy = true
      state.seen = now
      return true
    }
    if isDue { queue.async { self.work() } }
  }

  /// Waits for the fit under way; nothing is chosen any more.
  func finish() {
    state.withLock { state in
      state.isOver = true
      state.run = nil
    }
    queue.sync {}
  }

  private static var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  private func work() {
    let start = Self.seconds
    do {
      let reader = try StoreReader.open(at: directory)
      let results = try SweepResults(reader.sweep(named: sweep.name), reader: reader)
      if let chooser { try choose(chooser, results) } else { show(results) }
    } catch is StoreError {
      // Read again half a second later.
      state.withLock { $0.seen = [] }
    } catch {
      let run = state.withLock { state in
        state.failure = error
        return state.run
      }
      run?.finishEarly()
    }
    state.withLock { state in
      state.isBusy = false
      state.next = Self.seconds + 30 * (Self.seconds - start)
    }
  }

  private func show(_ results: SweepResults) {
    guard results.hasResults else { return }
    let lines = requests.flatMap { request in
      ((try? results.analysis().report(request, records: results.jobs))?
        .groups ?? []).compactMap { Self.line(request, $0) }
    }
    state.withLock { $0.lines = Array(lines.prefix(6)) }
  }

  /// `alpha_N 0.332 [0.31, 0.356], 14 points so far`; nil without a fit.
  static func line(_ request: FitRequest, _ group: FitGroup) -> String? {
    guard let fit = group.fit else { return nil }
    let name = [request.name, group.title].filter { !$0.isEmpty }.joined(separator: " ")
    let interval = fit.exponent.ci95.map {
      String(format: " [%.3g, %.3g]", $0.lowerBound, $0.upperBound)
    }
    return name + String(format: " %.3g", fit.exponent.value) + (interval ?? "")
      + ", \(counted(fit.pointCount, "point")) so far"
  }

  private func choose(_ chooser: RunChooser, _ results: SweepResults) throws {
    let choice = try chooser.choose(from: results, chosen: state.withLock(\.chosen))
    let (run, now, ends) = state.withLock { state -> (RunControl?, [JobKey], Bool) in
      state.lines = choice.lines
      guard !state.isOver else { return (nil, [], false) }
      let now = Array(choice.keys.prefix(max(0, state.places + 1 - choice.underWay)))
      state.chosen.formUnion(now)
      guard choice.keys.isEmpty, choice.underWay == 0 else {
        return (state.run, now, false)
      }
      state.isOver = true
      state.verdict = choice.verdict
      return (state.run, [], true)
    }
    if !now.isEmpty { run?.choose(now) }
    if ends { run?.finishEarly() }
  }
}
