public import SweepModel

/// The coordinator's state as a pure value.
///
/// It is responsible for: which attempt of which job runs where with how many threads, leases and
/// their end, retries and back-off by cause, jobs that fail, draining, and the order of ledger
/// facts. It leaves out: clocks, links, the store, payloads, display. The same events at the same
/// times give the same directives, byte for byte: there is no clock, no randomness and no
/// dictionary order here.
///
/// Times are seconds on any monotonic clock. An event costs O(log jobs + log workers) amortised.
public struct Scheduler: Sendable {
  /// What does not change during a run.
  public struct Settings: Hashable, Sendable {
    /// A worker that is silent for so long loses its leases, seconds.
    public var leaseSeconds: Double
    /// Losses of its worker after which a job has failed, unless there are others to try: it may
    /// be what kills them.
    public var maximumLosses: Int
    /// Losses with workers that lose whatever they get after which a job has failed, unless there
    /// are others to try.
    public var maximumHostLosses: Int
    /// How often a job that runs alone may be ended because its host's memory is short.
    public var maximumMemoryKills: Int
    /// An attempt that lasts so many times as long as its prediction makes one expect gets a second
    /// one beside it once no job waits; infinite for never.
    public var stragglerFactor: Double
    /// Jobs that may fail in the same way before any has succeeded, until the run pauses; 0 for any
    /// number.
    public var mostEqualFailures: Int
    /// The longest rest of a worker that loses whatever it gets, seconds.
    public var longestRest: Double

    /// Creates settings.
    public init(
      leaseSeconds: Double = 20, maximumLosses: Int = 8, maximumHostLosses: Int = 32,
      maximumMemoryKills: Int = 4, stragglerFactor: Double = 3, longestRest: Double = 300,
      mostEqualFailures: Int = 12
    ) {
      self.leaseSeconds = leaseSeconds
      self.maximumLosses = maximumLosses
      self.maximumHostLosses = maximumHostLosses
      self.maximumMemoryKills = maximumMemoryKills
      self.stragglerFactor = stragglerFactor
      self.longestRest = longestRest
      self.mostEqualFailures = mostEqualFailures
    }
  }

  let settings: Settings
  var jobs: [JobStatus]
  var indexByKey: [JobKey: Int]
  /// Ready jobs that have failed nowhere.
  var ready: ReadyQueue
  /// Ready jobs that have failed on some worker and look for another one.
  var choosy: ReadyQueue
  var delayed = TimeQueue()
  /// In the order in which they became known.
  var workers: [WorkerStatus] = []
  var workerByName: [String: Int] = [:]
  var places = Places()
  var leaseEnds = TimeQueue()
  /// When workers that rest may get work again.
  var rests = TimeQueue()
  /// Something has changed since no more jobs could be placed: signs of life alone cost nothing.
  var mayPlace = true
  /// How often a job was made ready.
  var readied = 0
  /// What the last round has left over for want of time.
  var timeLack: TimeLack?
  /// Threads' worth of jobs that may wait on a worker for each thread that it has.
  var aheadPerThread = 0
  /// The shortest time for which those may keep their thread busy, seconds.
  var secondsAhead = Double.infinity
  /// How many running jobs last: nothing waits behind them.
  var lastingJobs = 0
  var pace = Pace()
  /// Nil where what jobs cost is known.
  var costs: LearntCosts?
  /// Some job of the run has kept a checkpoint: where nobody can say beforehand whether programs do, that
  /// tells it of all.
  var keepsCheckpoints = false
  /// The longest time for which a machine was still lent when its worker joined, seconds.
  var longestLending = 0.0
  /// When stragglers are looked for next, seconds.
  var nextLook = 0.0
  /// No job asks for fewer threads.
  let fewestThreads: Int
  var nextToken: Int
  /// Until the shell tells, a host may come.
  var hostsPending = 1
  var isDraining = false
  var isPaused = false
  var equalFailures = EqualFailures()
  var hasEnded = false
  /// Jobs neither done nor closed.
  var openJobs: Int
  var runningJobs = 0
  var doneJobs: Int
  var cancelledJobs = 0

  /// Takes up the ledger where it stands.
  ///
  /// - Parameters:
  ///   - entries: every job of the run, in grid order, keys unique.
  ///   - demand: what a job needs.
  ///   - nextToken: the first fencing token never given out.
  ///   - unchosen: jobs that wait are held back until they are chosen, one after another, by what the
  ///     results show; those that run already go on.
  ///   - awaited: workers that the shell will try to reach, and say so when it cannot; other hosts
  ///     were taken away from the run since an attempt began there.
  ///   - uses: what jobs took that are done; matters where their cost is not known beforehand.
  ///   - now: attempts that are open in the ledger keep their lease from this time on, or from when
  ///     their awaited worker was first tried.
  public init(
    entries: [LedgerEntry], demand: (Job) -> JobDemand, nextToken: Int,
    unchosen: Bool = false, awaited: Set<String> = [], uses: [JobKey: JobUse] = [:],
    settings: Settings = Settings(), now: Double
  ) {
    self.settings = settings
    self.nextToken = nextToken
    jobs = entries.map { entry in
      JobStatus(
        job: entry.job, demand: demand(entry.job), phase: .ready, failures: entry.failures,
        attempts: entry.attempts)
    }
    indexByKey = Dictionary(
      uniqueKeysWithValues: entries.enumerated().map { ($1.job.key, $0) })
    ready = ReadyQueue(jobs.map { ($0.demand.cpuSeconds ?? 0, $0.demand.needs) })
    choosy = ready
    fewestThreads = jobs.lazy.map { $0.demand.least.threads }.min() ?? 1
    openJobs = 0
    doneJobs = 0
    for (index, entry) in entries.enumerated() {
      adopt(entry, at: index, unchosen: unchosen, awaited, now: now)
    }
    startLearning(from: uses)
  }

  private mutating func adopt(
    _ entry: LedgerEntry, at index: Int, unchosen: Bool, _ awaited: Set<String>, now: Double
  ) {
    switch entry.state {
    case .done:
      jobs[index].phase = .done
      doneJobs += 1
    case .setAside, .cancelled:
      jobs[index].phase = .closed(entry.state)
      if entry.state == .cancelled { cancelledJobs += 1 }
    case .waiting, .running:
      openJobs += 1
      for failure in entry.failures where failure.cause.policy.counts == .loss {
        jobs[index].noteLoss(with: failure.worker)
      }
      guard let open = entry.open else {
        if unchosen { jobs[index].phase = .unchosen } else { makeReady(index) }
        return
      }
      let isAwaited = awaited.contains(open.worker)
      let worker = position(of: open.worker, isAwaited: isAwaited, now: now)
      // What is lost with a host that is not in the run any more counts against nobody.
      workers[worker].departure = isAwaited ? nil : .taken
      // The ledger does not say how many threads it was given: one, unless the sweep fixes them.
      occupy(
        index,
        JobStatus.Running(
          attempt: open.attempt, worker: open.worker,
          allocation: Allocation(jobs[index].demand.least), since: now, isAdopted: true), on: worker
      )
    }
  }

  /// When the scheduler wants a ``Event/tick`` at the latest; nil when it waits for others only.
  public var nextWake: Double? {
    [leaseEnds.earliest, delayed.earliest, rests.earliest, mayHaveStragglers ? nextLook : nil]
      .compactMap(\.self).min()
  }

  /// How long news may be gathered before it is answered, seconds: while jobs wait on every worker behind
  /// those that run, one transaction for the ends of many costs little more than for one.
  public var gatheringTime: Double {
    aheadPerThread > 0 && runningJobs > 0 && lastingJobs == 0 ? min(0.005, secondsAhead / 2) : 0
  }

  /// How many threads the jobs that are left may keep busy at once, at least: those that run and those
  /// that wait with one each, or what each asks for.
  public var wantedThreads: Int { isDraining ? 0 : openJobs * fewestThreads }

  /// Steps taken in queues and indexes so far: what events have cost, without a clock.
  public var work: Int {
    ready.work + choosy.work + delayed.work + leaseEnds.work + rests.work + places.work + pace.work
      + (costs?.work ?? 0)
  }

  /// Takes one event at a time and answers with what shall be done.
  public mutating func handle(_ event: Event, at now: Double) -> [Directive] {
    var out: [Directive] = []
    guard !hasEnded else {
      handOver(event, at: now, &out)
      return out
    }
    apply(event, at: now, &out)
    expireLeases(at: now, &out)
    endRests(at: now)
    while let index = delayed.popDue(at: now) { makeReadyIfDelayed(index, at: now) }
    assign(at: now, &out)
    overtakeStragglers(at: now, &out)
    endIfOver(&out)
    return out
  }

  private mutating func apply(_ event: Event, at now: Double, _ out: inout [Directive]) {
    switch event {
    case .joined(let worker, let capacity, let holding, let held):
      join(worker, capacity, holding: holding, with: held, at: now, &out)
    case .lent(let worker, let until):
      let index = position(of: worker, now: now)
      workers[index].lentUntil = until
      longestLending = max(longestLending, until - now)
      workers[index].isLeaving = false
    case .paced(let worker, let pace): workers[position(of: worker, now: now)].pace = pace
    case .left(let worker): leave(worker, at: now)
    case .removed(let worker, let departure):
      leave(worker, at: now)
      if let index = find(worker) {
        workers[index].departure = departure
        excuseLosses(of: index, &out)
        shortenLease(of: index, at: now)
      }
    case .heard(let worker):
      if let index = find(worker) { hear(index, at: now, &out) }
    case .succeeded(let worker, let attempt, let use): succeed(worker, attempt, use, at: now, &out)
    case .failed(let worker, let attempt, let cause, let message):
      fail(worker, attempt, cause, message, at: now, &out)
    case .progressed(let attempt): progress(attempt)
    case .tick: break
    case .awoke(let seconds): extendLeases(by: seconds, at: now)
    case .hostsPending(let count):
      hostsPending = count
      // What waits for a larger host than will come is set aside then.
      if count == 0 { mayPlace = true }
    case .drain: isDraining = true
    case .stop:
      isDraining = true
      for index in jobs.indices {
        stopRunning(index, &out)
        stopOvertaken(index, &out)
        settleOutpaced(index, &out)
      }
    case .cancel(let keys): cancel(keys, &out)
    case .choose(let keys): choose(keys)
    case .free(let keys): free(keys, &out)
    case .pause(let paused):
      isPaused = paused
      mayPlace = true
      // Who lets it go on wants to see the rest fail, too.
      if !paused { equalFailures.end() }
    case .drainWorker(let name): drain(name)
    }
  }

  /// After the end nothing holds a lease; outcomes that still come are acknowledged, so that their
  /// worker can forget them.
  private mutating func handOver(_ event: Event, at now: Double, _ out: inout [Directive]) {
    switch event {
    case .succeeded(let worker, let attempt, let use): succeed(worker, attempt, use, at: now, &out)
    case .failed(let worker, let attempt, let cause, let message):
      fail(worker, attempt, cause, message, at: now, &out)
    default: break
    }
  }

  private mutating func endIfOver(_ out: inout [Directive]) {
    guard !hasEnded else { return }
    let ending: Ending
    if openJobs == 0 {
      ending = doneJobs == jobs.count ? .complete : .someFailed
    } else if isDraining, runningJobs == 0 {
      ending = .interrupted
    } else if hostsPending == 0, runningJobs == 0, !workers.contains(where: \.mayTakeWork) {
      ending = .noHosts
    } else {
      return
    }
    hasEnded = true
    out.append(.end(ending))
  }
}
