import SweepModel

// Workers joining and leaving, and the leases that they hold.

extension Scheduler {
  func find(_ name: String) -> Int? { workerByName[name] }

  /// The worker of a name; one that is not known yet is made without capacity or link.
  mutating func position(of name: String, now: Double) -> Int {
    if let index = workerByName[name] { return index }
    let index = workers.count
    workerByName[name] = index
    workers.append(
      WorkerStatus(
        name: name, capacity: Capacity(cores: 0, memoryBytes: 0), isLinked: false,
        leaseEnd: now + settings.leaseSeconds))
    watch(index)
    return index
  }

  /// Tells the index of places what a worker offers now.
  mutating func refresh(_ worker: Int) {
    places.update(worker, workers[worker].figures(fewestThreads: fewestThreads))
    mayPlace = true
  }

  mutating func join(
    _ name: String, _ capacity: Capacity, holding: [AttemptID], at now: Double,
    _ out: inout [Directive]
  ) {
    let worker = position(of: name, now: now)
    workers[worker].capacity = capacity
    workers[worker].isLinked = true
    renew(worker, at: now)
    refresh(worker)
    for index in workers[worker].running {
      guard case .running(let running) = jobs[index].phase, !holding.contains(running.attempt)
      else { continue }
      let message =
        "worker \(name) came back without the attempt: it restarted, or the order was lost"
      endAttempt(index, .workerLost, message, at: now, &out)
    }
    for attempt in holding { take(attempt, on: worker, &out) }
  }

  /// An attempt belongs to whoever holds it: a cluster file may have given its host another name.
  ///
  /// An attempt without a lease is told to stop; so is one that shall stop already, since a link
  /// that broke may have swallowed the order.
  private mutating func take(_ attempt: AttemptID, on worker: Int, _ out: inout [Directive]) {
    let name = workers[worker].name
    guard let index = indexByKey[attempt.job], case .running(let running) = jobs[index].phase,
      running.attempt == attempt
    else {
      if let index = indexByKey[attempt.job], let overtaken = jobs[index].overtaken,
        overtaken.attempt == attempt, overtaken.worker == name
      {
        return
      }
      return out.append(.stop(worker: name, attempt))
    }
    if running.worker != name {
      vacate(index)
      occupy(
        index, attempt: attempt, worker: worker, threads: running.threads, since: running.since,
        isStopping: running.isStopping)
    }
    if running.isStopping { out.append(.stop(worker: name, attempt)) }
  }

  mutating func leave(_ name: String) {
    guard let worker = find(name) else { return }
    workers[worker].isLinked = false
    refresh(worker)
  }

  mutating func drain(_ name: String) {
    guard let worker = find(name) else { return }
    workers[worker].isDraining = true
    refresh(worker)
  }

  mutating func renew(_ worker: Int, at now: Double) {
    workers[worker].leaseEnd = now + settings.leaseSeconds
    if workers[worker].isSilent {
      workers[worker].isSilent = false
      refresh(worker)
    }
    watch(worker)
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
    for index in workers[worker].running {
      let message = "worker \(name) was silent for \(settings.leaseSeconds) s: its lease ended"
      endAttempt(index, .workerLost, message, at: now, &out)
    }
  }

  mutating func occupy(
    _ index: Int, attempt: AttemptID, worker: Int, threads: Int, since: Double,
    isStopping: Bool = false
  ) {
    jobs[index].phase = .running(
      JobStatus.Running(
        attempt: attempt, worker: workers[worker].name, threads: threads, since: since,
        isStopping: isStopping))
    workers[worker].running.append(index)
    workers[worker].threadsInUse += threads
    workers[worker].memoryInUse += jobs[index].demand.memoryBytes
    runningJobs += 1
    refresh(worker)
  }

  mutating func vacate(_ index: Int) {
    guard case .running(let running) = jobs[index].phase, let worker = find(running.worker)
    else { return }
    workers[worker].running.removeAll { $0 == index }
    workers[worker].threadsInUse -= running.threads
    workers[worker].memoryInUse -= jobs[index].demand.memoryBytes
    runningJobs -= 1
    refresh(worker)
  }
}
