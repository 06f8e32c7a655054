import SweepModel

// Workers joining and leaving, and the leases that they hold.

extension Scheduler {
  func find(_ name: String) -> Int? { workerByName[name] }

  /// The worker of a name; one that is not known yet is made without capacity or link.
  ///
  /// - Parameter isAwaited: the shell will say whether it can be reached; until then its leases
  ///   stand, however long others are tried first.
  mutating func position(of name: String, isAwaited: Bool = false, now: Double) -> Int {
    if let index = workerByName[name] { return index }
    let index = workers.count
    workerByName[name] = index
    workers.append(
      WorkerStatus(
        name: name, capacity: Amounts(), isLinked: false,
        leaseEnd: isAwaited ? .infinity : now + settings.leaseSeconds,
        aheadPerThread: aheadPerThread))
    if !isAwaited { watch(index) }
    return index
  }

  /// Tells the index of places what a worker offers now.
  mutating func refresh(_ worker: Int) {
    places.update(worker, workers[worker].figures(fewestThreads: fewestThreads))
    mayPlace = true
  }

  mutating func join(
    _ name: String, _ capacity: Amounts, holding: [AttemptID],
    with held: [AttemptID: [Allocation.Held]], at now: Double, _ out: inout [Directive]
  ) {
    let worker = position(of: name, now: now)
    workers[worker].capacity = capacity
    workers[worker].isLinked = true
    renew(worker, at: now)
    refresh(worker)
    for entry in workers[worker].unleased where !holding.contains(entry.attempt) {
      endUnleased(entry.attempt, on: worker, &out)
    }
    findUnleased(on: worker, &out)
    let lost = workers[worker].running.filter { index in
      guard case .running(let running) = jobs[index].phase else { return false }
      return !holding.contains(running.attempt)
    }
    let loss = note(lossOf: lost, on: worker, at: now)
    for index in lost {
      let message =
        "worker \(name) came back without the attempt: it restarted, or the order was lost"
      lose(index, in: loss, message, at: now, &out)
    }
    workers[worker].departure = nil
    for attempt in holding { take(attempt, with: held[attempt] ?? [], on: worker, &out) }
  }

  /// An attempt belongs to whoever holds it: a cluster file may have given its host another name.
  ///
  /// What a linked worker has under another name stays with it: that is another machine, or a second
  /// way to the same one. An attempt without a lease is told to stop; so is one that shall stop
  /// already, since a link that broke may have swallowed the order.
  private mutating func take(
    _ attempt: AttemptID, with held: [Allocation.Held], on worker: Int, _ out: inout [Directive]
  ) {
    let name = workers[worker].name
    guard let index = indexByKey[attempt.job], case .running(var running) = jobs[index].phase,
      running.attempt == attempt
    else {
      guard !workers[worker].unleased.contains(where: { $0.attempt == attempt }) else { return }
      var amounts = indexByKey[attempt.job].map { jobs[$0].demand.least } ?? Amounts(threads: 1)
      amounts.threads = threads(of: attempt) ?? amounts.threads
      workers[worker].keep(
        WorkerStatus.Unleased(
          attempt: attempt, allocation: Allocation(amounts, held: held), isLost: false))
      refresh(worker)
      return out.append(.stop(worker: name, attempt))
    }
    let holder = find(running.worker)
    if running.worker != name, let holder, workers[holder].isLinked { return }
    if running.worker != name {
      running.broughtFrom = running.broughtFrom ?? running.worker
      jobs[index].phase = .running(running)
    }
    if running.worker != name || !held.isEmpty {
      vacate(index)
      // What the worker says that it has is what it was given, by whatever coordinator.
      if !held.isEmpty {
        running.allocation = Allocation(running.allocation.amounts, held: held)
      }
      occupy(index, running, on: worker)
    }
    if running.isStopping { return out.append(.stop(worker: name, attempt)) }
    // That the order ever arrived is not known. A worker that has the attempt passes it over; else the
    // job would be held for as long as the worker lives.
    let demand = jobs[index].demand
    let occupied = running.allocation.amounts.threads
    let threads = demand.needs.threads > 0 ? min(demand.needs.threads, occupied) : occupied
    let placement = Placement(
      threads: threads, hostThreads: workers[worker].capacity.threads,
      held: running.allocation.held, timeoutSeconds: demand.timeoutSeconds)
    out.append(.confirm(worker: name, attempt, placement))
  }

  /// What an attempt without a lease was given by this run, if another entry of its machine had it.
  private func threads(of attempt: AttemptID) -> Int? {
    for worker in workers {
      if let known = worker.unleased.first(where: { $0.attempt == attempt }) {
        return known.allocation.amounts.threads
      }
    }
    return nil
  }

  mutating func leave(_ name: String, at now: Double) {
    guard let worker = find(name) else { return }
    workers[worker].isLinked = false
    if workers[worker].leaseEnd == .infinity {
      workers[worker].leaseEnd = now + lease(of: worker)
      watch(worker)
    }
    refresh(worker)
  }

  mutating func drain(_ name: String) {
    guard let worker = find(name) else { return }
    workers[worker].isDraining = true
    refresh(worker)
  }

  /// How much longer the silence of a lent machine is borne: its end is told by who lends it, and often the
  /// way to all of them is cut, so that its jobs could go nowhere.
  package static let lentPace = 15.0

  /// How long a worker may be silent, seconds.
  private func lease(of worker: Int) -> Double {
    let isLent = workers[worker].lentUntil != nil
    return settings.leaseSeconds * max(workers[worker].pace, isLent ? Self.lentPace : 1)
  }

  /// The host of a worker has left the run: its jobs need not wait for as long as a lent machine may be silent.
  mutating func shortenLease(of worker: Int, at now: Double) {
    let end = now + settings.leaseSeconds * workers[worker].pace
    guard end < workers[worker].leaseEnd else { return }
    workers[worker].leaseEnd = end
    // Beside the entry of the old end, which finds nothing to do then.
    leaseEnds.insert(worker, at: end)
  }

  mutating func renew(_ worker: Int, at now: Double) {
    workers[worker].leaseEnd = now + lease(of: worker)
    if workers[worker].isSilent {
      workers[worker].isSilent = false
      refresh(worker)
    }
    watch(worker)
  }

  /// A worker that was silent speaks again, on the same link.
  mutating func hear(_ worker: Int, at now: Double, _ out: inout [Directive]) {
    let wasSilent = workers[worker].isSilent
    renew(worker, at: now)
    if wasSilent { findUnleased(on: worker, &out) }
  }

  /// The shell was away: silence counts from when it could hear again.
  mutating func extendLeases(by seconds: Double, at now: Double) {
    for worker in workers.indices where !workers[worker].isSilent {
      let end = min(workers[worker].leaseEnd + seconds, now + lease(of: worker))
      workers[worker].leaseEnd = max(workers[worker].leaseEnd, end)
    }
  }

  /// Puts the end of a worker's lease into the queue, once: an entry that comes due before the
  /// lease has ended is put in anew, so that signs of life cost nothing.
  private mutating func watch(_ worker: Int) {
    guard !workers[worker].isWatched else { return }
    workers[worker].isWatched = true
    leaseEnds.insert(worker, at: workers[worker].leaseEnd)
  }

  mutating func expireLeases(at now: Double, _ out: inout [Directive]) {
    while let worker = leaseEnds.popDue(at: now) {
      workers[worker].isWatched = false
      if workers[worker].leaseEnd <= now {
        silence(worker, at: now, &out)
      } else {
        watch(worker)
      }
    }
  }

  private mutating func silence(_ worker: Int, at now: Double, _ out: inout [Directive]) {
    workers[worker].isSilent = true
    refresh(worker)
    let name = workers[worker].name
    for entry in workers[worker].unleased {
      guard let index = indexByKey[entry.attempt.job],
        jobs[index].overtaken?.attempt == entry.attempt, case .outpaced = jobs[index].phase
      else { continue }
      jobs[index].overtaken = nil
      settleOutpaced(index, &out)
    }
    let lost = workers[worker].running
    let loss = note(lossOf: lost, on: worker, at: now)
    for index in lost {
      let message = "worker \(name) was silent for \(lease(of: worker)) s: its lease ended"
      lose(index, in: loss, message, runsOn: true, at: now, &out)
    }
  }

  mutating func occupy(_ index: Int, _ running: JobStatus.Running, on worker: Int) {
    jobs[index].phase = .running(
      JobStatus.Running(
        attempt: running.attempt, worker: workers[worker].name, allocation: running.allocation,
        since: running.since, isAdopted: running.isAdopted, isStopping: running.isStopping,
        hasProgressed: running.hasProgressed, broughtFrom: running.broughtFrom,
        lasts: running.lasts))
    workers[worker].running.append(index)
    if running.lasts {
      workers[worker].lastingJobs += 1
      lastingJobs += 1
    }
    workers[worker].inUse += running.allocation
    runningJobs += 1
    refresh(worker)
  }

  /// Frees the place of the attempt that holds a job's lease.
  mutating func vacate(_ index: Int) {
    guard case .running(let running) = jobs[index].phase, let worker = find(running.worker)
    else { return }
    workers[worker].running.removeAll { $0 == index }
    if running.lasts {
      workers[worker].lastingJobs -= 1
      lastingJobs -= 1
    }
    workers[worker].inUse -= running.allocation
    runningJobs -= 1
    refresh(worker)
  }
}
