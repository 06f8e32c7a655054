public import SweepModel

/// What the scheduler needs to know of a job to place it.
public struct JobDemand: Hashable, Sendable {
  /// Predicted CPU time on one thread, seconds, longest first; nil while nobody knows it.
  public var cpuSeconds: Double?
  /// What it takes; 0 threads let the scheduler choose.
  public var needs: Amounts
  /// Threads beyond which the job no longer gains.
  public let usefulThreads: Int
  /// Wall time after which an attempt ends, seconds; nil for no limit.
  public let timeoutSeconds: Double?
  /// Retries.
  public let retries: RetryPolicy
  /// Nobody knows its memory before jobs like it are done.
  public let learnsMemory: Bool

  /// Creates a demand; without CPU time it is learnt from the jobs that are done, and so is memory where
  /// the needs have none.
  public init(
    cpuSeconds: Double?, needs: Amounts, usefulThreads: Int = 1,
    timeoutSeconds: Double? = nil, retries: RetryPolicy = RetryPolicy()
  ) {
    learnsMemory = cpuSeconds == nil && needs.memoryBytes == 0
    self.cpuSeconds = cpuSeconds
    self.needs = needs
    self.usefulThreads = usefulThreads
    self.timeoutSeconds = timeoutSeconds
    self.retries = retries
  }

  /// Combines a workload's estimate with what the sweep file says.
  public init(estimate: JobEstimate, resources: Resources, retries: RetryPolicy) {
    self.init(
      cpuSeconds: estimate.isKnown ? estimate.cpuSeconds : nil,
      needs: resources.amounts.filled(from: Amounts(memoryBytes: estimate.memoryBytes)),
      usefulThreads: estimate.usefulThreads,
      timeoutSeconds: resources.timeoutSeconds, retries: retries)
  }

  /// What it takes at least: one thread where none is fixed.
  public var least: Amounts {
    var least = needs
    least.threads = max(1, needs.threads)
    return least
  }

  /// The same where a worker has no more than so much memory: what was only learnt keeps no job from a
  /// worker that could show who is to blame for its losses.
  func tried(within memoryBytes: Int) -> JobDemand {
    guard learnsMemory, needs.memoryBytes > memoryBytes else { return self }
    var demand = self
    demand.needs.memoryBytes = memoryBytes
    return demand
  }
}

/// A job as the scheduler keeps it.
struct JobStatus: Sendable {
  enum Phase: Hashable, Sendable {
    /// Not to be started before it is chosen (``Event/choose(_:)``).
    case unchosen
    /// In the ready queue.
    case ready
    /// In the delayed queue until a time, seconds.
    case delayed(until: Double)
    /// An attempt holds the lease.
    case running(Running)
    /// Nothing holds the lease and nothing shall yet: the attempt that was overtaken goes on, and
    /// the one that overtook it has failed, with this message. If the other fails, too, the job is
    /// set aside if enough speaks against it by then, or may start again from a time on, seconds.
    case outpaced(message: String, until: Double)
    /// A result is recorded.
    case done
    /// Failed or cancelled.
    case closed(JobState)
  }

  struct Running: Hashable, Sendable {
    let attempt: AttemptID
    let worker: String
    /// What it occupies there.
    var allocation: Allocation
    /// When the lease was granted, or taken up by this coordinator, seconds.
    let since: Double
    /// It was taken up from the ledger: how long it has lasted is not known.
    var isAdopted = false
    /// A cancel or stop is on its way to the worker.
    var isStopping = false
    /// A newer checkpoint than the one that it began from is kept.
    var hasProgressed = false
    /// Another worker has had it, which is gone: what ended it there says nothing of this one. The first
    /// of them; nil where it is the one that it was given to.
    var broughtFrom: String?
    var isBrought: Bool { broughtFrom != nil }
    /// It is not known to be over in a moment.
    var lasts = true
  }

  let job: Job
  var demand: JobDemand
  var phase: Phase
  var failures: [LedgerEntry.Failure]
  var attempts: Int
  /// An attempt without a lease that goes on beside the one that overtook it, and its worker.
  var overtaken: (attempt: AttemptID, worker: String)?

  /// Losses since it last got further for which other jobs beside it may be to blame.
  var sharedLosses = 0

  var losses: Int { failures.count { $0.cause.policy.counts == .loss } }

  /// It may be what ends workers, and with them others' attempts: it runs with no other beside it.
  var needsSolitude: Bool { sharedLosses >= 4 || wasKilledBeside }

  /// Its process was killed from outside while other jobs ran beside it, as happens when memory is
  /// short.
  var wasKilledBeside = false

  /// Losses since it last got further with workers that lost other jobs, too.
  var hostLosses = 0

  /// Hosts since it last got further that ended under it, nobody knows why.
  var endedHosts = 0

  /// How often it was lost with each worker since it last got further, whoever is to blame.
  var lostWith: [Lost] = []
  /// Workers among them that had never lost anything before, and whose loss counts.
  var lossesOfProven: Int { lostWith.count { $0.isOfProven } }
  /// How long its attempts lasted that had kept nothing when their machines were taken away, seconds; the
  /// three longest.
  var outlived: [Double] = []

  /// An attempt ended so.
  mutating func noteEviction(after seconds: Double) {
    outlived = Array((outlived + [seconds]).sorted(by: >).prefix(3))
  }

  /// It was lost so often that it only goes to workers that do not lose it again and again.
  var seeksOthers = false

  struct Lost: Hashable, Sendable {
    let worker: String
    var times: Int
    /// One of these counts, and the worker had never lost anything before.
    var isOfProven: Bool
  }

  func timesLost(with worker: String) -> Int {
    lostWith.first { $0.worker == worker }?.times ?? 0
  }

  mutating func noteLoss(with worker: String, isOfProven: Bool = false) {
    if let place = lostWith.firstIndex(where: { $0.worker == worker }) {
      lostWith[place].times += 1
      lostWith[place].isOfProven = lostWith[place].isOfProven || isOfProven
    } else {
      lostWith.append(Lost(worker: worker, times: 1, isOfProven: isOfProven))
    }
  }

  /// A host has ended under it. The first `most` may have had any reason; after that each is a loss.
  mutating func noteEnd(of host: String, isOfProven: Bool, beyond most: Int) {
    endedHosts += 1
    if endedHosts > most { noteLoss(with: host, isOfProven: isOfProven) }
  }

  /// No loss speaks against it any more.
  mutating func forgetLosses() {
    failures.removeAll { $0.cause.policy.counts == .loss }
    sharedLosses = 0
    hostLosses = 0
    endedHosts = 0
    lostWith = []
    seeksOthers = false
    outlived = []
  }

  /// It does not go anywhere: it waits apart, so that it holds up no others.
  var isChoosy: Bool { failedWorker != nil || seeksOthers }

  /// The worker that it was lost with last, if that is how its last attempt ended.
  var lastLostWorker: String? {
    failures.last.flatMap { $0.cause.policy.counts == .loss ? $0.worker : nil }
  }

  var ownFailures: Int { failures.count { $0.cause.policy.counts == .failure } }

  /// Takes back the last loss by a worker.
  ///
  /// - Returns: whether that was one by a worker that had never lost anything before.
  @discardableResult mutating func withdrawLoss(by worker: String) -> Bool {
    let place = failures.lastIndex { $0.cause.policy.counts == .loss && $0.worker == worker }
    if let place { failures.remove(at: place) }
    guard let lost = lostWith.firstIndex(where: { $0.worker == worker }) else { return false }
    let isOfProven = lostWith[lost].isOfProven
    lostWith[lost].times -= 1
    if lostWith[lost].times == 0 { lostWith.remove(at: lost) }
    return isOfProven
  }

  /// A worker on which the job itself failed; two of them set it aside.
  var failedWorker: String? { failures.last { $0.cause.policy.avoidsHost }?.worker }

  /// Hosts on which the job itself failed, each once.
  var failedHosts: Int {
    var seen: [String] = []
    for failure in failures where failure.cause.policy.avoidsHost && !seen.contains(failure.worker)
    {
      seen.append(failure.worker)
    }
    return seen.count
  }
}
