import Scheduler
import SweepModel

/// No link is given up as silent before nothing has come for a lease's length, in which the
/// coordinator itself was there to hear.
struct SilenceChecker: Checker {
  private let lease: Double
  private var heardAt: [String: Double] = [:]

  init(_ scenario: Scenario) { lease = scenario.lease }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began: heardAt = [:]
    case .connects(let host), .heard(let host), .greeted(let host, _, _): heardAt[host] = now
    case .away(let seconds) where seconds > lease / 4:
      for (host, time) in heardAt { heardAt[host] = min(now, time + seconds) }
    case .silenced(let host):
      guard let time = heardAt[host], now < time + lease - 1e-6 else { return nil }
      return "\(host) is given up as silent \(now - time) s after it was heard"
    default: break
    }
    return nil
  }
}

/// A host that was taken away is neither called nor given anything until it is added again.
struct PoolChecker: Checker {
  private var takenAt: [String: Double] = [:]
  /// A lease that is wrong unless it only books the result that another host has brought.
  private var doubtful: (attempt: AttemptID, sentence: String)?

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    if let doubtful {
      self.doubtful = nil
      guard case .committed(.accepted(doubtful.attempt), _) = observation else {
        return doubtful.sentence
      }
    }
    return look(at: observation, at: now)
  }

  private mutating func look(at observation: Observation, at now: Double) -> String? {
    switch observation {
    case .began: takenAt = [:]
    case .taken(let host): takenAt[host] = now
    case .added(let host): takenAt[host] = nil
    case .connects(let host):
      return takenAt[host].map { "\(host) is called although it was taken away at \($0) s" }
    case .committed(.leased(let attempt, let worker), _):
      guard let time = takenAt[worker], time < now else { return nil }
      doubtful = (
        attempt, "\(worker) gets \(attempt) although it was taken away at \(time) s"
      )
    default: break
    }
    return nil
  }
}

/// A worker is told once that the run is over, and is told nothing else of it by this link.
struct GoodbyeChecker: Checker {
  private var dismissed: Set<String> = []

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began: dismissed = []
    case .connects(let host): dismissed.remove(host)
    case .dismissed(let host):
      return dismissed.insert(host).inserted ? nil : "\(host) is told twice that the run is over"
    default: break
    }
    return nil
  }
}
