import SweepModel

/// A worker as the scheduler keeps it.
struct WorkerStatus: Sendable {
  let name: String
  var capacity: Amounts
  /// The link stands.
  var isLinked: Bool
  /// Its lease has ended and nothing was heard since: it gets nothing new.
  var isSilent = false
  /// How its host has left the run; nil where it has not.
  var departure: Departure?
  /// A person takes it out.
  var isDraining = false
  /// Its machine is taken away then, seconds; nil where nobody does that.
  var lentUntil: Double?
  /// How many times as long as others it may be silent.
  var pace = 1.0
  /// It has said that its machine is taken away: it begins nothing any more.
  var isLeaving = false
  /// How often in a row it has lost what it had, none of which had got further.
  var lossStreak = 0
  /// What it has lost in that time, some of it.
  var lostJobs: Set<JobKey> = []
  /// A job has ended well on it, or got further.
  var hasDoneWell = false
  /// It has lost something at some time.
  var hasLost = false
  /// It gets nothing new before, seconds; nil while it does not rest.
  var restsUntil: Double?
  /// Its leases end then unless it is heard, seconds; infinite while the shell has not yet tried
  /// to reach it.
  var leaseEnd: Double
  /// The queue of lease ends holds an entry for it, due at ``leaseEnd`` or before.
  var isWatched = false
  /// Indices of the jobs whose lease it holds, ascending by token.
  var running: [Int] = []
  /// Attempts without a lease that it runs on, as far as anybody knows. They occupy it until their
  /// end is told or it comes back without them.
  var unleased: [Unleased] = []
  /// What all these take together.
  var inUse = Allocation()
  /// How many of those with a lease last, as far as anybody knows: nothing waits behind them.
  var lastingJobs = 0
  /// Threads' worth of jobs that may wait on it for each thread that it has.
  var aheadPerThread = 0

  struct Unleased: Hashable, Sendable {
    let attempt: AttemptID
    let allocation: Allocation
    /// The worker's silence ended its lease.
    var isLost: Bool
    /// That counts against its job.
    var isCounted = false
  }

  /// Gives up a lease, not the place.
  mutating func keep(_ attempt: Unleased) {
    inUse += attempt.allocation
    unleased.append(attempt)
  }

  /// Frees the place of an attempt without a lease; nil when there is none.
  mutating func forget(_ attempt: AttemptID) -> Unleased? {
    guard let place = unleased.firstIndex(where: { $0.attempt == attempt }) else { return nil }
    let entry = unleased.remove(at: place)
    inUse -= entry.allocation
    return entry
  }

  /// What one more job can have at once; threads for those, too, that are sent ahead and wait there.
  var free: Amounts {
    var all = capacity
    if lastingJobs == 0, unleased.isEmpty { all.threads += aheadPerThread * capacity.threads }
    return all.room(beside: inUse)
  }

  /// Threads that nothing uses.
  var idleThreads: Int { max(0, capacity.threads - inUse.amounts.threads) }

  /// It does what it shall, as far as anybody has seen.
  var isProven: Bool { hasDoneWell && !hasLost }

  /// A job of such a size may start on it now; one that asks for more threads than there are gets
  /// all.
  func offers(_ needs: Amounts) -> Bool {
    let free = free
    return takesWork && widest >= needs.threads && free.memoryBytes >= needs.memoryBytes
      && needs.namedFit(in: free)
  }

  /// It takes work now or later; one that is drained never does again in this run.
  var mayTakeWork: Bool { isLinked && !isDraining && !isLeaving }

  private var takesWork: Bool {
    mayTakeWork && !isSilent && restsUntil == nil && free.threads > 0
  }

  /// The most threads that a job may ask for to be placed now; see ``Places/Figures/widest``.
  private var widest: Int { inUse.amounts.threads == 0 ? .max : free.threads }

  /// What it offers to new jobs, none of which asks for fewer threads than `fewestThreads`.
  func figures(fewestThreads: Int) -> Places.Figures {
    var figures = Places.Figures()
    if mayTakeWork, capacity.threads > 0 { figures.capacity = capacity }
    if takesWork, widest >= fewestThreads {
      figures.free = free
      figures.widest = widest
      figures.until = lentUntil ?? .infinity
    }
    return figures
  }

  /// It may hold the job some time, and has free now what the job needs by name.
  func hasNow(_ demand: JobDemand) -> Bool {
    couldEverFit(demand) && (demand.needs.named.isEmpty || demand.needs.namedFit(in: free))
  }

  func couldEverFit(_ demand: JobDemand) -> Bool {
    capacity.threads > 0 && demand.needs.memoryBytes <= capacity.memoryBytes
      && demand.needs.namedFit(in: capacity)
  }
}
