import SweepModel
import Wire
import Worker

// The shell around the production worker's core, as `quanta-worker`'s daemon is one: starting,
// ending, links, effects.

extension World {
  func startWorker(_ host: Int) {
    workers[host].life += 1
    workers[host].version = workers[host].binary ?? coordinator.version
    workers[host].links = []
    workers[host].leftAfter = nil
    workers[host].nextTurn = .infinity
    workers[host].core = parts.worker(
      WorkerCore(
        instance: "\(host).\(workers[host].life)", kept: workers[host].spool,
        secondsLeft: workers[host].lentUntil.map { ($0 - now) / scenario.host(host).drift }
          ?? .infinity, at: workerTime(host)))
    say("worker \(host) starts, keeps \(workers[host].spool.count)")
    turnWorker(host)
  }

  /// The process ends; what is only in its memory is gone.
  func endWorker(_ host: Int, tellsCoordinator: Bool) {
    guard workers[host].isUp else { return }
    say("worker \(host) ends: \(workers[host].describe())")
    workers[host].life += 1
    workers[host].core = nil
    workers[host].effects = []
    workers[host].running = []
    workers[host].writing = []
    for link in workers[host].links { close(link, at: .worker, tellsOther: tellsCoordinator) }
    workers[host].links = []
    if workers[host].lentUntil != nil { pilotEnds(host) }
  }

  /// A worker measures time with its own clock.
  func workerTime(_ host: Int) -> Double { now / scenario.host(host).drift }

  /// Lets the core handle an input, and does what it asks for; what that leads to comes after it.
  private func advise(_ host: Int, _ input: WorkerInput) {
    let time = workerTime(host)
    workers[host].effects += workers[host].core?.handle(input, at: time) ?? []
    guard !workers[host].isPerforming else { return }
    workers[host].isPerforming = true
    while !workers[host].effects.isEmpty {
      let effects = workers[host].effects
      workers[host].effects = []
      for effect in effects where workers[host].isUp { perform(effect, on: host) }
    }
    workers[host].isPerforming = false
  }

  /// Something has happened to a worker: its core handles it, and takes a turn.
  func happens(_ input: WorkerInput, to host: Int) {
    advise(host, input)
    turnWorker(host)
  }

  private func turnWorker(_ host: Int) {
    advise(host, .turn(isFlushed: true))
    guard let due = workers[host].core?.nextWake, due < .infinity else { return }
    // Later by what two clocks may disagree about when numbers are rounded.
    let time = max(now, due * scenario.host(host).drift + 1e-6)
    guard time < workers[host].nextTurn else { return }
    workers[host].nextTurn = time
    agenda.plan(.workerTick(host: host, life: workers[host].life), at: time)
  }

  func tickWorker(_ host: Int, _ life: Int) {
    guard workers[host].isUp, workers[host].life == life, now >= workers[host].nextTurn else {
      return
    }
    if now < workers[host].frozenUntil {
      workers[host].nextTurn = workers[host].frozenUntil
      return agenda.plan(.workerTick(host: host, life: life), at: workers[host].frozenUntil)
    }
    workers[host].nextTurn = .infinity
    turnWorker(host)
  }

  /// A link has come.
  func meet(_ host: Int, _ number: Int) {
    workers[host].links.append(number)
    if workers[host].link == nil { workers[host].heardAt = now }
    happens(.linked(number), to: host)
  }

  /// Something has come on a link.
  func receive(_ message: Message, on number: Int, at host: Int) {
    guard case .order(let order) = message else { return lose(number, at: host) }
    if workers[host].link == number { workers[host].heardAt = now }
    if case .start(let assignment) = order, pretends(assignment.attempt, on: host) {
      happens(.heard(number), to: host)
    } else {
      happens(.ordered(number, order), to: host)
    }
  }

  /// A link is gone, or damaged.
  func lose(_ number: Int, at host: Int) {
    guard let place = workers[host].links.firstIndex(of: number) else { return }
    workers[host].links.remove(at: place)
    close(number, at: .worker)
    happens(.unlinked(number), to: host)
  }

  func tell(_ report: Report, from host: Int) {
    guard let link = workers[host].link else { return }
    send(.report(report), on: link, to: .coordinator)
  }

  private func perform(_ effect: WorkerEffect, on host: Int) {
    switch effect {
    case .greet(let link, let held):
      if let seconds = workers[host].leftAfter {
        see(.replaced(machine: host, after: seconds))
        workers[host].leftAfter = nil
      }
      workers[host].heardAt = now
      see(.introduced(machine: host, holds: held))
      send(.report(.hello(description(host, held))), on: link, to: .coordinator)
    case .send(let link, let report):
      if case .outcome(let attempt, _) = report, workers[host].core?.holds(attempt) == true {
        let seconds = workers[host].begun[attempt.token].map { workerTime(host) - $0 }
        see(.reported(machine: host, attempt, after: seconds ?? 0))
      }
      send(.report(report), on: link, to: .coordinator)
      guard report == .heartbeat else { return }
      tellAgain(host)
      talkNonsense(host)
    case .close(let link):
      if link == workers[host].link { workers[host].leftAfter = now - workers[host].heardAt }
      workers[host].links.removeAll { $0 == link }
      close(link, at: .worker)
      advise(host, .unlinked(link))
    case .begin(let assignment): begin(assignment, on: host)
    case .stop(let attempt):
      if workers[host].lentUntil != nil { writeCheckpoint(host, attempt.token) }
      hasten(attempt, on: host, within: 12, .outcome(.failed(.cancelled, message: "stopped")))
    case .kill(let attempt):
      hasten(attempt, on: host, within: 0.1, .slotDies("the job's process was killed by signal 9"))
    case .write(let attempt, let outcome): write(attempt, outcome, on: host)
    case .forget(let attempt, let withCheckpoint):
      workers[host].spool.removeAll { $0.attempt == attempt }
      workers[host].threads[attempt.token] = nil
      workers[host].begun[attempt.token] = nil
      let job = Scenario.index(of: attempt.job)
      if withCheckpoint { workers[host].checkpoints.removeAll { $0.job == job } }
    case .note(let text): say("worker \(host): \(text)")
    case .end(let resumable):
      see(.retired(machine: host, runs: workers[host].running.map(\.attempt)))
      let jobs = resumable.map { Scenario.index(of: $0.job) }
      let isNeeded = !workers[host].spool.isEmpty
      workers[host].checkpoints.removeAll { !isNeeded || !jobs.contains($0.job) }
      workers[host].hasSocket = false
      endWorker(host, tellsCoordinator: true)
    }
  }

  private func description(_ host: Int, _ held: [AttemptID]) -> Report.WorkerDescription {
    Report.WorkerDescription(
      hostname: "h", processor: "p", cores: scenario.host(host).has.threads,
      memoryBytes: scenario.host(host).has.memoryBytes, instructionSet: "portable",
      binaryHash: "\(workers[host].version)", version: "0",
      held: held + inventedAttempts(host), resources: workers[host].core?.resources ?? [:],
      identity: Report.WorkerIdentity(
        instance: "\(host).\(workers[host].life)", machine: "\(host)", folder: "/"),
      devices: scenario.host(host).devices,
      secondsLeft: workers[host].core?.secondsLeft(at: workerTime(host)))
  }

  private func tellAgain(_ host: Int) {
    guard let entry = workers[host].spool.first, befalls(.toldAgain) else { return }
    tell(.outcome(entry.attempt, entry.outcome), from: host)
  }
}
