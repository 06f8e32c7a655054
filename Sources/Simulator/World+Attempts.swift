import Basics
import Scheduler
import SweepModel
import Wire
import Worker

// A worker's slots and its disk: what they do with attempts.

extension World {
  static let provenance = Provenance(
    hostname: "h", processor: "p", instructionSet: "portable", threads: 1, wallSeconds: 1,
    cpuSeconds: 1, peakMemoryBytes: 1, binaryHash: "0", version: "0")

  func begin(_ assignment: Order.Assignment, on host: Int) {
    let attempt = assignment.attempt
    let index = Scenario.index(of: attempt.job)
    let job = scenario.jobs[index]
    let local = workers[host].checkpoints.first { $0.job == index }?.progress ?? 0
    let given = assignment.checkpoint.map(Progress.share) ?? 0
    let start = given > 0 ? given : local
    let threads = assignment.threads
    var speed = scenario.host(host).speed * Double(min(threads, job.demand.usefulThreads))
    if befalls(.slowAttempt) { speed /= random.uniform(4, Scenario.slowest) }
    let whole = job.seconds * (1 - start) / speed
    let (seconds, ending) = fate(of: job, index, on: host, whole)
    workers[host].threads[attempt.token] = threads
    workers[host].begun[attempt.token] = workerTime(host)
    workers[host].running.append(
      SimulatedWorker.Running(
        attempt: attempt, job: index, threads: threads, held: assignment.held, startedAt: now,
        startProgress: start,
        seconds: whole, endsAt: now + seconds, ending: ending))
    see(
      .runs(
        machine: host, workers[host].running.map { ($0.job, $0.held) },
        threads: workers[host].running.map(\.threads)))
    let (life, token) = (workers[host].life, attempt.token)
    agenda.plan(.attemptEnds(host: host, life: life, token: token), at: now + seconds)
    if seconds > scenario.checkpoint, scenario.keepsCheckpoints {
      agenda.plan(
        .checkpointDue(host: host, life: life, token: token), at: now + scenario.checkpoint)
    }
  }

  /// How long an attempt lasts and how it ends if nothing interferes.
  private func fate(
    of job: Scenario.SimulatedJob, _ index: Int, on host: Int, _ seconds: Double
  ) -> (Double, SimulatedWorker.Ending) {
    switch job.nature {
    case .poison:
      return (seconds / 2, .outcome(.failed(.jobFailed, message: "the loss is not finite")))
    case .killer: return (seconds / 2, .workerDies)
    case .sound: break
    }
    if let loss = loses(host) { return loss }
    let isBad = scenario.host(host).isBad && random.chance(0.9)
    if isBad || befalls(.jobCrash) {
      let fraction = random.fraction()
      return (seconds * fraction, .slotDies("the job's process was killed by signal 11"))
    }
    var provenance = Self.provenance
    provenance.wallSeconds = seconds
    provenance.peakMemoryBytes = job.memoryBytes
    return (seconds, .outcome(.succeeded(Scenario.result(of: index), provenance)))
  }

  /// An attempt ends earlier than it would by itself, and otherwise.
  func hasten(
    _ attempt: AttemptID, on host: Int, within seconds: Double, _ ending: SimulatedWorker.Ending
  ) {
    let end = now + random.uniform(0, seconds)
    guard let index = workers[host].running.firstIndex(where: { $0.attempt == attempt }),
      end < workers[host].running[index].endsAt
    else { return }
    workers[host].running[index].endsAt = end
    workers[host].running[index].ending = ending
    agenda.plan(
      .attemptEnds(host: host, life: workers[host].life, token: attempt.token), at: end)
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
    let running = workers[host].running[index]
    if running.ending == .workerDies { return endWorker(host, tellsCoordinator: true) }
    workers[host].running.remove(at: index)
    say("worker \(host): \(running.attempt) is over")
    switch running.ending {
    case .outcome(let outcome):
      happens(.reported(.outcome(running.attempt, outcome), isCrowded: false), to: host)
    case .slotDies(let words):
      happens(.died(running.attempt, .jobFailed, message: words), to: host)
    case .workerDies: break
    }
  }

  func write(_ attempt: AttemptID, _ outcome: Report.Outcome, on host: Int) {
    workers[host].writing.append((attempt, outcome))
    let (life, token) = (workers[host].life, attempt.token)
    if now < workers[host].diskSlowUntil {
      let seconds = random.uniform(0.5, 8)
      agenda.plan(.outcomeKept(host: host, life: life, token: token), at: now + seconds)
    } else {
      completeKeeping(host, life, token)
    }
  }

  /// The disk has taken an outcome, or has not.
  func completeKeeping(_ host: Int, _ life: Int, _ token: Int) {
    guard workers[host].life == life,
      let index = workers[host].writing.firstIndex(where: { $0.attempt.token == token })
    else { return }
    if now < workers[host].frozenUntil {
      return agenda.plan(
        .outcomeKept(host: host, life: life, token: token), at: workers[host].frozenUntil)
    }
    let entry = workers[host].writing.remove(at: index)
    let isFull = now < workers[host].diskFullUntil
    // What was acknowledged meanwhile is not kept.
    let isKept = !isFull && workers[host].core?.holds(entry.attempt) == true
    if isKept {
      workers[host].spool.removeAll { $0.attempt.token == token }
      let place = workers[host].spool.firstIndex { token < $0.attempt.token }
      workers[host].spool.insert(entry, at: place ?? workers[host].spool.count)
    }
    see(.written(machine: host, entry.attempt, isDurable: isKept))
    happens(.written(entry.attempt, trouble: isFull ? "the disk is full" : nil), to: host)
  }

  func saveCheckpoint(_ host: Int, _ life: Int, _ token: Int) {
    guard workers[host].life == life,
      workers[host].running.contains(where: { $0.attempt.token == token })
    else { return }
    agenda.plan(
      .checkpointDue(host: host, life: life, token: token), at: now + scenario.checkpoint)
    writeCheckpoint(host, token)
  }

  /// Keeps how far an attempt has got, and tells it, where jobs do that and the disk takes it.
  func writeCheckpoint(_ host: Int, _ token: Int) {
    guard scenario.keepsCheckpoints, now >= workers[host].diskFullUntil,
      now >= workers[host].frozenUntil,
      let running = workers[host].running.first(where: { $0.attempt.token == token })
    else { return }
    let share = min(1, (now - running.startedAt) / running.seconds)
    let progress = running.startProgress + (1 - running.startProgress) * share
    workers[host].checkpoints.removeAll { $0.job == running.job }
    workers[host].checkpoints.append((running.job, progress))
    let report = Report.checkpoint(running.attempt, Progress.bytes(progress))
    happens(.reported(report, isCrowded: false), to: host)
  }
}
