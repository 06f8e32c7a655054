import SweepModel
import Wire

// The worker's side of the link to its coordinator.

extension WorkerCore {
  /// When a coordinator that says nothing has lost its worker, monotonic seconds.
  var silenceEnd: Double { heardAt + max(30, 15 * settings.heartbeatSeconds) }

  /// Serves a link from now on.
  mutating func welcome(
    _ link: Int, of run: RunIdentity?, at now: Double, _ out: inout [WorkerEffect]
  ) {
    served = link
    servedRun = run
    isRetiring = false
    // What an earlier coordinator said when it left does not bind this one.
    isShuttingDown = false
    heardAt = now
    nextHeartbeat = now + settings.heartbeatSeconds
    let held = held
    out.append(.greet(link, held: held))
    for attempt in held {
      if let text = unsentLogs.removeValue(forKey: attempt.token) {
        out.append(.send(link, .log(attempt, text)))
      }
    }
    for entry in kept where !entry.isAsked {
      out.append(.send(link, .outcome(entry.attempt, entry.outcome)))
    }
  }

  func tell(_ report: Report, _ out: inout [WorkerEffect]) {
    if let served { out.append(.send(served, report)) }
  }

  /// Closes the link served. Nobody hears this worker any more; what was ordered before is obeyed
  /// nonetheless, since the ledger says that it was.
  mutating func retire(_ link: Int, _ out: inout [WorkerEffect]) {
    isRetiring = true
    out.append(.close(link))
  }

  mutating func lose(_ link: Int, _ out: inout [WorkerEffect]) {
    newcomers.removeAll { $0.link == link }
    guard served == link else { return }
    writeUnacknowledged(before: .infinity, &out)
    // Whether it has heard of them is not known.
    for index in kept.indices where kept[index].isAsked {
      kept[index].state = .asked(isTold: false)
    }
    served = nil
    servedRun = nil
    isRetiring = false
  }

  /// Gives a silent link up, lets a newcomer take its place, and gives signs of life.
  mutating func watchLink(at now: Double, _ out: inout [WorkerEffect]) {
    if let served, !isRetiring, now >= silenceEnd {
      out.append(.note("the coordinator is silent: its link is dropped"))
      retire(served, &out)
    }
    forgetNameless(at: now, &out)
    seatNewcomer(at: now, &out)
    if served != nil, !isRetiring, now >= nextHeartbeat {
      tell(.heartbeat, &out)
      nextHeartbeat = now + settings.heartbeatSeconds
    }
  }

  mutating func obey(_ order: Order, at now: Double, _ out: inout [WorkerEffect]) {
    heardAt = now
    switch order {
    case .hello(let settings): self.settings = settings
    case .start(let assignment): start(assignment, at: now, &out)
    case .stop(let attempt): stop(attempt, at: now, &out)
    case .acknowledge(let attempt): forget(attempt, &out)
    case .shutdown: isShuttingDown = true
    case .heartbeat, .checkpointPart: break
    case .run(let run): servedRun = run
    }
  }

  private mutating func forget(_ attempt: AttemptID, _ out: inout [WorkerEffect]) {
    // A store restored from a copy grants tokens anew: the whole attempt must agree.
    let isOthers = kept.contains { $0.attempt.token == attempt.token && $0.attempt != attempt }
    guard !isOthers else { return }
    kept.removeAll { $0.attempt == attempt }
    unsentLogs[attempt.token] = nil
    let isRunning = running.contains { $0.attempt.job == attempt.job }
    out.append(.forget(attempt, withCheckpoint: !isRunning))
  }
}
