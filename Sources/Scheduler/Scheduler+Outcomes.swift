import SweepModel

// How attempts end, and what becomes of their jobs. An outcome for a job that is not in the run, of
// another sweep in the same store, frees its place on the worker but is not the scheduler's to
// acknowledge: the ledger decides.

extension Scheduler {
  mutating func succeed(
    _ worker: String, _ attempt: AttemptID, _ use: JobUse?, at now: Double,
    _ out: inout [Directive]
  ) {
    guard let index = indexByKey[attempt.job] else {
      return freePlace(of: attempt, on: worker, &out)
    }
    if holdsLease(attempt) {
      guard mayEnd(index, worker) else { return }
      observePace(index, at: now)
      if let use, attempt.number == 1 { learn(index, use) }
      if let place = find(worker) { trust(place) }
      vacate(index)
      finish(index)
      out.append(.ledger(.accepted(attempt)))
      stopOvertaken(index, &out)
    } else {
      if jobs[index].overtaken?.attempt == attempt { finishOvertaken(index, &out) }
      out.append(.ledger(.late(attempt)))
      freePlace(of: attempt, on: worker, &out)
    }
    out.append(.acknowledge(worker: worker, attempt))
  }

  mutating func finish(_ index: Int) {
    jobs[index].phase = .done
    equalFailures.end()
    openJobs -= 1
    doneJobs += 1
  }

  mutating func fail(
    _ worker: String, _ attempt: AttemptID, _ cause: FailureCause, _ message: String,
    at now: Double, _ out: inout [Directive]
  ) {
    guard let index = indexByKey[attempt.job] else {
      return freePlace(of: attempt, on: worker, &out)
    }
    if holdsLease(attempt) {
      guard mayEnd(index, worker) else { return }
      failLeased(index, worker, attempt, cause, message, at: now, &out)
    } else {
      freePlace(of: attempt, on: worker, &out)
    }
    out.append(.acknowledge(worker: worker, attempt))
  }

  /// Only the worker that has a job ends it: what it holds it has said when it joined, under
  /// whatever name.
  private func mayEnd(_ index: Int, _ worker: String) -> Bool {
    guard case .running(let running) = jobs[index].phase else { return false }
    return running.worker == worker
  }

  private mutating func failLeased(
    _ index: Int, _ worker: String, _ attempt: AttemptID, _ cause: FailureCause,
    _ message: String, at now: Double, _ out: inout [Directive]
  ) {
    if cause.policy.avoidsHost, isSpared(index, message) {
      jobs[index].wasKilledBeside = true
      endAttempt(index, .workerLost, message, excuse: .memory, at: now, &out)
    } else if cause.policy.counts == .loss || isUncalledFor(cause, index, on: worker),
      let place = find(worker)
    {
      loseToHost(index, on: place, message, at: now, &out)
    } else {
      if cause == .evicted, let place = find(worker) {
        noteEviction(index, by: place, at: now)
      }
      endAttempt(index, cause, message, at: now, &out)
      if cause.policy.backsOff { observeFailure(attempt, on: worker, message, &out) }
    }
  }

  /// A worker that ends an attempt without being asked to, or for a limit that it was not given, has
  /// lost it, whatever it says.
  private func isUncalledFor(_ cause: FailureCause, _ index: Int, on worker: String) -> Bool {
    guard cause.policy.needsReason else { return false }
    if cause == .cancelled {
      guard case .running(let running) = jobs[index].phase else { return false }
      // What an earlier coordinator asked for is not known.
      return !running.isStopping && !running.isAdopted
    }
    if cause == .evicted { return find(worker).flatMap { workers[$0].lentUntil } == nil }
    return jobs[index].demand.timeoutSeconds == nil
  }

  /// Ends the attempt that holds a job's lease and decides what follows by the cause.
  ///
  /// - Parameters:
  ///   - runsOn: its worker is only silent: should it come back, it has the attempt still.
  ///   - excuse: why the end does not count against the job, if it does not.
  mutating func endAttempt(
    _ index: Int, _ cause: FailureCause, _ message: String, runsOn: Bool = false,
    excuse: Excuse? = nil, at now: Double, _ out: inout [Directive]
  ) {
    guard case .running(let running) = jobs[index].phase else { return }
    if runsOn {
      release(index, isLost: true, isCounted: excuse == nil && cause.policy.counts == .loss)
    } else {
      vacate(index)
    }
    out.append(.ledger(.ended(running.attempt, cause, message: message)))
    if let excuse {
      out.append(.ledger(.withdrawn(running.attempt, message: excuse.rawValue)))
    } else if cause.policy.counts != .nothing {
      // A failure is told by whoever brings it, and happened where the attempt was begun.
      let worker = cause.policy.avoidsHost ? running.broughtFrom ?? running.worker : running.worker
      jobs[index].failures.append(LedgerEntry.Failure(worker: worker, cause: cause))
    }
    let pause =
      excuse == nil && Self.isMemoryKill(message)
      ? patience(jobs[index], after: jobs[index].losses)
      : backoff(of: jobs[index], after: cause)
    if hasOvertaken(index) {
      jobs[index].phase = .outpaced(message: message, until: now + pause)
      return
    }
    jobs[index].overtaken = nil
    if let reason = reasonToFail(index, message) {
      close(index, .setAside, reason, &out)
    } else {
      requeue(index, after: pause, at: now)
    }
  }

  /// Why a job does not start again, by what is known now; nil when it does.
  mutating func reasonToFail(_ index: Int, _ message: String) -> String? {
    let job = jobs[index]
    if job.failedHosts >= 2 {
      return "failed on \(job.failedHosts) different hosts; last: \(message)"
    }
    if job.ownFailures > job.demand.retries.maximum {
      let times = job.ownFailures == 1 ? "once" : "\(job.ownFailures) times"
      return "failed \(times); last: \(message)"
    }
    jobs[index].seeksOthers = false
    if Self.isMemoryKill(message), job.losses >= settings.maximumMemoryKills {
      return "it ran alone and was ended \(job.losses) times; last: \(message)"
    }
    if let reason = reasonOfLength(job) { return reason }
    guard let reason = blame(job, message) else { return nil }
    // Blamed only when nobody is left who could show that the others are to blame.
    jobs[index].seeksOthers = hasOthersToTry(job)
    return jobs[index].seeksOthers ? nil : reason
  }

  /// Lost workers and time limits are tried again at once (from the last checkpoint); a job that
  /// failed waits, twice as long every time.
  private func backoff(of job: JobStatus, after cause: FailureCause) -> Double {
    cause.policy.backsOff ? patience(job, after: job.ownFailures) : 0
  }

  private func patience(_ job: JobStatus, after failures: Int) -> Double {
    job.demand.retries.backoffSeconds * Double(1 << min(max(0, failures - 1), 16))
  }

  private mutating func requeue(_ index: Int, after seconds: Double, at now: Double) {
    if seconds > 0 { makeDelayed(index, until: now + seconds) } else { makeReady(index) }
  }

  mutating func makeDelayed(_ index: Int, until: Double) {
    jobs[index].phase = .delayed(until: until)
    delayed.insert(index, at: until)
  }

  mutating func makeReady(_ index: Int) {
    jobs[index].phase = .ready
    mayPlace = true
    readied += 1
    if jobs[index].isChoosy {
      choosy.insert(index, shunning: jobs[index].failedWorker.flatMap(find))
    } else {
      ready.insert(index)
    }
  }

  /// Takes a ready job out of its queue, on its way into another phase.
  mutating func unqueue(_ index: Int) {
    if jobs[index].isChoosy { choosy.remove(index) } else { ready.remove(index) }
  }

  /// Takes a job whose back-off has ended into the queue; entries of jobs that were cancelled, freed
  /// or delayed anew meanwhile are dropped.
  mutating func makeReadyIfDelayed(_ index: Int, at now: Double) {
    guard case .delayed(let until) = jobs[index].phase, until <= now else { return }
    makeReady(index)
  }

  private mutating func close(
    _ index: Int, _ state: JobState, _ reason: String, _ out: inout [Directive]
  ) {
    jobs[index].phase = .closed(state)
    if state == .cancelled { cancelledJobs += 1 }
    openJobs -= 1
    out.append(.ledger(.moved(jobs[index].job.key, state, reason: reason)))
  }

  mutating func setAside(_ index: Int, _ reason: String, _ out: inout [Directive]) {
    close(index, .setAside, reason, &out)
  }

  mutating func stopRunning(_ index: Int, _ out: inout [Directive]) {
    guard case .running(var running) = jobs[index].phase, !running.isStopping else { return }
    running.isStopping = true
    jobs[index].phase = .running(running)
    out.append(.stop(worker: running.worker, running.attempt))
  }

  mutating func cancel(_ keys: [JobKey], _ out: inout [Directive]) {
    for key in keys {
      guard let index = indexByKey[key] else { continue }
      stopOvertaken(index, &out)
      switch jobs[index].phase {
      case .ready:
        unqueue(index)
        close(index, .cancelled, "cancelled by a person", &out)
      case .unchosen, .delayed, .outpaced: close(index, .cancelled, "cancelled by a person", &out)
      case .running(let running):
        release(index)
        out.append(
          .ledger(.ended(running.attempt, .cancelled, message: "cancelled by a person")))
        out.append(.stop(worker: running.worker, running.attempt))
        close(index, .cancelled, "cancelled by a person", &out)
      case .done, .closed: continue
      }
    }
  }

  mutating func choose(_ keys: [JobKey]) {
    for key in keys {
      guard let index = indexByKey[key], case .unchosen = jobs[index].phase else { continue }
      makeReady(index)
    }
  }

  mutating func free(_ keys: [JobKey], _ out: inout [Directive]) {
    for key in keys {
      guard let index = indexByKey[key], case .closed(let state) = jobs[index].phase else {
        continue
      }
      if state == .cancelled { cancelledJobs -= 1 }
      jobs[index].failures = []
      jobs[index].forgetLosses()
      jobs[index].wasKilledBeside = false
      openJobs += 1
      makeReady(index)
      out.append(.ledger(.moved(key, .waiting, reason: "freed by a person")))
    }
  }
}
