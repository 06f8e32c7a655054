import Glibc
import Posix
import SweepModel
import Wire

// The worker's side of the link to its coordinator.

extension Daemon {
  /// Serves a link from now on.
  mutating func welcome(_ peer: Peer, of run: RunIdentity?) {
    coordinator = peer
    servedRun = run
    // What an earlier coordinator said when it left does not bind this one.
    isShuttingDown = false
    heardAt = monotonicSeconds()
    nextHeartbeat = monotonicSeconds() + settings.heartbeatSeconds
    let running = slots.compactMap { $0.current?.attempt }
    let held = (running + kept.values.map(\.attempt)).sorted()
    tell(
      .hello(
        HostFacts.description(
          hash: invocation.hash, held: held, identity: identity,
          notes: HostNotes.all(session: invocation.session))))
    for attempt in held {
      if let text = unsentLogs.removeValue(forKey: attempt.token) { tell(.log(attempt, text)) }
    }
    for (_, entry) in kept.sorted(by: { $0.key < $1.key }) {
      tell(.outcome(entry.attempt, entry.outcome))
    }
  }

  mutating func dropCoordinator() {
    coordinator?.descriptor.close()
    coordinator = nil
    servedRun = nil
  }

  /// Sends a report; a link that fails is dropped, and the next one is told what matters anew.
  mutating func tell(_ report: Report) {
    do {
      try coordinator?.send(report.frame)
    } catch {
      takeLastOrders()
    }
  }

  mutating func serveCoordinator() {
    do {
      guard let frames = try coordinator?.receive() else { return dropCoordinator() }
      heardAt = monotonicSeconds()
      for frame in frames { obey(try Order(frame)) }
    } catch {
      complain("link dropped: \(error)")
      return dropCoordinator()
    }
    do {
      try coordinator?.flush()
    } catch {
      takeLastOrders()
    }
  }

  /// Nobody hears this worker any more; what was ordered before is obeyed nonetheless, since the
  /// ledger says that it was.
  mutating func takeLastOrders() {
    var last = coordinator
    coordinator = nil
    while last?.descriptor.isReadable == true, let frames = try? last?.receive() {
      for frame in frames { if let order = try? Order(frame) { obey(order) } }
    }
    last?.descriptor.close()
    servedRun = nil
  }

  private mutating func obey(_ order: Order) {
    switch order {
    case .hello(let settings): self.settings = settings
    case .start(let assignment): start(assignment)
    case .stop(let attempt): stop(attempt)
    case .acknowledge(let attempt):
      // A store restored from a copy grants tokens anew: the whole attempt must agree.
      if let entry = kept[attempt.token], entry.attempt != attempt { break }
      kept[attempt.token] = nil
      unwritten.remove(attempt.token)
      unsentLogs[attempt.token] = nil
      let isRunning = slots.contains { $0.current?.attempt.job == attempt.job }
      folder.forget(attempt, withCheckpoint: !isRunning)
    case .shutdown: isShuttingDown = true
    case .heartbeat: break
    case .run(let run): servedRun = run
    }
  }

  private mutating func start(_ assignment: Order.Assignment) {
    let attempt = assignment.attempt
    guard kept[attempt.token]?.attempt != attempt,
      !slots.contains(where: { $0.current?.attempt == attempt })
    else { return }
    isShuttingDown = false
    if ResourceLimit.cpuTime.hard != nil { retireIdleSlots() }
    if !slots.contains(where: { $0.current != nil }) { memoryWatch.forget() }
    do {
      let index: Int
      if let idle = slots.firstIndex(where: { $0.current == nil }) {
        index = idle
      } else {
        slots.append(try Slot(invocation))
        index = slots.count - 1
      }
      slots[index].start(assignment, at: monotonicSeconds())
    } catch {
      conclude(attempt, .failed(.workerLost, message: "the slot does not start: \(error)"))
    }
  }

  private mutating func stop(_ attempt: AttemptID) {
    if let index = slots.firstIndex(where: { $0.current?.attempt == attempt }) {
      slots[index].stop(.cancelled, "stopped on request", at: monotonicSeconds())
    } else if kept[attempt.token] == nil {
      tell(.outcome(attempt, .failed(.cancelled, message: "the worker does not hold it")))
    }
  }
}
