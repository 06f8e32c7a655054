import Basics
import Scheduler
import SweepModel

// What a worker does with orders and attempts.

extension World {
  func obey(_ message: Message, at host: Int) {
    workers[host].heardAt = now
    switch message {
    case .start(let attempt, let threads, let timeout, let progress):
      begin(attempt, threads, timeout, progress, on: host)
    case .stop(let attempt): stop(attempt, on: host)
    case .acknowledge(let attempt):
      workers[host].kept.removeAll { $0.attempt == attempt }
      let job = Scenario.index(of: attempt.job)
      if !workers[host].running.contains(where: { $0.job == job }) {
        workers[host].checkpoints.removeAll { $0.job == job }
      }
    case .shutdown: workers[host].isShuttingDown = true
    case .end:
      if let link = workers[host].link { links[link].toWorker.close() }
      workers[host].link = nil
      seatNewcomer(host)
    case .run: workers[host].isServingNamed = true
    case .welcome, .heartbeat, .hello, .occupied, .outcome, .hollow, .nonsense, .checkpoint: break
    }
  }

  private func begin(
    _ attempt: AttemptID, _ threads: Int, _ timeout: Double?, _ progress: Double, on host: Int
  ) {
    guard !workers[host].holds(attempt) else { return }
    workers[host].isShuttingDown = false
    if pretends(attempt, on: host) { return }
    let index = Scenario.index(of: attempt.job)
    let job = scenario.jobs[index]
    let local = workers[host].checkpoints.first { $0.job == index }?.progress ?? 0
    let start = progress > 0 ? progress : local
    var speed = scenario.hosts[host].speed * Double(min(threads, job.demand.usefulThreads))
    if befalls(.slowAttempt) { speed /= random.uniform(4, Scenario.slowest) }
    let whole = job.seconds * (1 - start) / speed
    var (seconds, ending) = fate(of: job, on: host, whole)
    let limit = timeout.map { $0 * scenario.hosts[host].drift }
    if let limit, seconds > limit {
      seconds = limit + random.uniform(0, 10)
      ending = .outcome(.failed(.timeout, "ran longer than its limit"))
    }
    workers[host].running.append(
      SimulatedWorker.Running(
        attempt: attempt, job: index, threads: threads, startedAt: now, startProgress: start,
        seconds: whole, endsAt: now + seconds, ending: ending))
    let (life, token) = (workers[host].life, attempt.token)
    agenda.plan(.attemptEnds(host: host, life: life, token: token), at: now + seconds)
    if seconds > scenario.checkpoint {
      agenda.plan(
        .checkpointDue(host: host, life: life, token: token), at: now + scenario.checkpoint)
    }
  }

  /// How long an attempt lasts and how it ends if nothing interferes.
  private func fate(
    of job: Scenario.SimulatedJob, on host: Int, _ seconds: Double
  ) -> (Double, SimulatedWorker.Ending) {
    switch job.nature {
    case .poison: return (seconds / 2, .outcome(.failed(.jobFailed, "the loss is not finite")))
    case .killer: return (seconds / 2, .workerDies)
    case .sound: break
    }
    if let loss = loses(host) { return loss }
    let isBad = scenario.hosts[host].isBad && random.chance(0.9)
    if isBad || befalls(.jobCrash) {
      let fraction = random.fraction()
      return (seconds * fraction, .outcome(.failed(.jobFailed, "killed by signal 11")))
    }
    return (seconds, .outcome(.succeeded))
  }

  private func stop(_ attempt: AttemptID, on host: Int) {
    if let index = workers[host].running.firstIndex(where: { $0.attempt == attempt }) {
      let end = now + random.uniform(0, 10)
      guard end < workers[host].running[index].endsAt else { return }
      workers[host].running[index].endsAt = end
      workers[host].running[index].ending = .outcome(.failed(.cancelled, "stopped on request"))
      agenda.plan(
        .attemptEnds(host: host, life: workers[host].life, token: attempt.token), at: end)
    } else if !workers[host].holds(attempt) {
      tell(
        .outcome(attempt, .failed(.cancelled, "the worker does not hold it")), from: host)
    }
  }

  func endAttempt(_ host: Int, _ life: Int, _ token: Int) {
    guard workers[host].life == life,
      let index = workers[host].running.firstIndex(where: { $0.attempt.token == token }),
      workers[host].running[index].endsAt <= now
    else { return }
    if now < workers[host].frozenUntil {
      workers[host].running[index].endsAt = workers[host].frozenUntil
      return agenda.plan(
        .attemptEnds(host: host, life: life, token: token), at: workers[host].frozenUntil)
    }
    switch workers[host].running[index].ending {
    case .workerDies: endWorker(host, tellsCoordinator: true)
    case .outcome(let outcome):
      conclude(workers[host].running.remove(at: index), outcome, on: host)
    }
  }

  /// Keeps an outcome on disk, then tells it.
  private func conclude(
    _ running: SimulatedWorker.Running, _ outcome: Message.Outcome, on host: Int
  ) {
    let attempt = running.attempt
    let isSlow = now < workers[host].diskSlowUntil
    let kept = SimulatedWorker.Kept(
      attempt: attempt, outcome: outcome, threads: running.threads,
      isDurable: !isSlow && now >= workers[host].diskFullUntil, isWritten: !isSlow)
    let place = workers[host].kept.firstIndex { attempt < $0.attempt }
    workers[host].kept.insert(kept, at: place ?? workers[host].kept.count)
    say("worker \(host) concludes \(attempt): \(outcome), durable \(kept.isDurable)")
    guard isSlow else { return tell(.outcome(attempt, outcome), from: host) }
    agenda.plan(
      .outcomeKept(host: host, life: workers[host].life, token: attempt.token),
      at: now + random.uniform(0.5, 8))
  }

  func completeKeeping(_ host: Int, _ life: Int, _ token: Int) {
    guard workers[host].life == life,
      let index = workers[host].kept.firstIndex(where: { $0.attempt.token == token })
    else { return }
    workers[host].kept[index].isWritten = true
    workers[host].kept[index].isDurable = now >= workers[host].diskFullUntil
    let entry = workers[host].kept[index]
    tell(.outcome(entry.attempt, entry.outcome), from: host)
  }

  func saveCheckpoint(_ host: Int, _ life: Int, _ token: Int) {
    guard workers[host].life == life,
      let running = workers[host].running.first(where: { $0.attempt.token == token })
    else { return }
    agenda.plan(
      .checkpointDue(host: host, life: life, token: token), at: now + scenario.checkpoint)
    guard now >= workers[host].diskFullUntil, now >= workers[host].frozenUntil else { return }
    let share = min(1, (now - running.startedAt) / running.seconds)
    let progress = running.startProgress + (1 - running.startProgress) * share
    workers[host].checkpoints.removeAll { $0.job == running.job }
    workers[host].checkpoints.append((running.job, progress))
    tell(.checkpoint(running.attempt, progress: progress), from: host)
  }
}
