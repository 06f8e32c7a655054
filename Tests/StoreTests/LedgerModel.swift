import SweepModel

/// The ledger's rules, as plainly as they can be written: what the store is compared with.
struct LedgerModel {
  struct Try {
    var attempt: AttemptID
    var worker: String
    var outcome: AttemptRecord.Outcome = .open
    var cause: FailureCause?
    var kept: JobResult?
  }

  struct State {
    var state = JobState.waiting
    var tries: [Try] = []
    var freedAfter = 0
    var recorded: JobResult?
  }

  var jobs: [JobKey: State]
  var lastToken = 0

  /// Applies a batch; false, and nothing changed, when a change is impossible.
  mutating func apply(_ changes: [LedgerChange], _ results: [AttemptID: JobResult]) -> Bool {
    var copy = self
    for change in changes {
      guard copy.apply(change, results) else { return false }
    }
    self = copy
    return true
  }

  private mutating func apply(_ change: LedgerChange, _ results: [AttemptID: JobResult]) -> Bool {
    switch change {
    case .leased(let attempt, let worker): return lease(attempt, worker)
    case .accepted(let attempt): return accept(attempt, results[attempt])
    case .ended(let attempt, let cause, _): return end(attempt, cause)
    case .late(let attempt): return late(attempt, results[attempt])
    case .withdrawn(let attempt, _): return withdraw(attempt)
    case .moved(let key, let state, _): return move(key, state)
    }
  }

  private mutating func lease(_ attempt: AttemptID, _ worker: String) -> Bool {
    guard var job = jobs[attempt.job], job.state == .waiting, attempt.token > lastToken,
      attempt.number == job.tries.count + 1
    else { return false }
    lastToken = attempt.token
    job.state = .running
    job.tries.append(Try(attempt: attempt, worker: worker))
    jobs[attempt.job] = job
    return true
  }

  private mutating func accept(_ attempt: AttemptID, _ result: JobResult?) -> Bool {
    guard var job = jobs[attempt.job], let result, let index = index(attempt, job),
      job.tries[index].outcome == .open
    else { return false }
    job.state = .done
    job.recorded = result
    job.tries[index].outcome = .accepted
    for index in job.tries.indices {
      guard let kept = job.tries[index].kept else { continue }
      job.tries[index].outcome = .late(agrees: kept == result)
      job.tries[index].kept = nil
    }
    jobs[attempt.job] = job
    return true
  }

  private mutating func end(_ attempt: AttemptID, _ cause: FailureCause) -> Bool {
    guard var job = jobs[attempt.job], let index = index(attempt, job),
      job.tries[index].outcome == .open
    else { return false }
    job.state = .waiting
    job.tries[index].outcome = .failed(cause)
    job.tries[index].cause = cause
    jobs[attempt.job] = job
    return true
  }

  private mutating func withdraw(_ attempt: AttemptID) -> Bool {
    guard var job = jobs[attempt.job], let index = index(attempt, job),
      job.tries[index].outcome != .open
    else { return false }
    if job.tries[index].cause == .workerLost {
      job.tries[index].cause = .cancelled
      if job.tries[index].outcome == .failed(.workerLost) {
        job.tries[index].outcome = .failed(.cancelled)
      }
    }
    jobs[attempt.job] = job
    return true
  }

  private mutating func late(_ attempt: AttemptID, _ result: JobResult?) -> Bool {
    guard var job = jobs[attempt.job], let result, let index = index(attempt, job),
      job.tries[index].outcome != .open
    else { return false }
    if case .superseded = job.tries[index].outcome { return true }
    if let recorded = job.recorded {
      if job.tries[index].outcome != .accepted {
        job.tries[index].outcome = .late(agrees: recorded == result)
      }
    } else if case .failed = job.tries[index].outcome {
      job.tries[index].kept = result
    }
    jobs[attempt.job] = job
    return true
  }

  /// Discards the recorded result of a job that has one.
  mutating func discard(_ key: JobKey, reason: String) {
    guard var job = jobs[key], job.state == .done,
      let index = job.tries.firstIndex(where: { $0.outcome == .accepted })
    else { return }
    job.tries[index].outcome = .superseded(reason: reason)
    job.state = .waiting
    job.recorded = nil
    job.freedAfter = job.tries.last?.attempt.token ?? 0
    jobs[key] = job
  }

  private mutating func move(_ key: JobKey, _ state: JobState) -> Bool {
    guard var job = jobs[key], job.state != .running, job.state != .done, state != .running,
      state != .done
    else { return false }
    if job.state != .waiting, state == .waiting {
      job.freedAfter = job.tries.last?.attempt.token ?? 0
    }
    job.state = state
    jobs[key] = job
    return true
  }

  private func index(_ attempt: AttemptID, _ job: State) -> Int? {
    job.tries.firstIndex { $0.attempt == attempt }
  }

  /// What the store must tell the scheduler.
  func entry(_ job: Job) -> LedgerEntry {
    let state = jobs[job.key] ?? State()
    let open = state.tries.last { $0.outcome == .open }
    return LedgerEntry(
      job: job, state: state.state,
      open: open.map { LedgerEntry.OpenAttempt(attempt: $0.attempt, worker: $0.worker) },
      failures: state.tries.compactMap { made in
        made.attempt.token > state.freedAfter
          ? made.cause.map { LedgerEntry.Failure(worker: made.worker, cause: $0) } : nil
      },
      attempts: state.tries.count)
  }
}
