import Basics
public import SweepModel

extension Scheduler {
  /// How many jobs stand where.
  public struct Counts: Hashable, Sendable {
    /// A result is recorded.
    public let done: Int
    /// An attempt holds the lease.
    public let running: Int
    /// Ready, waiting for a back-off to end, or not chosen yet.
    public let waiting: Int
    /// Failed for good.
    public let failed: Int
    /// Cancelled by a person.
    public let cancelled: Int
  }

  /// How many jobs stand where; O(1).
  public var counts: Counts {
    Counts(
      done: doneJobs, running: runningJobs, waiting: openJobs - runningJobs,
      failed: jobs.count - openJobs - doneJobs - cancelledJobs, cancelled: cancelledJobs)
  }

  /// The attempts that hold a lease, with their worker and what they occupy, in order of their tokens.
  public var running: [(attempt: AttemptID, worker: String, allocation: Allocation)] {
    workers.flatMap { worker in
      worker.running.compactMap { index in
        guard case .running(let running) = jobs[index].phase else { return nil }
        return (running.attempt, running.worker, running.allocation)
      }
    }.sorted { $0.attempt < $1.attempt }
  }

  /// Predicted CPU time of everything that waits, seconds, as far as it is known; O(jobs).
  public var waitingCPUSeconds: Double {
    jobs.reduce(0) { sum, job in
      switch job.phase {
      case .ready, .delayed: sum + (job.demand.cpuSeconds ?? 0)
      case .unchosen, .running, .outpaced, .done, .closed: sum
      }
    }
  }

  /// Waiting jobs that free cores alone would not start, at most `limit`, in grid order: those whose
  /// back-off has not ended, those that fit no worker that is connected, and those that wait for
  /// named resources; O(jobs).
  public func heldBack(limit: Int) -> [JobKey] {
    let isKnown = places.greatest.capacity.memoryBytes >= 0
    let linked = workers.filter { $0.isLinked && !$0.isDraining }
    var keys: [JobKey] = []
    // By index: a copy of every job's state, twice a second, would cost more than all the rest.
    for index in jobs.indices where keys.count < limit {
      switch jobs[index].phase {
      case .delayed: keys.append(jobs[index].job.key)
      case .ready where isKnown && !linked.contains { $0.hasNow(jobs[index].demand) }:
        keys.append(jobs[index].job.key)
      case .unchosen, .ready, .running, .outpaced, .done, .closed: continue
      }
    }
    return keys
  }

  /// Why a job is not running, in one sentence; nil for a job of another run.
  public func explain(_ key: JobKey, at now: Double) -> String? {
    guard let index = indexByKey[key] else { return nil }
    let job = jobs[index]
    switch job.phase {
    case .done: return "done: its result is recorded"
    case .closed(.cancelled): return "cancelled by a person; `quanta retry` frees it"
    case .closed:
      return "failed after \(counted(job.attempts, "attempt")); `quanta retry` frees it"
    case .running(let running):
      let held = running.allocation.heldText
      return "running on \(running.worker) with "
        + counted(running.allocation.amounts.threads, "thread") + (held.isEmpty ? "" : ", \(held)")
    case .outpaced: return "its first attempt runs on; the one that overtook it has failed"
    case .delayed(let until):
      return
        "failed \(counted(job.ownFailures, "time")); tried again in "
        + "\(Int(max(0, until - now).rounded(.up))) s"
    case .unchosen: return "waiting: it runs once the fit so far asks for it (`--until`)"
    case .ready: return explainWaiting(index)
    }
  }

  private func explainWaiting(_ index: Int) -> String {
    let demand = jobs[index].demand
    if isPaused { return "waiting: the sweep is paused; `quanta resume` lets it go on" }
    if isDraining { return "waiting: the run is draining; running it again goes on" }
    let linked = workers.filter { $0.isLinked && !$0.isDraining }
    if linked.isEmpty {
      return "waiting: no worker is connected (\(counted(hostsPending, "host")) being tried)"
    }
    if !linked.contains(where: { $0.couldEverFit(demand) }) {
      return "waiting: " + (tooLargeForAll(demand))
    }
    if jobs[index].seeksOthers, hasOthersToTry(jobs[index]) {
      let times = jobs[index].lostWith.reduce(0) { $0 + $1.times }
      return "waiting: it was lost \(times) times; it goes to a host that has not lost it yet"
    }
    if !linked.contains(where: { $0.hasNow(demand) }) {
      let words = demand.needs.named.map { entry in
        let used = linked.reduce(Amount(0)) { $0 + $1.inUse.amounts[entry.name] }
        let all = linked.reduce(Amount(0)) { $0 + $1.capacity[entry.name] }
        return "\(used) of \(all) \(entry.name) are in use"
      }
      return "waiting: it needs \(demand.needs.namedText), and \(words.joined(separator: ", "))"
    }
    let ahead = jobs.indices.count { other in
      guard case .ready = jobs[other].phase else { return false }
      return ready.precedes(other, index)
    }
    let busy = linked.reduce(0) { $0 + $1.inUse.amounts.threads }
    let cores = linked.reduce(0) { $0 + $1.capacity.threads }
    let others = demand.cpuSeconds == nil || costs != nil ? "job" : "longer job"
    let first = "\(counted(ahead, others)) \(ahead == 1 ? "goes" : "go") first"
    let load =
      busy > cores
      ? "\(counted(cores, "core")) \(cores == 1 ? "runs" : "run") \(counted(busy, "thread"))"
      : "\(busy) of \(cores) cores are busy"
    return "waiting: \(load) and \(first)"
  }

  private func tooLargeForAll(_ demand: JobDemand) -> String {
    let hasNamed = workers.contains { $0.mayTakeWork && demand.needs.namedFit(in: $0.capacity) }
    let need =
      hasNamed ? "\(demand.needs.memoryBytes >> 20) MiB of memory" : demand.needs.namedText
    return "it needs \(need) and no connected worker has that"
  }
}

extension Scheduler {
  /// A job of this run.
  public func job(_ key: JobKey) -> Job? { indexByKey[key].map { jobs[$0].job } }

  /// True for an attempt that a job of this run has had or has, with a lease or without.
  public func hasOrdered(_ attempt: AttemptID) -> Bool {
    guard let index = indexByKey[attempt.job] else { return false }
    return (1...max(1, jobs[index].attempts)).contains(attempt.number) && jobs[index].attempts > 0
      && attempt.token < nextToken
  }

  /// True while the attempt holds its job's lease.
  public func holdsLease(_ attempt: AttemptID) -> Bool {
    guard let index = indexByKey[attempt.job], case .running(let running) = jobs[index].phase
    else { return false }
    return running.attempt == attempt
  }
}
