import Scheduler
import SweepModel

// What must hold where a batch system lends machines.

/// There are never more allocations than a person allows, nor more than could be kept busy.
struct AllocationChecker: Checker {
  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    guard
      case .pilotsAsked(let count, let alive, let most, let useful, let isDoubtful) = observation
    else { return nil }
    if count > useful { return "\(count) allocations are asked for where \(useful) are of use" }
    guard alive + count > most, !isDoubtful else { return nil }
    return "\(count) allocations are asked for beside \(alive), of \(most) at most"
  }
}

/// A batch system is called rarely: asked for the state of all once a minute at most, but soon after
/// losses, first at once and then rarer and rarer, until it has said what became of them, and while it has
/// not answered or told of nothing.
struct CallChecker: Checker {
  private let most: Int
  private var times: [Double] = []
  private var queries: [Double] = []

  init(_ lending: Lending) { most = lending.callsPerMinute }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began:
      times = []
      queries = []
    case .batchCalled(let word, let losses, let isSure):
      times = times.filter { $0 > now - 60 } + [now]
      if times.count > most { return "\(times.count) calls in a minute" }
      return word == "squeue" ? judge(losses, isSure, at: now) : nil
    default: break
    }
    return nil
  }

  private mutating func judge(_ losses: Int, _ isSure: Bool, at now: Double) -> String? {
    let gap = now - (queries.last ?? -.infinity)
    queries = queries.filter { $0 > now - 600 } + [now]
    if gap < 59.9, !(gap >= 4.9 && losses > 0), !(gap >= 14.9 && !isSure) {
      return "the state of all is asked for \(gap) s after the last time"
    }
    return queries.count > 45 ? "\(queries.count) questions in ten minutes" : nil
  }
}

/// What a batch system ends counts against no job, and no job begins again and again where it can neither
/// end nor keep a checkpoint.
struct EvictionChecker: Checker {
  private let scenario: Scenario
  private let seconds: Double
  /// Machines whose allocations are over, by the names of their workers.
  private var over: Set<String> = []
  private var since: [AttemptID: Double] = [:]
  private var holders: [AttemptID: String] = [:]
  /// Losses of each job that were the batch system's doing.
  private var lost: [Int: Int] = [:]
  /// How often each job was ended by that after long without a checkpoint.
  private var wasted: [Int: Int] = [:]

  init(_ scenario: Scenario, _ lending: Lending) {
    self.scenario = scenario
    seconds = lending.seconds
  }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    // A new coordinator knows neither how long attempts have lasted nor what became of earlier ones.
    case .began: (since, wasted) = ([:], [:])
    case .pilotEnds(let machine): over.insert("h\(machine)")
    case .started(let attempt, let worker, _, _):
      since[attempt] = now
      holders[attempt] = worker
    case .committed(.ended(let attempt, let cause, _), _):
      return end(attempt, cause, at: now)
    case .committed(.moved(let key, let state, let reason), _):
      let index = Scenario.index(of: key)
      guard state == .setAside, reason.hasPrefix("its worker was lost"),
        scenario.jobs[index].nature == .sound
      else {
        if state == .waiting { lost[index] = nil }
        return nil
      }
      let others = ledger.jobs[index].allLosses - lost[index, default: 0]
      return others < 2 ? "job \(index) is given up for what the batch system has ended" : nil
    default: break
    }
    return nil
  }

  private mutating func end(
    _ attempt: AttemptID, _ cause: FailureCause, at now: Double
  ) -> String? {
    let index = Scenario.index(of: attempt.job)
    guard let holder = holders[attempt] else { return nil }
    if cause == .workerLost, over.contains(holder) { lost[index, default: 0] += 1 }
    guard cause == .evicted, !scenario.keepsCheckpoints, let since = since[attempt],
      now - since > seconds / 3
    else { return nil }
    wasted[index, default: 0] += 1
    let times = wasted[index, default: 0]
    return times > 4 ? "job \(index) begins again and again where it cannot end" : nil
  }
}

/// A machine that is lent is given back when its worker has had nothing to do for five minutes.
struct UnemployedChecker: Checker {
  private var since: [String: Double] = [:]

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began, .ended: since = [:]
    // What begins and ends between two looks is work, too.
    case .started(_, let worker, _, _): since[worker] = nil
    case .looked(_, let hosts, _):
      for host in hosts where host.lentUntil != nil {
        guard host.isLinked, host.isReady, host.occupying.isEmpty, !host.isLeaving else {
          since[host.name] = nil
          continue
        }
        let start = since[host.name] ?? now
        since[host.name] = start
        if now - start > 360 { return "\(host.name) has had nothing to do since \(start) s" }
      }
    default: break
    }
    return nil
  }
}
