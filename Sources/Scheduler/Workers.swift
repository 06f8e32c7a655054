import SweepModel

// Workers joining and leaving, and the leases that they hold.

extension Scheduler {
  func find(_ name: String) -> Int? {
    let index = insertionPoint(of: name)
    return index < workers.count && workers[index].name == name ? index : nil
  }

  private func insertionPoint(of name: String) -> Int {
    var low = 0
    var high = workers.count
    while low < high {
      let middle = (low + high) / 2
      if workers[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The worker of a name; one that is not known yet is made without capacity or link.
  mutating func position(of name: String, now: Double) -> Int {
    let index = insertionPoint(of: name)
    if index < workers.count, workers[index].name == name { return index }
    workers.insert(
      WorkerStatus(
        name: name, capacity: Capacity(cores: 0, memoryBytes: 0), isLinked: false,
        leaseEnd: now + settings.leaseSeconds), at: index)
    return index
  }

  mutating func join(
    _ name: String, _ capacity: Capacity, holding: [AttemptID], at now: Double,
    _ out: inout [Directive]
  ) {
    let worker = position(of: name, now: now)
    workers[worker].capacity = capacity
    workers[worker].isLinked = true
    renew(worker, at: now)
    for index in workers[worker].running {
      guard case .running(let running) = jobs[index].phase, !holding.contains(running.attempt)
      else { continue }
      let message =
        "worker \(name) came back without the attempt: it restarted, or the order was lost"
      endAttempt(index, .workerLost, message, at: now, &out)
    }
    for attempt in holding { take(attempt, on: worker, &out) }
    queueStranded()
  }

  /// An attempt belongs to whoever holds it: a cluster file may have given its host another name.
  ///
  /// An attempt without a lease is told to stop; so is one that shall stop already, since a link
  /// that broke may have swallowed the order.
  private mutating func take(_ attempt: AttemptID, on worker: Int, _ out: inout [Directive]) {
    let name = workers[worker].name
    guard holdsLease(attempt), let index = indexByKey[attempt.job],
      case .running(let running) = jobs[index].phase
    else { return out.append(.stop(worker: name, attempt)) }
    if running.worker != name {
      vacate(index)
      occupy(index, attempt: attempt, worker: worker, threads: running.threads)
    }
    if running.isStopping {
      jobs[index].phase = .running(
        JobStatus.Running(
          attempt: attempt, worker: name, threads: running.threads, isStopping: true))
      out.append(.stop(worker: name, attempt))
    }
  }

  mutating func renew(_ worker: Int, at now: Double) {
    workers[worker].leaseEnd = now + settings.leaseSeconds
    workers[worker].isSilent = false
  }

  mutating func expireLeases(at now: Double, _ out: inout [Directive]) {
    for worker in workers.indices
    where workers[worker].leaseEnd <= now && !workers[worker].isSilent {
      workers[worker].isSilent = true
      let name = workers[worker].name
      for index in workers[worker].running {
        let message = "worker \(name) was silent for \(settings.leaseSeconds) s: its lease ended"
        endAttempt(index, .workerLost, message, at: now, &out)
      }
    }
  }

  mutating func occupy(_ index: Int, attempt: AttemptID, worker: Int, threads: Int) {
    jobs[index].phase = .running(
      JobStatus.Running(
        attempt: attempt, worker: workers[worker].name, threads: threads, isStopping: false))
    workers[worker].running.append(index)
    workers[worker].threadsInUse += threads
    workers[worker].memoryInUse += jobs[index].demand.memoryBytes
    runningJobs += 1
  }

  mutating func vacate(_ index: Int) {
    guard case .running(let running) = jobs[index].phase, let worker = find(running.worker)
    else { return }
    workers[worker].running.removeAll { $0 == index }
    workers[worker].threadsInUse -= running.threads
    workers[worker].memoryInUse -= jobs[index].demand.memoryBytes
    runningJobs -= 1
  }
}
