import SweepModel
import Wire

// Attempts, from their order to the acknowledgement of their outcome.

extension WorkerCore {
  /// Longest text kept of a log that nobody could take, characters.
  private static let unsentLimit = 64 << 10
  /// How long a job may take to end that was told to stop, seconds.
  private static let stopSeconds = 10.0
  /// What took less than this, seconds, is sooner done again than made durable.
  private static let shortSeconds = 1.0
  /// How long an outcome may be in memory only that a coordinator has been told, seconds.
  private static let unwrittenSeconds = 0.25

  mutating func start(
    _ assignment: Order.Assignment, at now: Double, _ out: inout [WorkerEffect]
  ) {
    guard !isEnding, !holds(assignment.attempt) else { return }
    isShuttingDown = false
    if leavesBy != nil {
      return tell(.outcome(assignment.attempt, .failed(.evicted, message: Self.leaving)), &out)
    }
    // Whatever a coordinator believes: never two jobs on one, nor more than one in shares.
    if let other = running.first(where: { hinders(assignment.held, $0.held) }) {
      let message = "\(other.attempt) still has what it was given"
      return tell(.outcome(assignment.attempt, .failed(.workerLost, message: message)), &out)
    }
    mostThreads = assignment.hostThreads
    running.append(
      Running(
        attempt: assignment.attempt, threads: assignment.threads, held: assignment.held,
        timeoutSeconds: assignment.timeoutSeconds, waiting: assignment))
    beginWaiting(at: now, &out)
  }

  /// Begins what waits, in the order in which it came, as far as there are threads.
  private mutating func beginWaiting(at now: Double, _ out: inout [WorkerEffect]) {
    guard var next = running.firstIndex(where: { $0.waiting != nil }) else { return }
    var threads = running[..<next].reduce(0) { $0 + $1.threads }
    while next < running.count, let assignment = running[next].waiting {
      threads += running[next].threads
      if let mostThreads, threads > mostThreads, next > 0 { return }
      running[next].waiting = nil
      running[next].begunAt = now
      running[next].deadline = running[next].timeoutSeconds.map { now + $0 }
      out.append(.begin(assignment))
      next += 1
    }
  }

  /// True where a running attempt is one of those that leave too little of something for a new one.
  private func hinders(_ new: [Allocation.Held], _ held: [Allocation.Held]) -> Bool {
    new.contains { entry in
      let isThere = { (other: Allocation.Held) in
        other.name == entry.name && other.index == entry.index
      }
      guard held.contains(where: isThere) else { return false }
      let all = running.flatMap(\.held).filter(isThere) + new.filter(isThere)
      return all.reduce(0) { $0 + $1.share } > 1
    }
  }

  mutating func stop(_ attempt: AttemptID, at now: Double, _ out: inout [WorkerEffect]) {
    if let index = running.firstIndex(where: { $0.attempt == attempt }) {
      halt(index, .cancelled, "stopped on request", at: now, &out)
      beginWaiting(at: now, &out)
    } else if !holds(attempt) {
      tell(.outcome(attempt, .failed(.cancelled, message: "the worker does not hold it")), &out)
    }
  }

  /// Tells an attempt to end, once; it is killed if it has not within ten seconds.
  mutating func halt(
    _ index: Int, _ cause: FailureCause, _ message: String, at now: Double,
    _ out: inout [WorkerEffect]
  ) {
    if running[index].waiting != nil {
      let attempt = running.remove(at: index).attempt
      return conclude(attempt, .failed(cause, message: message), after: 0, at: now, &out)
    }
    running[index].deadline = nil
    guard running[index].stopping == nil else { return }
    running[index].stopping = Stopping(
      cause: cause, message: message, killAt: now + Self.stopSeconds)
    out.append(.stop(running[index].attempt))
  }

  /// Time limits and overdue stops.
  mutating func watchAttempts(at now: Double, _ out: inout [WorkerEffect]) {
    for index in running.indices {
      if let deadline = running[index].deadline, now >= deadline {
        let limit = running[index].timeoutSeconds ?? 0
        halt(index, .timeout, "ran longer than its limit of \(limit) s", at: now, &out)
      }
      if let killAt = running[index].stopping?.killAt, now >= killAt {
        running[index].stopping?.killAt = nil
        out.append(.kill(running[index].attempt))
      }
    }
  }

  mutating func pass(
    _ report: Report, isCrowded: Bool, at now: Double, _ out: inout [WorkerEffect]
  ) {
    switch report {
    case .outcome(let attempt, let outcome): finish(attempt, outcome, at: now, &out)
    case .log(let attempt, let text):
      if served != nil, !isCrowded { return tell(report, &out) }
      let all = (unsentLogs[attempt.token] ?? "") + text
      unsentLogs[attempt.token] = String(all.suffix(Self.unsentLimit))
    case .checkpoint, .progress, .rows: if !isCrowded { tell(report, &out) }
    case .checkpointPart(let attempt, let part): pass(part, of: attempt, &out)
    case .setUp(let attempt, let isOver): noteSetUp(of: attempt, isOver: isOver, at: now)
    case .hello, .heartbeat, .occupied, .checkpointKept, .checkpointTaken: break
    }
  }

  /// The time limit begins anew once what jobs of a kind share is there, and rests until then.
  private mutating func noteSetUp(of attempt: AttemptID, isOver: Bool, at now: Double) {
    guard let index = running.firstIndex(where: { $0.attempt == attempt }),
      running[index].stopping == nil
    else { return }
    running[index].deadline = isOver ? running[index].timeoutSeconds.map { now + $0 } : nil
  }

  /// All pieces of a checkpoint are passed on, on one link, or none: without one of them the others are
  /// worth nothing. The shell takes them from a slot as fast as the link takes them.
  private mutating func pass(
    _ part: CheckpointPart, of attempt: AttemptID, _ out: inout [WorkerEffect]
  ) {
    guard let index = running.firstIndex(where: { $0.attempt == attempt }) else { return }
    if part.offset == 0 { running[index].partsLink = served }
    guard let link = running[index].partsLink, link == served else { return }
    tell(.checkpointPart(attempt, part), &out)
  }

  /// An attempt is over; a stop that was asked for explains itself better than its slot can.
  ///
  /// Whoever ends a worker, such as Slurm or systemd, may have sent SIGTERM to all of its jobs' processes, too:
  /// what fails then is not known to be at fault.
  private mutating func finish(
    _ attempt: AttemptID, _ outcome: Report.Outcome, at now: Double,
    _ out: inout [WorkerEffect]
  ) {
    guard let index = running.firstIndex(where: { $0.attempt == attempt }) else { return }
    let entry = running.remove(at: index)
    var outcome = outcome
    if case .failed(let cause, _) = outcome, let stopping = entry.stopping,
      cause == .cancelled || stopping.cause == .evicted || isEnding
    {
      outcome = .failed(stopping.cause, message: stopping.message)
    }
    conclude(attempt, outcome, after: now - entry.begunAt, at: now, &out)
    beginWaiting(at: now, &out)
  }

  /// The process of an attempt is gone: it has failed.
  mutating func bury(
    _ attempt: AttemptID, _ cause: FailureCause, _ message: String, at now: Double,
    _ out: inout [WorkerEffect]
  ) {
    guard let index = running.firstIndex(where: { $0.attempt == attempt }) else { return }
    let entry = running.remove(at: index)
    let outcome =
      entry.stopping.map {
        Report.Outcome.failed($0.cause, message: $0.message + "; killed")
      } ?? .failed(cause, message: message)
    conclude(attempt, outcome, after: now - entry.begunAt, at: now, &out)
    beginWaiting(at: now, &out)
  }

  /// Has an outcome kept on the disk; it is told once the disk has answered. What took a moment only is
  /// told first: a coordinator that has recorded it soon spares the disk the work.
  private mutating func conclude(
    _ attempt: AttemptID, _ outcome: Report.Outcome, after seconds: Double, at now: Double,
    _ out: inout [WorkerEffect]
  ) {
    guard seconds < Self.shortSeconds, served != nil, !isRetiring, !isEnding else {
      keep(Kept(attempt: attempt, outcome: outcome, state: .asked(isTold: false)))
      return out.append(.write(attempt, outcome))
    }
    let until = now + Self.unwrittenSeconds
    keep(Kept(attempt: attempt, outcome: outcome, state: .told(until: until)))
    tell(.outcome(attempt, outcome), &out)
  }

  /// Has those outcomes kept on the disk of which a coordinator was told in vain until a time.
  mutating func writeUnacknowledged(before end: Double, _ out: inout [WorkerEffect]) {
    for index in kept.indices {
      guard case .told(let until) = kept[index].state, until <= end else { continue }
      kept[index].state = .asked(isTold: true)
      out.append(.write(kept[index].attempt, kept[index].outcome))
    }
  }

  mutating func keep(_ entry: Kept) {
    let token = entry.attempt.token
    kept.removeAll { $0.attempt.token == token }
    let place = kept.firstIndex { token < $0.attempt.token }
    kept.insert(entry, at: place ?? kept.count)
  }

  /// The disk has answered: whether it took the outcome or not, the coordinator shall have it.
  mutating func noteWriting(
    _ attempt: AttemptID, _ trouble: String?, at now: Double, _ out: inout [WorkerEffect]
  ) {
    guard let index = kept.firstIndex(where: { $0.attempt == attempt }) else { return }
    let before = kept[index].state
    kept[index].state = trouble == nil ? .durable : .refused
    if trouble != nil { nextWriting = now + 1 }
    if case .asked(let isTold) = before {
      if let trouble {
        out.append(.note("\(attempt): its outcome is kept in memory only: \(trouble)"))
      }
      if !isTold { tell(.outcome(attempt, kept[index].outcome), &out) }
    } else if trouble == nil {
      writeAgain(at: nextWriting, &out)
    }
  }

  /// The disk may take by now what it did not: one outcome after the other, while it does.
  mutating func writeAgain(at now: Double, _ out: inout [WorkerEffect]) {
    guard let entry = kept.first(where: { $0.state == .refused }), now >= nextWriting else {
      return
    }
    nextWriting = now + 1
    out.append(.write(entry.attempt, entry.outcome))
  }
}
