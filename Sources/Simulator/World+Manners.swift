import Basics
import Scheduler
import SweepModel
import Wire

// Hosts with bad manners: what they do by themselves, and to what they are given.

extension World {
  func beginManners() {
    for host in scenario.hosts.indices { planMisbehaviour(host, at: 0) }
  }

  private func planMisbehaviour(_ host: Int, at time: Double) {
    switch scenario.hosts[host].manner {
    case .reaped: agenda.plan(.misbehaves(host: host), at: time + random.uniform(0.5, 1.5))
    case .shortLived(let seconds):
      agenda.plan(.misbehaves(host: host), at: time + seconds * random.uniform(0.8, 1.2))
    case .sound, .losing, .duplicate, .nonsense: break
    }
  }

  /// Takes the worker of a host down, or the host; what its worker leaves in the end is its own.
  func misbehave(_ host: Int) {
    guard now < scenario.mannersEnd, aftermathEnds == nil else { return }
    var next = now
    if case .shortLived = scenario.hosts[host].manner {
      endWorker(host, tellsCoordinator: random.chance(0.5))
      next = now + random.uniform(1, 8)
      workers[host].downUntil = max(workers[host].downUntil, next)
    } else {
      endWorker(host, tellsCoordinator: true)
    }
    planMisbehaviour(host, at: next)
  }

  /// How a host that loses everything loses an attempt.
  func loses(_ host: Int) -> (Double, SimulatedWorker.Ending)? {
    guard scenario.manner(of: host, at: now) == .losing else { return nil }
    let ending: SimulatedWorker.Ending =
      switch random.integer(0...3) {
      case 0: .outcome(.failed(.workerLost, message: "it cannot start a process"))
      case 1: .outcome(.failed(.cancelled, message: "nobody has asked for that"))
      default: .workerDies
      }
    return (random.uniform(0.05, 2), ending)
  }

  /// A liar answers at once and does nothing: its result lacks what every result holds.
  func pretends(_ attempt: AttemptID, on host: Int) -> Bool {
    guard isLiar(host), workers[host].core?.holds(attempt) == false, random.chance(0.5) else {
      return false
    }
    let hollow = JobResult(scalars: [], curves: [])
    tell(.outcome(attempt, .succeeded(hollow, Self.provenance)), from: host)
    return true
  }

  /// Attempts that a liar says it holds.
  func inventedAttempts(_ host: Int) -> [AttemptID] {
    guard isLiar(host), store.nextToken > 1, random.chance(0.3) else { return [] }
    return [inventedAttempt()]
  }

  func talkNonsense(_ host: Int) {
    guard isLiar(host), store.nextToken > 1 else { return }
    if random.chance(0.3) {
      let attempt = inventedAttempt()
      let result = Scenario.result(of: Scenario.index(of: attempt.job))
      tell(.outcome(attempt, .succeeded(result, Self.provenance)), from: host)
    }
    if random.chance(0.3) {
      tell(.outcome(inventedAttempt(), .failed(.jobFailed, message: "no")), from: host)
    }
    if random.chance(0.3) { tell(.checkpoint(inventedAttempt(), Progress.bytes(0.5)), from: host) }
    if random.chance(0.3), let link = workers[host].link {
      send(.nonsense, on: link, to: .coordinator)
    }
  }

  private func isLiar(_ host: Int) -> Bool {
    scenario.manner(of: host, at: now) == .nonsense
  }

  /// Sometimes another host's.
  private func inventedAttempt() -> AttemptID {
    let job = scenario.jobs[random.integer(0...scenario.jobs.count - 1)].job
    let token = random.integer(1...store.nextToken - 1)
    return AttemptID(job: job.key, number: random.integer(1...3), token: token)
  }
}
