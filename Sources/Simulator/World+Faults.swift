import Basics
import Scheduler
import SweepModel
import Worker

// The faults that strike from outside.

extension World {
  func strike(_ kind: FaultKind) {
    let host = random.integer(0...workers.count - 1)
    counts[kind] += 1
    say("fault \(kind) at \(host)")
    switch kind {
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
    case .drainWorker: request(.drainWorker(coordinator.hosts[host].name))
    case .interrupt: request(random.chance(0.5) ? .drain : .stop)
    case .hostTaken, .hostAdded: changePool(kind)
    default: preconditionFailure("\(kind) does not strike by itself")
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
