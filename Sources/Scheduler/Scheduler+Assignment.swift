import SweepModel

// Which job goes where, with how many threads.

extension Scheduler {
  /// Jobs that may be passed over in one round because they have failed on the only free worker,
  /// or ask for more threads than it has free.
  private static let passLimit = 64

  /// Gives free cores to waiting jobs, longest predicted first, until nothing more fits.
  mutating func assign(at now: Double, _ out: inout [Directive]) {
    guard mayPlace, !isDraining, !isPaused, places.greatest.freeThreads > 0 else { return }
    if hostsPending == 0 { setAsideTooLarge(&out) }
    var passedOver: [Int] = []
    while passedOver.count < 2 * Self.passLimit,
      let index = nextToPlace(passingOver: passedOver.count < Self.passLimit)
    {
      unqueue(index)
      if let worker = bestWorker(for: jobs[index]) {
        start(index, on: worker, at: now, &out)
      } else {
        passedOver.append(index)
      }
    }
    for index in passedOver { makeReady(index) }
    mayPlace = false
  }

  /// The longest ready job for which some worker has memory. Jobs that have failed somewhere are
  /// choosy: they may find no place nonetheless, and wait apart so that they hold up no others.
  /// When enough of them were passed over, only those are taken that have a second place to go to.
  private mutating func nextToPlace(passingOver: Bool) -> Int? {
    let free = places.greatest.freeMemory
    let job = ready.longest(memoryAtMost: free)
    guard choosy.count > 0 else { return job }
    let choosyFree = passingOver ? free : places.secondFreeMemory()
    guard let choosy = choosy.longest(memoryAtMost: choosyFree) else { return job }
    guard let job else { return choosy }
    return ready.precedes(job, choosy) ? job : choosy
  }

  /// The worker with most free threads on which the job fits and has not failed; one on which it
  /// has failed only where there is no other host to try.
  private mutating func bestWorker(for job: JobStatus) -> Int? {
    var failed = job.failedWorker.flatMap(find)
    let memory = job.demand.memoryBytes
    if failed != nil, !places.couldEverFit(memory: memory, except: failed) { failed = nil }
    // Who asks for more threads than there are gets a worker to itself.
    let threads = job.needsSolitude ? .max : job.demand.threads ?? 1
    if job.seeksOthers, hasOthersToTry(job) { return otherWorker(for: job, threads: threads) }
    if failed == nil, let lost = job.lastLostWorker.flatMap(find),
      let other = places.best(threads: threads, memory: memory, except: lost)
    {
      return other
    }
    return places.best(threads: threads, memory: memory, except: failed)
  }

  /// Gives up jobs that need more memory than any worker has; no other host may come. While a worker
  /// without cores only hands over what it holds, its host may yet come back with all its memory.
  private mutating func setAsideTooLarge(_ out: inout [Directive]) {
    let largest = places.greatest.capacity
    while let index = ready.longest(memoryAbove: largest) ?? choosy.longest(memoryAbove: largest) {
      if workers.contains(where: { $0.mayTakeWork && $0.capacity.cores == 0 }) { return }
      unqueue(index)
      let needed = jobs[index].demand.memoryBytes
      setAside(
        index,
        "needs \(needed >> 20) MiB of memory; the largest worker offers \(largest >> 20) MiB: "
          + "set resources.memory, or add a larger host", &out)
    }
  }

  mutating func start(
    _ index: Int, on worker: Int, at now: Double, _ out: inout [Directive]
  ) {
    let threads = threadCount(for: jobs[index].demand, on: workers[worker])
    let occupied = jobs[index].needsSolitude ? workers[worker].capacity.cores : threads
    let attempt = nextAttempt(index)
    let name = workers[worker].name
    occupy(
      index,
      JobStatus.Running(attempt: attempt, worker: name, threads: occupied, since: now),
      on: worker)
    let placement = Placement(
      threads: threads, timeoutSeconds: jobs[index].demand.timeoutSeconds)
    out.append(.ledger(.leased(attempt, worker: name)))
    out.append(.start(worker: name, attempt, placement))
  }

  mutating func nextAttempt(_ index: Int) -> AttemptID {
    jobs[index].attempts += 1
    defer { nextToken += 1 }
    return AttemptID(job: jobs[index].job.key, number: jobs[index].attempts, token: nextToken)
  }

  /// What the sweep file fixes; otherwise one thread a job while jobs wait for every free core,
  /// and the idle cores shared out among the last jobs.
  private func threadCount(for demand: JobDemand, on worker: WorkerStatus) -> Int {
    if let fixed = demand.threads { return min(fixed, worker.capacity.cores) }
    let share = places.freeThreads / max(1, ready.count + choosy.count + 1)
    return max(1, min(share, demand.usefulThreads, worker.freeThreads))
  }
}
