import SweepModel

// Who is blamed for a loss: the job only when that is likely.
//
// A job whose attempt had got further since it began goes on from there: its loss says nothing of it,
// and what was counted before is forgotten. A job that others ran beside is a suspect only; after some
// such losses it runs alone. A worker that loses different jobs one after the other loses whatever it
// gets: it rests, longer and longer, and its losses count against no job, unless they are very many:
// the last jobs of a run may all be of the kind that ends workers.

extension Scheduler {
  /// Ends the attempt of a job whose worker is lost.
  ///
  /// - Parameters:
  ///   - loss: what the worker has lost at the same moment.
  ///   - runsOn: the worker is only silent: should it come back, it has the attempt still.
  mutating func lose(
    _ index: Int, in loss: Loss, _ message: String, runsOn: Bool = false, at now: Double,
    _ out: inout [Directive]
  ) {
    guard case .running(let running) = jobs[index].phase else { return }
    let excuse = excuse(for: index, running, loss)
    switch excuse {
    case .progress: jobs[index].forgetLosses()
    case .removed, .ended: break
    case nil: jobs[index].noteLoss(with: running.worker, isOfProven: loss.isOfProven)
    case .beside, .memory, .host: jobs[index].noteLoss(with: running.worker)
    }
    switch excuse {
    case .progress, .removed, nil: break
    case .beside, .memory: jobs[index].sharedLosses += 1
    case .host: jobs[index].hostLosses += 1
    // Any of those that ran there may have ended it: alone it will be seen.
    case .ended where loss.attempts > 1: jobs[index].sharedLosses += 1
    case .ended:
      jobs[index].noteEnd(
        of: running.worker, isOfProven: loss.isOfProven, beyond: settings.maximumHostLosses)
    }
    endAttempt(
      index, .workerLost, message, runsOn: runsOn, excuse: excuse, at: now, &out)
  }

  /// Ends an attempt that a limit of its host has ended, on a worker that lives: it lacks processes,
  /// threads, CPU time or memory.
  ///
  /// Memory is different: where others ran beside, they have their share in it, so the job is tried
  /// again alone; alone it may be too large for this host, which says nothing of the host otherwise.
  mutating func loseToHost(
    _ index: Int, on worker: Int, _ message: String, at now: Double, _ out: inout [Directive]
  ) {
    guard Self.isMemoryKill(message) else {
      return lose(index, in: note(lossOf: [index], on: worker, at: now), message, at: now, &out)
    }
    let others = workers[worker].running.count + workers[worker].unleased.count - 1
    if others > 0, !jobs[index].wasKilledBeside {
      jobs[index].wasKilledBeside = true
      return endAttempt(index, .workerLost, message, excuse: .memory, at: now, &out)
    }
    let loss = Loss(
      worker: worker, attempts: 1, isHosts: false, isOfProven: workers[worker].isProven)
    lose(index, in: loss, message, at: now, &out)
  }

  /// True for the message of a worker whose host killed a job because memory was short.
  static func isMemoryKill(_ message: String) -> Bool {
    message.hasPrefix(FailureCause.hostWords + FailureCause.memoryWords)
  }

  /// What a worker loses at one moment.
  struct Loss {
    let worker: Int
    /// How many attempts it had, with a lease or without.
    let attempts: Int
    /// It has lost another job since it last did anything well.
    let isHosts: Bool
    /// It had done something well and never lost anything before.
    let isOfProven: Bool
  }

  /// Why a loss does not count against its job.
  enum Excuse: String {
    /// A newer checkpoint than the one that it began from is kept.
    case progress = "it had got further meanwhile, so this loss does not count against it"
    /// The host was taken away.
    case removed = "its host was taken away, so this loss does not count against it"
    /// The host ended, perhaps by what ran there.
    case ended = "its host ended, so this loss does not count against it"
    /// Any of several jobs, or none, has ended the worker.
    case beside = "other jobs ran beside it, so this loss does not count against it"
    /// The worker loses whatever it gets.
    case host = "its host loses one job after the other, so this loss does not count against it"
    /// The jobs of the worker together may have needed more memory than there is.
    case memory = "other jobs ran beside it, so it is tried again alone"
  }

  /// True for a failure that is not the job's own yet: its process was killed (SIGKILL, which is what
  /// the system does when memory is short) beside others. That is passed over once; then it runs
  /// alone, and what happens to it counts.
  ///
  /// The worker's own words begin the message; what the job said comes after them.
  func isSpared(_ index: Int, _ message: String) -> Bool {
    guard case .running(let running) = jobs[index].phase, let worker = find(running.worker),
      !jobs[index].wasKilledBeside
    else { return false }
    return message.hasPrefix("the job's process was killed by signal 9")
      && workers[worker].running.count + workers[worker].unleased.count > 1
  }

  private func excuse(for index: Int, _ running: JobStatus.Running, _ loss: Loss) -> Excuse? {
    if running.hasProgressed { return .progress }
    if let departure = workers[loss.worker].departure { return Self.excuse(for: departure) }
    if loss.isHosts { return .host }
    return loss.attempts > 1 ? .beside : nil
  }

  private static func excuse(for departure: Departure) -> Excuse {
    switch departure {
    case .taken: .removed
    case .ended: .ended
    }
  }

  /// A worker's host has left the run: what was lost with it before that was known does not count either.
  mutating func excuseLosses(of worker: Int, _ out: inout [Directive]) {
    guard let departure = workers[worker].departure else { return }
    let excuse = Self.excuse(for: departure)
    for place in workers[worker].unleased.indices where workers[worker].unleased[place].isCounted {
      workers[worker].unleased[place].isCounted = false
      let attempt = workers[worker].unleased[place].attempt
      guard let index = indexByKey[attempt.job] else { continue }
      let isOfProven = jobs[index].withdrawLoss(by: workers[worker].name)
      if excuse == .ended {
        jobs[index].noteEnd(
          of: workers[worker].name, isOfProven: isOfProven, beyond: settings.maximumHostLosses)
      }
      out.append(.ledger(.withdrawn(attempt, message: excuse.rawValue)))
    }
  }

  /// A worker loses some jobs at one moment: notes it, and sends the worker to rest when it does
  /// nothing else.
  mutating func note(lossOf indices: [Int], on worker: Int, at now: Double) -> Loss {
    let keys = Set(indices.map { jobs[$0].job.key })
    let isHosts = !workers[worker].lostJobs.subtracting(keys).isEmpty
    let loss = Loss(
      worker: worker, attempts: indices.count + workers[worker].unleased.count, isHosts: isHosts,
      isOfProven: workers[worker].isProven)
    let hasProgressed = indices.contains {
      guard case .running(let running) = jobs[$0].phase else { return false }
      return running.hasProgressed
    }
    guard !indices.isEmpty, workers[worker].departure == nil else { return loss }
    workers[worker].hasLost = true
    guard !hasProgressed else { return loss }
    workers[worker].lossStreak += 1
    if workers[worker].lostJobs.count < Self.lostJobsKept {
      workers[worker].lostJobs.formUnion(keys)
    }
    rest(worker, at: now)
    return loss
  }

  private static let lostJobsKept = 64

  /// From the second loss in a row on a worker rests: 5 s, 10 s … 5 min.
  private mutating func rest(_ worker: Int, at now: Double) {
    let streak = workers[worker].lossStreak
    guard streak > 1 else { return }
    let seconds = min(settings.longestRest, 5 * Double(1 << min(streak - 2, 16)))
    workers[worker].restsUntil = now + seconds
    rests.insert(worker, at: now + seconds)
    refresh(worker)
  }

  mutating func endRests(at now: Double) {
    while let worker = rests.popDue(at: now) {
      guard let until = workers[worker].restsUntil, until <= now else { continue }
      workers[worker].restsUntil = nil
      refresh(worker)
    }
  }

  /// A worker has done something well: a job ended on it, or got further. Whatever ended it before
  /// is no longer looked for among the jobs that it had.
  mutating func trust(_ worker: Int) {
    workers[worker].hasDoneWell = true
    guard workers[worker].lossStreak > 0 else { return }
    for key in workers[worker].lostJobs {
      if let index = indexByKey[key] { jobs[index].sharedLosses = 0 }
    }
    workers[worker].lossStreak = 0
    workers[worker].lostJobs = []
    workers[worker].restsUntil = nil
    refresh(worker)
  }

  /// What speaks against a job that was lost again and again; nil when too little does.
  func blame(_ job: JobStatus, _ message: String) -> String? {
    if job.losses >= settings.maximumLosses {
      return message.hasPrefix(FailureCause.hostWords)
        ? "its hosts ended it \(job.losses) times; last: \(message)"
        : "its worker was lost \(job.losses) times; the job may be what kills it"
    }
    if job.hostLosses >= settings.maximumHostLosses {
      return "its worker was lost \(job.hostLosses) times, with other jobs' before and after; look "
        + "at the hosts"
    }
    if job.endedHosts >= settings.maximumHostLosses {
      return "\(job.endedHosts) hosts ended while it ran on them; it may be what ends them"
    }
    return nil
  }

  /// True while workers are left that could show that a job is not what ends them: some that have
  /// room for it and have not lost it twice.
  ///
  /// Two workers that had never lost anything are enough against it; and so are many of any kind
  /// when no better one is there: a pool always has new ones.
  func hasOthersToTry(_ job: JobStatus) -> Bool {
    job.lossesOfProven < 2 && workers.contains { couldShow(job, $0) }
  }

  private func couldShow(_ job: JobStatus, _ worker: WorkerStatus) -> Bool {
    let areMany =
      job.lostWith.count >= settings.maximumLosses
      || job.endedHosts >= settings.maximumHostLosses
    return mayTry(job, worker) && (!areMany || worker.isProven)
  }

  private func mayTry(_ job: JobStatus, _ worker: WorkerStatus) -> Bool {
    let demand = job.demand.tried(within: worker.capacity.memoryBytes)
    return worker.mayTakeWork && worker.couldEverFit(demand) && job.timesLost(with: worker.name) < 2
  }

  /// Where a job that seeks others may start now: where nothing was ever lost, if it can.
  ///
  /// Looks at every worker; there are few such jobs.
  func otherWorker(for job: JobStatus, needs: Amounts) -> Int? {
    let places = workers.indices.filter { place in
      var needs = needs
      let tried = job.demand.tried(within: workers[place].capacity.memoryBytes)
      needs.memoryBytes = tried.needs.memoryBytes
      return couldShow(job, workers[place]) && workers[place].offers(needs)
    }
    return places.first { workers[$0].isProven } ?? places.first
  }

  /// A newer checkpoint of an attempt is kept.
  mutating func progress(_ attempt: AttemptID) {
    guard let index = indexByKey[attempt.job], case .running(var running) = jobs[index].phase,
      running.attempt == attempt
    else { return }
    if !keepsCheckpoints { timeLack = nil }
    keepsCheckpoints = true
    if let worker = find(running.worker) { trust(worker) }
    guard !running.hasProgressed else { return }
    running.hasProgressed = true
    jobs[index].phase = .running(running)
    jobs[index].outlived = []
  }

  /// Why a worker gets nothing although it is there, in one sentence; nil when it does.
  public func explain(worker name: String, at now: Double) -> String? {
    guard let worker = find(name), let until = workers[worker].restsUntil, until > now else {
      return nil
    }
    let seconds = Int((until - now).rounded(.up))
    return "rests for \(seconds) s: it lost its jobs \(workers[worker].lossStreak) times in a row"
  }
}
