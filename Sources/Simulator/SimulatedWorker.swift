import SweepModel

/// A worker process and its host, as `quanta-worker` behaves.
struct SimulatedWorker {
  struct Running {
    let attempt: AttemptID
    let job: Int
    let threads: Int
    let startedAt: Double
    /// Share of the job that was done when this attempt began.
    let startProgress: Double
    /// Seconds that the rest takes.
    let seconds: Double
    var endsAt: Double
    var ending: Ending
  }

  enum Ending: Hashable {
    case outcome(Message.Outcome)
    /// The job takes its worker down.
    case workerDies
  }

  struct Kept {
    let attempt: AttemptID
    let outcome: Message.Outcome
    /// Threads that it ran with.
    let threads: Int
    /// It is on the disk, not in memory only.
    var isDurable: Bool
    /// The disk has answered; before, nobody is told.
    var isWritten: Bool
  }

  let memory: Int
  // The process.
  var life = 0
  var isUp = false
  var version = 0
  var link: Int?
  /// Whom it serves has said who it is.
  var isServingNamed = false
  var newcomers: [Newcomer] = []
  var heardAt = 0.0
  var running: [Running] = []
  /// Outcomes that no coordinator has acknowledged, by token; the durable ones survive the process.
  var kept: [Kept] = []
  var idleSince = 0.0
  var isShuttingDown = false
  // The host.
  /// What was done of each job when its last checkpoint was written here.
  var checkpoints: [(job: Int, progress: Double)] = []
  var isGone = false
  var downUntil = 0.0
  var frozenUntil = 0.0
  var cutFromUntil = 0.0
  var cutToUntil = 0.0
  var diskFullUntil = 0.0
  var diskSlowUntil = 0.0

  init(memory: Int) { self.memory = memory }

  var held: [AttemptID] { (running.map(\.attempt) + kept.map(\.attempt)).sorted() }

  func holds(_ attempt: AttemptID) -> Bool {
    running.contains { $0.attempt == attempt } || kept.contains { $0.attempt == attempt }
  }

  /// All that a coordinator may still count as running here: what runs, and what has ended without
  /// an acknowledgement.
  var occupying: [(attempt: AttemptID, threads: Int)] {
    running.map { ($0.attempt, $0.threads) } + kept.map { ($0.attempt, $0.threads) }
  }

  func describe() -> String {
    "runs \(running.map { "\($0.attempt)" }), keeps \(kept.map { "\($0.attempt)" })"
  }
}

// Its process: starting, ending, the link.

extension World {
  func startWorker(_ host: Int) {
    workers[host].life += 1
    workers[host].isUp = true
    workers[host].version = coordinator.version
    workers[host].link = nil
    workers[host].newcomers = []
    workers[host].isShuttingDown = false
    workers[host].idleSince = now
    say("worker \(host) starts, keeps \(workers[host].kept.count)")
    agenda.plan(
      .workerTick(host: host, life: workers[host].life), at: now + workerHeartbeat(host))
  }

  /// The process ends; what is only in its memory is gone.
  func endWorker(_ host: Int, tellsCoordinator: Bool) {
    guard workers[host].isUp else { return }
    say("worker \(host) ends: \(workers[host].describe())")
    workers[host].isUp = false
    workers[host].life += 1
    workers[host].running = []
    workers[host].kept.removeAll { !$0.isDurable }
    if let link = workers[host].link {
      close(link, at: .worker, tellsOther: tellsCoordinator)
      workers[host].link = nil
    }
    for newcomer in workers[host].newcomers {
      close(newcomer.link, at: .worker, tellsOther: tellsCoordinator)
    }
    workers[host].newcomers = []
  }

  /// Serves a link from now on.
  func welcome(_ host: Int, _ number: Int, isNamed: Bool) {
    workers[host].link = number
    workers[host].isServingNamed = isNamed
    workers[host].isShuttingDown = false
    workers[host].heardAt = now
    let held = workers[host].held + inventedAttempts(host)
    let (version, life) = (workers[host].version, workers[host].life)
    tell(.hello(version: version, machine: host, instance: life, held: held), from: host)
    for entry in workers[host].kept where entry.isWritten {
      tell(.outcome(entry.attempt, entry.outcome), from: host)
    }
  }

  func dropCoordinator(_ host: Int) {
    guard let link = workers[host].link else { return }
    workers[host].link = nil
    close(link, at: .worker)
    seatNewcomer(host)
  }

  func tell(_ message: Message, from host: Int) {
    guard let link = workers[host].link else { return }
    send(message, on: link, to: .coordinator)
  }

  /// A worker measures time with its own clock.
  private func workerHeartbeat(_ host: Int) -> Double {
    scenario.heartbeat * scenario.hosts[host].drift
  }

  func tickWorker(_ host: Int, _ life: Int) {
    guard workers[host].isUp, workers[host].life == life else { return }
    if now < workers[host].frozenUntil {
      return agenda.plan(.workerTick(host: host, life: life), at: workers[host].frozenUntil)
    }
    let drift = scenario.hosts[host].drift
    if now - workers[host].heardAt > max(30, 15 * scenario.heartbeat) * drift {
      dropCoordinator(host)
    }
    forgetNameless(host)
    seatNewcomer(host)
    tell(.heartbeat, from: host)
    tellAgain(host)
    talkNonsense(host)
    if isOver(host, drift) { return endWorker(host, tellsCoordinator: true) }
    agenda.plan(.workerTick(host: host, life: life), at: now + workerHeartbeat(host))
  }

  private func tellAgain(_ host: Int) {
    guard let entry = workers[host].kept.first(where: \.isWritten), befalls(.toldAgain) else {
      return
    }
    tell(.outcome(entry.attempt, entry.outcome), from: host)
  }

  private func isOver(_ host: Int, _ drift: Double) -> Bool {
    if parts.workersLinger { return false }
    let worker = workers[host]
    let isBusy = !worker.running.isEmpty || worker.kept.contains { !$0.isWritten }
    if isBusy || (worker.link != nil && !worker.isShuttingDown) { workers[host].idleSince = now }
    if worker.isShuttingDown, !isBusy, worker.kept.isEmpty { return true }
    return now - workers[host].idleSince >= scenario.grace * drift
  }
}
