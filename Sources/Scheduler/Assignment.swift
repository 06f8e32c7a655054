import SweepModel

// Which job goes where, with how many threads.

extension Scheduler {
  /// Gives free cores to waiting jobs, longest predicted first, until nothing more fits.
  mutating func assign(at now: Double, _ out: inout [Directive]) {
    guard !isDraining, !isPaused else { return }
    var passedOver: [Int] = []
    var misses = 0
    while misses < 64, workers.contains(where: \.takesWork), let index = popReady() {
      if let worker = bestWorker(for: jobs[index]) {
        start(index, on: worker, &out)
      } else if couldEverFit(jobs[index].demand) {
        passedOver.append(index)
        misses += 1
      } else if hostsPending > 0 {
        stranded.append(index)
      } else {
        setAside(index, tooLarge(jobs[index].demand), &out)
      }
    }
    for index in passedOver { makeReady(index) }
  }

  /// The longest ready job; entries of jobs that were cancelled meanwhile are dropped.
  private mutating func popReady() -> Int? {
    while let index = ready.popLongest() {
      guard case .ready = jobs[index].phase else { continue }
      readyJobs -= 1
      return index
    }
    return nil
  }

  /// The worker with most free threads on which the job fits and has not failed; one on which it
  /// has failed only where there is no other host to try.
  private func bestWorker(for job: JobStatus) -> Int? {
    var best: Int?
    for index in workers.indices {
      let worker = workers[index]
      guard worker.takesWork, worker.fits(job.demand) else { continue }
      if job.hasFailed(on: worker.name), hasOtherHost(for: job) { continue }
      if let current = best, workers[current].freeThreads >= worker.freeThreads { continue }
      best = index
    }
    return best
  }

  private func hasOtherHost(for job: JobStatus) -> Bool {
    workers.contains { worker in
      worker.isLinked && !worker.isDraining && worker.couldEverFit(job.demand)
        && !job.hasFailed(on: worker.name)
    }
  }

  func couldEverFit(_ demand: JobDemand) -> Bool {
    workers.contains { $0.isLinked && $0.couldEverFit(demand) }
  }

  private func tooLarge(_ demand: JobDemand) -> String {
    let largest = workers.lazy.filter(\.isLinked).map(\.capacity.memoryBytes).max() ?? 0
    return "needs \(demand.memoryBytes >> 20) MiB of memory; the largest worker offers "
      + "\(largest >> 20) MiB: set resources.memory, or add a larger host"
  }

  private mutating func start(_ index: Int, on worker: Int, _ out: inout [Directive]) {
    let threads = threadCount(for: jobs[index].demand, on: workers[worker])
    jobs[index].attempts += 1
    let attempt = AttemptID(
      job: jobs[index].job.key, number: jobs[index].attempts, token: nextToken)
    nextToken += 1
    occupy(index, attempt: attempt, worker: worker, threads: threads)
    let name = workers[worker].name
    let placement = Placement(
      threads: threads, timeoutSeconds: jobs[index].demand.timeoutSeconds)
    out.append(.ledger(.leased(attempt, worker: name)))
    out.append(.start(worker: name, attempt, placement))
  }

  /// What the sweep file fixes; otherwise one thread a job while jobs wait for every free core,
  /// and the idle cores shared out among the last jobs.
  private func threadCount(for demand: JobDemand, on worker: WorkerStatus) -> Int {
    if let fixed = demand.threads { return min(fixed, worker.capacity.cores) }
    let free = workers.lazy.filter(\.takesWork).reduce(0) { $0 + $1.freeThreads }
    let share = free / max(1, readyJobs + 1)
    return max(1, min(share, demand.usefulThreads, worker.freeThreads))
  }
}
