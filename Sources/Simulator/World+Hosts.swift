import Basics
import Scheduler
import SweepModel
import Wire

// The simulated coordinator's hosts: it tells the production host book what its links do, and does
// what that asks for.

extension World {
  /// Why a result is not believed that only a host tells which talks nonsense.
  static let hollow = "its result lacks a number"

  /// Every host as the book has it; none while the coordinator is down.
  var entries: [HostEntry] { coordinator.book?.hosts ?? [] }

  /// Lets the book handle an input and does what it asks for.
  func advise(_ input: HostInput) {
    for effect in coordinator.book?.handle(input, at: now) ?? [] { perform(effect) }
  }

  private func perform(_ effect: HostEffect) {
    switch effect {
    case .connect(let index):
      coordinator.hosts[index].link = openLink(to: index)
      coordinator.hosts[index].isGreeted = false
    case .close(let index):
      coordinator.hosts[index].link.map { close($0, at: .coordinator) }
      coordinator.hosts[index].link = nil
    case .send(let index, let word): say(word, to: index)
    case .tell(let event): handle(event)
    case .silent(let index): see(.silenced(host: coordinator.hosts[index].name))
    case .shunned(let index, let seconds): coordinator.hosts[index].shunnedUntil = now + seconds
    case .lost(let index, _):
      if let link = coordinator.hosts[index].link { links[link].toCoordinator.close() }
      coordinator.hosts[index].link = nil
    case .leftOut(let index, let holder):
      if coordinator.hosts[index].isGreeted {
        let machine = coordinator.hosts[index].machine
        see(.leftOut(host: coordinator.hosts[index].name, machine: machine))
      }
      say("\(coordinator.hosts[index].name) is left out for \(coordinator.hosts[holder].name)")
    case .yielded, .removed, .sharesMachine: break
    }
  }

  private func say(_ word: HostWord, to index: Int) {
    switch word {
    case .hello:
      sendOrder(
        .hello(
          Order.Settings(
            heartbeatSeconds: scenario.heartbeat, graceSeconds: scenario.grace)), to: index)
    case .run:
      let run = RunIdentity(store: "s", host: "c", process: coordinator.life)
      sendOrder(.run(run), to: index)
    case .heartbeat: sendOrder(.heartbeat, to: index)
    case .shutdown:
      see(.dismissed(host: coordinator.hosts[index].name))
      sendOrder(.shutdown, to: index)
    }
  }

  func take(_ input: LinkInput) {
    let index = links[input.link].host
    guard coordinator.hosts[index].link == input.link else { return }
    let isLeaving = coordinator.leavesAt != nil
    switch input {
    case .opened:
      let pace = scenario.lending?.link == .relay ? links[input.link].isByMail ? 5.0 : 1 : nil
      advise(isLeaving ? .openedLate(index, closing: false) : .opened(index, pace: pace))
    case .received(_, .end): end(index, .lost)
    case .received(_, .nonsense), .received(_, .order), .damaged:
      see(.complained(host: coordinator.hosts[index].name))
      advise(.misbehaved(index))
    case .received(_, .report(let report)):
      see(.heard(host: coordinator.hosts[index].name))
      advise(.heard(index))
      hear(report, from: index)
      if entries[index].state == .ready {
        handle(.heard(worker: coordinator.hosts[index].name))
      }
    case .closed(_, let trouble): end(index, trouble)
    }
  }

  private func end(_ index: Int, _ trouble: HostTrouble) {
    advise(coordinator.leavesAt == nil ? .lost(index, trouble) : .ended(index))
  }

  private func hear(_ report: Report, from index: Int) {
    let name = coordinator.hosts[index].name
    switch report {
    case .hello(let worker): greet(index, worker)
    case .occupied(let occupation):
      advise(.occupied(index, instance: occupation.instance, byOtherRun: false))
    case .checkpoint(let attempt, let bytes):
      guard holdsLease(attempt) else { return }
      if isOfThisRun(attempt) { see(.progressed(attempt)) }
      coordinator.checkpoints[Scenario.index(of: attempt.job)] = Progress.share(bytes)
      handle(.progressed(attempt))
    case .outcome(let attempt, .succeeded(let result, _)) where result.scalars.isEmpty:
      noteTold(attempt, .failed(.workerLost, message: Self.hollow))
      handle(.failed(worker: name, attempt, .workerLost, message: Self.hollow))
    case .outcome(let attempt, let outcome) where !isOfThisRun(attempt):
      noteTold(attempt, outcome)
      coordinator.otherOutcomes.append(
        SimulatedCoordinator.OtherOutcome(worker: name, attempt: attempt, outcome: outcome))
      // Whatever it brought: to the scheduler it frees a place, no more.
      handle(.failed(worker: name, attempt, .cancelled, message: "of another sweep"))
    case .outcome(let attempt, .succeeded(let result, let provenance)):
      noteTold(attempt, .succeeded(result, provenance))
      coordinator.turn.keep(
        Completion(attempt: attempt, result: result, provenance: provenance))
      handle(.succeeded(worker: name, attempt, use: JobUse(provenance)))
    case .outcome(let attempt, .failed(let cause, let text)):
      noteTold(attempt, .failed(cause, message: text))
      handle(.failed(worker: name, attempt, cause, message: text))
    case .heartbeat, .progress, .rows, .log, .checkpointPart, .checkpointKept, .checkpointTaken,
      .setUp:
      break
    }
  }

  /// What was never given to anybody cannot be lost.
  private func noteTold(_ attempt: AttemptID, _ outcome: Report.Outcome) {
    guard store.knows(attempt) else { return }
    let isSuccess = if case .succeeded = outcome { true } else { false }
    see(.told(attempt, succeeded: isSuccess))
  }

  private func greet(_ index: Int, _ worker: Report.WorkerDescription) {
    let machine = coordinator.hosts[index].machine
    see(.greeted(host: coordinator.hosts[index].name, machine: machine, held: worker.held))
    coordinator.hosts[index].isGreeted = true
    let isOutdated = worker.binaryHash != "\(coordinator.version)"
    advise(
      .greeted(
        index,
        HostGreeting(
          worker: worker.identity.map {
            HostGreeting.Worker(instance: $0.instance, machine: $0.machine)
          },
          isOutdated: isOutdated,
          capacity: isOutdated
            ? Amounts()
            : capacity(index, worker),
          held: worker.held, resources: worker.resources, secondsLeft: worker.secondsLeft)))
  }

  /// What a host has by its worker and by what the cluster file says of it.
  private func capacity(_ index: Int, _ worker: Report.WorkerDescription) -> Amounts {
    let (place, machine) = (coordinator.hosts[index].place, coordinator.hosts[index].machine)
    let host = scenario.host(place)
    var limits = host.stated ?? host.has
    (limits.threads, limits.memoryBytes) = (0, 0)
    let isItself = machine == place
    return HostSpec(name: "h\(place)", access: .local, limits: limits).capacity(
      Amounts(threads: worker.cores, memoryBytes: worker.memoryBytes),
      isItself ? worker.devices : host.devices)
  }

  func sendOrder(_ order: Order, to index: Int) {
    guard let link = coordinator.hosts[index].link else { return }
    send(.order(order), on: link, to: .worker)
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
          beside: host.map { workers[coordinator.hosts[$0].machine].running } ?? []))
      let progress = coordinator.checkpoints[Scenario.index(of: attempt.job)]
      order(.start(assignment(attempt, placement, progress)), to: worker)
    case .confirm(let worker, let attempt, let placement):
      order(.start(assignment(attempt, placement, 0)), to: worker)
    case .stop(let worker, let attempt): order(.stop(attempt), to: worker)
    case .acknowledge(let worker, let attempt):
      see(.acknowledged(attempt))
      order(.acknowledge(attempt), to: worker)
    case .end(let ending): coordinator.ending = ending
    }
  }

  private func assignment(
    _ attempt: AttemptID, _ placement: Placement, _ progress: Double
  ) -> Order.Assignment {
    Order.Assignment(
      attempt: attempt, workload: "simulated", resultVersion: 1, parameters: Parameters([]),
      threads: placement.threads, hostThreads: placement.hostThreads, held: placement.held,
      timeoutSeconds: placement.timeoutSeconds,
      checkpointSeconds: scenario.checkpoint,
      checkpoint: progress > 0 ? Progress.bytes(progress) : nil)
  }

  private func order(_ order: Order, to worker: String) {
    guard let index = coordinator.hosts.firstIndex(where: { $0.name == worker }) else { return }
    say("order to \(worker): \(Message.order(order))")
    sendOrder(order, to: index)
  }
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
      case .succeeded(let result, let provenance):
        coordinator.turn.adopt(
          Completion(attempt: item.attempt, result: result, provenance: provenance),
          from: item.worker, by: entry)
      case .failed(let cause, let text):
        coordinator.turn.adopt(
          failureOf: item.attempt, cause, message: text, from: item.worker, by: entry)
      }
    }
  }

  /// The shell is stopped, or its disk holds it up: it hears nobody from now on.
  func goAway() { coordinator.awaySince = coordinator.awaySince ?? now }

  func comeBack() {
    guard let since = coordinator.awaySince else { return }
    coordinator.awaySince = nil
    see(.away(seconds: now - since))
    advise(.awoke(after: now - since))
  }
}
