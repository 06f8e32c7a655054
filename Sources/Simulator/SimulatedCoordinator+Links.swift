import Scheduler
import SweepModel

// The simulated coordinator's hosts: the rules of `Coordinator`'s links.

extension World {
  func take(_ input: LinkInput) {
    let index = links[input.link].host
    guard coordinator.hosts[index].link == input.link else { return }
    coordinator.hosts[index].heardAt = now
    switch input {
    case .opened:
      coordinator.hosts[index].state = .greeting
      sendOrder(.welcome(heartbeat: scenario.heartbeat, grace: scenario.grace), to: index)
    case .received(_, .end): lose(index)
    case .received(_, .nonsense): shun(index)
    case .received(_, let message):
      hear(message, from: index)
      if coordinator.hosts[index].state == .ready {
        handle(.heard(worker: coordinator.hosts[index].name))
      }
    case .damaged(let link):
      close(link, at: .coordinator)
      lose(index)
    case .closed(_, let isPermanent): lose(index, isPermanent: isPermanent)
    }
  }

  private func hear(_ message: Message, from index: Int) {
    let name = coordinator.hosts[index].name
    switch message {
    case .hello(let version, let machine, let held): greet(index, version, machine, held)
    case .hollow(let attempt):
      handle(.failed(worker: name, attempt, .workerLost, message: "its result lacks a number"))
    case .checkpoint(let attempt, let progress):
      guard holdsLease(attempt) else { return }
      if isOfThisRun(attempt) { see(.progressed(attempt)) }
      coordinator.checkpoints[Scenario.index(of: attempt.job)] = progress
      handle(.progressed(attempt))
    case .outcome(let attempt, let outcome) where !isOfThisRun(attempt):
      noteTold(attempt, succeeded: outcome == .succeeded)
      coordinator.otherOutcomes.append(
        OtherOutcome(worker: name, attempt: attempt, outcome: outcome))
      // Whatever it brought: to the scheduler it frees a place, no more.
      handle(.failed(worker: name, attempt, .cancelled, message: "of another sweep"))
    case .outcome(let attempt, .succeeded):
      noteTold(attempt, succeeded: true)
      coordinator.turn.keep(Self.completion(of: attempt))
      handle(.succeeded(worker: name, attempt))
    case .outcome(let attempt, .failed(let cause, let text)):
      noteTold(attempt, succeeded: false)
      handle(.failed(worker: name, attempt, cause, message: text))
    case .heartbeat, .welcome, .start, .stop, .acknowledge, .shutdown, .end, .nonsense: break
    }
  }

  /// What was never given to anybody cannot be lost.
  private func noteTold(_ attempt: AttemptID, succeeded: Bool) {
    if store.knows(attempt) { see(.told(attempt, succeeded: succeeded)) }
  }

  private static func completion(of attempt: AttemptID) -> Completion {
    Completion(
      attempt: attempt, result: Scenario.result(of: Scenario.index(of: attempt.job)),
      provenance: provenance)
  }

  private static let provenance = Provenance(
    hostname: "h", processor: "p", instructionSet: "portable", threads: 1, wallSeconds: 1,
    cpuSeconds: 1, peakMemoryBytes: 1, binaryHash: "0", version: "0")

  private func greet(_ index: Int, _ version: Int, _ machine: Int, _ held: [AttemptID]) {
    see(.greeted(host: coordinator.hosts[index].name, machine: machine, held: held))
    let isSecond = coordinator.hosts.indices.contains {
      $0 != index && coordinator.hosts[$0].machine == machine
    }
    if isSecond, !parts.duplicatesFight { return giveUpDuplicate(index) }
    coordinator.hosts[index].machine = machine
    coordinator.hosts[index].state = .ready
    coordinator.hosts[index].hasGreeted = true
    coordinator.hosts[index].tries = 0
    coordinator.hosts[index].nextHeartbeat = now + scenario.heartbeat
    let isOutdated = version != coordinator.version
    coordinator.hosts[index].isOutdated = isOutdated
    let host = scenario.hosts[index]
    handle(
      .joined(
        worker: coordinator.hosts[index].name,
        isOutdated
          ? Capacity(cores: 0, memoryBytes: 0)
          : Capacity(cores: host.cores, memoryBytes: host.memoryBytes), holding: held))
    reportPending()
    if isOutdated { sendOrder(.shutdown, to: index) }
  }

  /// Two ways to one machine would throw each other out for ever: the first one goes on.
  private func giveUpDuplicate(_ index: Int) {
    coordinator.hosts[index].link.map { close($0, at: .coordinator) }
    coordinator.hosts[index].link = nil
    coordinator.hosts[index].state = .failed
    reportPending()
    handle(.left(worker: coordinator.hosts[index].name))
  }

  /// Ends a link whose peer does what no worker does, and leaves it alone, longer and longer.
  private func shun(_ index: Int) {
    see(.complained(host: coordinator.hosts[index].name))
    coordinator.hosts[index].link.map { close($0, at: .coordinator) }
    let isInARow = now - coordinator.hosts[index].misdeedAt < 900
    coordinator.hosts[index].misdeeds = isInARow ? coordinator.hosts[index].misdeeds + 1 : 1
    coordinator.hosts[index].misdeedAt = now
    let pause = min(300, Double(1 << min(coordinator.hosts[index].misdeeds, 16)))
    coordinator.hosts[index].shunnedUntil = parts.forgivesNonsense ? now : now + pause
    lose(index)
    if case .waiting(let until) = coordinator.hosts[index].state {
      coordinator.hosts[index].state = .waiting(
        until: max(until, coordinator.hosts[index].shunnedUntil))
    }
  }

  private func lose(_ index: Int, isPermanent: Bool = false) {
    guard coordinator.hosts[index].isPending || coordinator.hosts[index].state == .ready else {
      return
    }
    if let link = coordinator.hosts[index].link { links[link].toCoordinator.close() }
    coordinator.hosts[index].link = nil
    coordinator.hosts[index].generation += 1
    if isPermanent, !coordinator.hosts[index].hasGreeted {
      coordinator.hosts[index].state = .failed
    } else {
      coordinator.hosts[index].state = .waiting(until: now + coordinator.hosts[index].backoff)
      coordinator.hosts[index].tries += 1
    }
    reportPending()
    handle(.left(worker: coordinator.hosts[index].name))
  }

  func connectDue() {
    for index in coordinator.hosts.indices {
      guard case .waiting(let until) = coordinator.hosts[index].state, until <= now else {
        continue
      }
      coordinator.hosts[index].generation += 1
      coordinator.hosts[index].state = .connecting
      coordinator.hosts[index].heardAt = now
      coordinator.hosts[index].link = openLink(to: index)
    }
  }

  func watchSilence() {
    for index in coordinator.hosts.indices {
      let host = coordinator.hosts[index]
      guard host.state == .ready || host.state == .greeting else { continue }
      if host.state == .ready, now >= host.nextHeartbeat {
        sendOrder(.heartbeat, to: index)
        coordinator.hosts[index].nextHeartbeat = now + scenario.heartbeat
      }
      guard now >= host.heardAt + scenario.lease, let link = host.link else { continue }
      close(link, at: .coordinator)
      lose(index)
    }
    giveUpIfHostless()
  }

  private func giveUpIfHostless() {
    if coordinator.hosts.contains(where: { $0.state == .ready }) {
      coordinator.hostlessSince = nil
    } else if let since = coordinator.hostlessSince {
      guard now >= since + scenario.giveUp else { return }
      coordinator.hostlessSince = now
      for index in coordinator.hosts.indices where coordinator.hosts[index].isPending {
        coordinator.hosts[index].link.map { close($0, at: .coordinator) }
        coordinator.hosts[index].link = nil
        coordinator.hosts[index].state = .failed
        handle(.left(worker: coordinator.hosts[index].name))
      }
      reportPending()
    } else {
      coordinator.hostlessSince = now
    }
  }

  private func reportPending() {
    handle(.hostsPending(coordinator.hosts.count(where: \.isPending)))
  }

  func sendOrder(_ message: Message, to index: Int) {
    guard let link = coordinator.hosts[index].link else { return }
    send(message, on: link, to: .worker)
  }

  func perform(_ directive: Directive) {
    switch directive {
    case .ledger, .copyResult: break
    case .note: overtakes += 1
    case .paused:
      coordinator.isPaused = true
      agenda.plan(.goesOn, at: now + random.uniform(1, 60))
    case .start(let worker, let attempt, let placement):
      let host = coordinator.hosts.firstIndex { $0.name == worker }
      see(
        .started(
          attempt, worker: worker, threads: placement.threads,
          beside: host.map { workers[scenario.machine(of: $0)].running } ?? []))
      order(
        .start(
          attempt, threads: placement.threads, timeoutSeconds: placement.timeoutSeconds,
          progress: coordinator.checkpoints[Scenario.index(of: attempt.job)]), to: worker)
    case .stop(let worker, let attempt): order(.stop(attempt), to: worker)
    case .acknowledge(let worker, let attempt):
      see(.acknowledged(attempt))
      order(.acknowledge(attempt), to: worker)
    case .end(let ending): coordinator.ending = ending
    }
  }

  private func order(_ message: Message, to worker: String) {
    guard let index = coordinator.hosts.firstIndex(where: { $0.name == worker }) else { return }
    say("order to \(worker): \(message)")
    sendOrder(message, to: index)
  }
}

/// An outcome for a job that is not in the run.
struct OtherOutcome {
  let worker: String
  let attempt: AttemptID
  let outcome: Message.Outcome
}

// Jobs of other runs, and absences: the rules of `Coordinator`.

extension World {
  private func isOfThisRun(_ attempt: AttemptID) -> Bool {
    coordinator.jobs.contains(Scenario.index(of: attempt.job))
  }

  private func ledgerEntry(of attempt: AttemptID) -> LedgerEntry? {
    let job = Scenario.index(of: attempt.job)
    return store.entries(job..<job + 1).first
  }

  private func holdsLease(_ attempt: AttemptID) -> Bool {
    if isOfThisRun(attempt) { return coordinator.scheduler?.holdsLease(attempt) == true }
    return ledgerEntry(of: attempt)?.open?.attempt == attempt
  }

  func adoptOtherOutcomes() {
    let outcomes = coordinator.otherOutcomes
    coordinator.otherOutcomes = []
    for item in outcomes {
      let entry = ledgerEntry(of: item.attempt)
      switch item.outcome {
      case .succeeded:
        coordinator.turn.adopt(Self.completion(of: item.attempt), from: item.worker, by: entry)
      case .failed(let cause, let text):
        coordinator.turn.adopt(
          failureOf: item.attempt, cause, message: text, from: item.worker, by: entry)
      }
    }
  }

  /// The shell is stopped, or its disk holds it up: it hears nobody from now on.
  func goAway() { coordinator.awaySince = coordinator.awaySince ?? now }

  /// Who heard nobody must not call the others silent.
  func comeBack() {
    guard let since = coordinator.awaySince else { return }
    coordinator.awaySince = nil
    let seconds = now - since
    guard seconds > scenario.lease / 4 else { return }
    for index in coordinator.hosts.indices {
      coordinator.hosts[index].heardAt = min(now, coordinator.hosts[index].heardAt + seconds)
    }
    handle(.awoke(after: seconds))
  }
}
