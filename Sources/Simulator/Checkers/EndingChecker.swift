import Scheduler
import SweepModel

/// Runs end once faults stop and never for want of hosts that may still come, workers leave nothing
/// behind, and no shell spins.
struct EndingChecker: Checker {
  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .ended(.noHosts, _, mayGrow: true):
      "the run ends for want of hosts although a pool may add some"
    case .ended(.noHosts, let hosts, _):
      hosts.first { !$0.isFailed && !$0.isDrained && !$0.isLeaving }
        .map { "the run ends for want of hosts although \($0.name) may come" }
    case .tired(let state): "the run never ends: \(state)"
    case .lingers(let host, let state): "worker \(host) still runs: \(state)"
    case .spins: "the coordinator turns and turns and no time passes"
    default: nil
    }
  }
}

/// No job is given up as too large while a host that has room for it may still be used.
struct SizeChecker: Checker {
  private let scenario: Scenario
  private var hosts: [HostView] = []

  init(_ scenario: Scenario) { self.scenario = scenario }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .setsAside(let hosts): self.hosts = hosts
    case .committed(.moved(let key, .setAside, let reason), _) where reason.hasPrefix("needs "):
      let demand = scenario.jobs[Scenario.index(of: key)].demand
      for host in hosts where !host.isFailed && !host.isDrained && !host.isLeaving {
        guard scenario.host(host.place).holds(demand) else { continue }
        return "job \(key.short) is given up as too large although \(host.name) has room"
      }
    default: break
    }
    return nil
  }
}

/// No job is set aside before its own failures, two hosts or its losses ask for it.
struct PatienceChecker: Checker {
  private let scenario: Scenario

  init(_ scenario: Scenario) { self.scenario = scenario }

  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    guard case .committed(.moved(let key, .setAside, let reason), _) = observation,
      !reason.hasPrefix("needs ")
    else { return nil }
    let index = Scenario.index(of: key)
    let job = ledger.jobs[index]
    // What a host got under one name may fail under another.
    let hasNames =
      scenario.faults[.renamedHost] > 0
      || scenario.hosts.contains { $0.manner.fault == .duplicateEntry }
    let hosts = hasNames ? job.ownFailures : Set(job.failedOn).count
    let isDue =
      hosts >= 2 || reason.hasPrefix(Scheduler.tooLong)
      || job.ownFailures > scenario.jobs[index].demand.retries.maximum
      || job.losses >= Scheduler.Settings().maximumLosses
      || job.allLosses >= Scheduler.Settings().maximumHostLosses
    return isDue
      ? nil
      : "job \(key.short) is given up after \(job.ownFailures) failures of its "
        + "own and \(job.losses) losses: \(reason)"
  }
}
