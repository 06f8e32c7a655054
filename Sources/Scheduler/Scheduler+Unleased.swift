import SweepModel

// Attempts without a lease that their workers run on: overtaken, cancelled, or lost by silence. They
// keep their places until their end is told.

extension Scheduler {
  /// Takes the lease from a job's attempt, which may run on: it keeps its place.
  mutating func release(_ index: Int, isLost: Bool = false, isCounted: Bool = false) {
    guard case .running(let running) = jobs[index].phase, let worker = find(running.worker)
    else { return }
    vacate(index)
    workers[worker].keep(
      WorkerStatus.Unleased(
        attempt: running.attempt, allocation: running.allocation, isLost: isLost,
        isCounted: isCounted))
    refresh(worker)
  }

  /// An attempt without a lease has told its end.
  mutating func freePlace(
    of attempt: AttemptID, on name: String, _ out: inout [Directive]
  ) {
    if let worker = find(name) { endUnleased(attempt, on: worker, &out) }
  }

  /// An attempt without a lease is over, one way or another: its place is free, and its job no
  /// longer counts on it.
  mutating func endUnleased(
    _ attempt: AttemptID, on worker: Int, _ out: inout [Directive]
  ) {
    if workers[worker].forget(attempt) != nil { refresh(worker) }
    guard let index = indexByKey[attempt.job], jobs[index].overtaken?.attempt == attempt else {
      return
    }
    jobs[index].overtaken = nil
    settleOutpaced(index, &out)
  }

  /// A worker is back with attempts that have no lease: they were not lost after all, and end
  /// unless their jobs still count on them.
  mutating func findUnleased(on worker: Int, _ out: inout [Directive]) {
    let name = workers[worker].name
    for place in workers[worker].unleased.indices {
      let entry = workers[worker].unleased[place]
      guard let index = indexByKey[entry.attempt.job] else {
        out.append(.stop(worker: name, entry.attempt))
        continue
      }
      if entry.isLost {
        workers[worker].unleased[place].isLost = false
        trust(worker)
      }
      if entry.isCounted {
        workers[worker].unleased[place].isCounted = false
        jobs[index].withdrawLoss(by: name)
        let message = "worker \(name) came back with it: it was not lost"
        out.append(.ledger(.withdrawn(entry.attempt, message: message)))
      }
      let isOvertaken = jobs[index].overtaken?.attempt == entry.attempt
      if !isOvertaken { out.append(.stop(worker: name, entry.attempt)) }
    }
  }

  /// True while the attempt that was overtaken is believed to go on.
  func hasOvertaken(_ index: Int) -> Bool {
    guard let overtaken = jobs[index].overtaken, let worker = find(overtaken.worker) else {
      return false
    }
    return !workers[worker].isSilent
      && workers[worker].unleased.contains { $0.attempt == overtaken.attempt }
  }

  /// A job whose overtaken attempt is over as well goes on like any that failed.
  mutating func settleOutpaced(_ index: Int, _ out: inout [Directive]) {
    guard case .outpaced(let message, let until) = jobs[index].phase else { return }
    if let reason = reasonToFail(index, message) {
      setAside(index, reason, &out)
    } else {
      makeDelayed(index, until: until)
    }
  }
}
