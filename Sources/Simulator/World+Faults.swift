import Basics
import Batch
import Scheduler
import SweepModel
import Worker

// The faults that strike from outside.

extension World {
  func strike(_ kind: FaultKind) {
    guard let host = struckMachine() ?? (Faults.ofMachines.contains(kind) ? nil : 0) else {
      return
    }
    counts[kind] += 1
    say("fault \(kind) at \(host)")
    switch kind {
    case .linkBroken where isMailbox(host), .halfOpenLink where isMailbox(host): break
    case .amnesia where isLent(host), .workerAsked where isLent(host),
      .hostCrash where isLent(host), .hostLeft where isLent(host):
      strikePilot(host, kind)
    case .linkBroken: workers[host].link.map { breakLink($0, tells: [.coordinator, .worker]) }
    case .halfOpenLink:
      let side: Side = random.chance(0.5) ? .coordinator : .worker
      workers[host].link.map { breakLink($0, tells: [side]) }
    case .cutFromHost: workers[host].cutFromUntil = soon(60)
    case .cutToHost: workers[host].cutToUntil = soon(60)
    case .cutBothWays:
      let end = random.chance(0.1) ? soon(7200) : soon(90)
      workers[host].cutFromUntil = end
      workers[host].cutToUntil = end
    case .workerCrash: endWorker(host, tellsCoordinator: true)
    case .amnesia:
      endWorker(host, tellsCoordinator: true)
      workers[host].spool = []
      workers[host].threads = [:]
      see(.wiped(machine: host))
      workers[host].checkpoints = []
    case .workerAsked: if workers[host].isUp { happens(.askedToEnd, to: host) }
    case .hostCrash:
      endWorker(host, tellsCoordinator: false)
      workers[host].downUntil = soon(120)
    case .hostPause: workers[host].frozenUntil = soon(60)
    case .hostDiskFull: workers[host].diskFullUntil = soon(60)
    case .hostDiskSlow: workers[host].diskSlowUntil = soon(60)
    case .hostLeft:
      workers[host].isGone.toggle()
      if workers[host].isGone { endWorker(host, tellsCoordinator: true) }
    case .coordinatorPause: coordinator.pausedUntil = soon(40)
    case .storeFailing: coordinator.storeFailsUntil = soon(60)
    case .cancel: request(.cancel(someJobs()))
    case .retry: request(.free(someJobs()))
    case .pause:
      request(.pause(true))
      agenda.plan(.goesOn, at: soon(60))
    case .drainWorker:
      let name = coordinator.hosts.first { $0.place == host }?.name
      if let name { request(.drainWorker(name)) }
    case .interrupt: request(random.chance(0.5) ? .drain : .stop)
    case .hostTaken, .hostAdded: changePool(kind)
    case .preempted, .allocationCancelled, .nodeLost, .nodeBelievedLost, .batchSilent, .batchEmpty,
      .relayCut:
      strikeBatch(kind)
    default: preconditionFailure("\(kind) does not strike by itself")
    }
  }

  /// One of the machines that there are; nil where there are none.
  private func struckMachine() -> Int? {
    let lent = pilotsUp
    let count = scenario.hosts.count + lent.count
    guard count > 0 else { return nil }
    let place = random.integer(0...count - 1)
    return place < scenario.hosts.count ? place : lent[place - scenario.hosts.count]
  }

  private func isLent(_ machine: Int) -> Bool { workers[machine].lentUntil != nil }

  /// What hosts do that belong to us is different where they are lent.
  private func strikePilot(_ machine: Int, _ kind: FaultKind) {
    guard let (place, _) = batch.life(of: machine) else { return }
    switch kind {
    case .workerAsked: happens(.leaves, to: machine)
    case .hostCrash, .hostLeft: batch.allocations[place].node.map { loseNode($0, dies: true) }
    default: endWorker(machine, tellsCoordinator: true)
    }
  }

  private func soon(_ seconds: Double) -> Double { now + random.uniform(0.1, seconds) }

  /// Any jobs, whatever became of them; some twice, some of another sweep.
  func someJobs() -> [JobKey] {
    let all = scenario.jobs.count
    return (0..<random.integer(1...max(1, all / 4))).map { _ in
      scenario.jobs[random.integer(0...all - 1)].job.key
    }
  }
}
