import SweepModel

// Which job goes where, with how many threads.

extension Scheduler {
  /// Jobs that may be passed over in one round because they ask for more threads than any worker has
  /// free, or seek others than those that are.
  private static let passLimit = 128

  /// The same of those that need more time than machines are still lent for; after them only those are
  /// taken for which a machine has memory that lasts for as long as the shortest of them.
  private static let timePassLimit = 16

  /// Gives free cores to waiting jobs, longest predicted first, until nothing more fits.
  mutating func assign(at now: Double, _ out: inout [Directive]) {
    guard mayPlace, !isDraining, !isPaused, places.greatest.free.threads > 0 else { return }
    fitLearntMemory()
    if hostsPending == 0 { setAsideTooLarge(&out) }
    guard !lacksTime(at: now) else {
      mayPlace = false
      return
    }
    var passedOver: [Int] = []
    var shortest = Double.infinity
    var timePasses = 0
    while timePasses < 2 * Self.timePassLimit, passedOver.count < Self.passLimit,
      let index = nextToPlace(
        until: timePasses < Self.timePassLimit ? -.infinity : now + shortest)
    {
      unqueue(index)
      sendAhead(jobs[index].demand)
      let end = endIfStarted(jobs[index], at: now)
      if let worker = bestWorker(for: jobs[index], until: end) {
        start(index, on: worker, at: now, &out)
      } else {
        passedOver.append(index)
        if end > now { timePasses += 1 }
        shortest = min(shortest, jobs[index].seeksOthers ? 0 : end - now)
      }
    }
    for index in passedOver { makeReady(index) }
    let hasSeenAll = passedOver.count < Self.passLimit
    noteTimeLack(seconds: hasSeenAll && !passedOver.isEmpty ? shortest : 0)
    mayPlace = false
  }

  /// The longest ready job for which some worker has memory. Jobs that have failed somewhere are
  /// choosy: they wait apart.
  ///
  /// - Parameter end: only memory of machines counts that are there until then, seconds.
  private mutating func nextToPlace(until end: Double) -> Int? {
    var next: Int?
    for (kind, named) in ready.kinds.enumerated() {
      let isPlain = named.named.isEmpty && end == -.infinity && choosy.count == 0
      let most =
        isPlain
        ? (places.greatest.free.memoryBytes, nil)
        : places.mostMemory(\.free, with: named, until: end)
      let found = [ready.longest(kind, memoryAtMost: most.0)] + choosyOnes(kind, most, until: end)
      for job in found.compactMap(\.self) where next.map({ ready.precedes(job, $0) }) ?? true {
        next = job
      }
    }
    return next
  }

  /// The longest ones among the choosy jobs that the worker with most memory may take, or that have a
  /// place beside it, or for which there will never be another one.
  private mutating func choosyOnes(
    _ kind: Int, _ most: (bytes: Int, worker: Int?), until end: Double
  ) -> [Int?] {
    guard choosy.count > 0, let worker = most.worker else { return [] }
    let named = ready.kinds[kind]
    let beside = places.mostMemory(\.free, with: named, until: end, except: worker).bytes
    let elsewhere = places.mostMemory(\.capacity, with: named, except: worker).bytes
    return [
      choosy.longest(kind, memoryAtMost: most.bytes, notShunning: worker),
      choosy.longest(kind, memoryAtMost: beside),
      choosy.longest(kind, memoryAbove: elsewhere, atMost: most.bytes),
    ]
  }

  /// The worker with most free threads on which the job fits and has not failed; one on which it
  /// has failed only where there is no other host to try.
  private mutating func bestWorker(for job: JobStatus, until end: Double) -> Int? {
    var failed = job.failedWorker.flatMap(find)
    var needs = job.demand.least
    if failed != nil,
      places.mostMemory(\.capacity, with: needs, except: failed).bytes < needs.memoryBytes
    {
      failed = nil
    }
    // Who asks for more threads than there are gets a worker to itself.
    if job.needsSolitude { needs.threads = .max }
    if job.seeksOthers, hasOthersToTry(job) { return otherWorker(for: job, needs: needs) }
    // What it was learnt to need keeps it from no worker that loses nothing, where others lose it.
    if job.demand.learnsMemory, job.hostLosses > 1,
      let other = otherWorker(for: job, needs: needs), workers[other].isProven
    {
      return other
    }
    if failed == nil, let lost = job.lastLostWorker.flatMap(find),
      let other = places.best(for: needs, until: end, except: lost)
    {
      return other
    }
    return places.best(for: needs, until: end, except: failed)
  }

  /// Gives up jobs that need more than any worker has; no other host may come. While a worker
  /// without cores only hands over what it holds, its host may yet come back with all that it has.
  private mutating func setAsideTooLarge(_ out: inout [Directive]) {
    for (kind, named) in ready.kinds.enumerated() {
      let largest = mostMemoryEver(with: named)
      while let index = ready.longest(kind, memoryAbove: largest)
        ?? choosy.longest(kind, memoryAbove: largest)
      {
        if workers.contains(where: { $0.mayTakeWork && $0.capacity.threads == 0 }) { return }
        unqueue(index)
        let needed = jobs[index].demand.needs.memoryBytes
        setAside(
          index,
          largest < 0
            ? "needs \(named.namedText), which no host of the run has: name them in the cluster file"
            : "needs \(needed >> 20) MiB of memory; the largest worker offers \(largest >> 20) MiB: "
              + "set resources.memory, or add a larger host", &out)
      }
    }
  }

  /// The most memory that a job with such named resources may ever have, bytes; -1 when no worker
  /// has them.
  mutating func mostMemoryEver(with named: Amounts) -> Int {
    guard !named.named.isEmpty else { return places.greatest.capacity.memoryBytes }
    return places.mostMemory(\.capacity, with: named).bytes
  }

  mutating func start(
    _ index: Int, on worker: Int, at now: Double, _ out: inout [Directive]
  ) {
    let threads = threadCount(for: jobs[index].demand, on: workers[worker])
    let capacity = workers[worker].capacity
    var amounts = jobs[index].demand.tried(within: capacity.memoryBytes).needs
    amounts.threads = jobs[index].needsSolitude ? capacity.threads : threads
    let allocation = Allocation(amounts, of: capacity, beside: workers[worker].inUse)
    let attempt = nextAttempt(index)
    let name = workers[worker].name
    var running = JobStatus.Running(
      attempt: attempt, worker: name, allocation: allocation, since: now)
    running.lasts = jobs[index].needsSolitude || jobsAhead(jobs[index].demand) == 0
    occupy(index, running, on: worker)
    let placement = Placement(
      threads: threads, hostThreads: capacity.threads, held: allocation.held,
      timeoutSeconds: jobs[index].demand.timeoutSeconds)
    out.append(.ledger(.leased(attempt, worker: name)))
    out.append(.start(worker: name, attempt, placement))
  }

  /// How many jobs of a kind may wait on a worker for each thread that it has: as many as it does while
  /// word of an end goes to the coordinator and its disk, and the next order back. None of what lasts.
  private func jobsAhead(_ demand: JobDemand) -> Int {
    switch prediction(demand, threads: 1) {
    case .some(..<0.005): 8
    case .some(..<0.05): 2
    default: 0
    }
  }

  /// Lets jobs wait on workers once they are so short; what is longer is taken care of by the worker
  /// behind whose last job nothing waits.
  private mutating func sendAhead(_ demand: JobDemand) {
    let count = jobsAhead(demand)
    if count > 0, let seconds = prediction(demand, threads: 1) {
      secondsAhead = min(secondsAhead, Double(count) * seconds)
    }
    guard count > aheadPerThread else { return }
    aheadPerThread = count
    for worker in workers.indices {
      workers[worker].aheadPerThread = count
      refresh(worker)
    }
  }

  mutating func nextAttempt(_ index: Int) -> AttemptID {
    jobs[index].attempts += 1
    defer { nextToken += 1 }
    return AttemptID(job: jobs[index].job.key, number: jobs[index].attempts, token: nextToken)
  }

  /// What the sweep file fixes; otherwise one thread a job while jobs wait for every free core,
  /// and the idle cores shared out among the last jobs.
  private func threadCount(for demand: JobDemand, on worker: WorkerStatus) -> Int {
    if demand.needs.threads > 0 { return min(demand.needs.threads, worker.capacity.threads) }
    let share = places.freeThreads / max(1, ready.count + choosy.count + 1)
    return max(1, min(share, demand.usefulThreads, worker.idleThreads))
  }
}
