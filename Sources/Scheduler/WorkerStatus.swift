import SweepModel

/// A worker as the scheduler keeps it.
struct WorkerStatus: Sendable {
  let name: String
  var capacity: Capacity
  /// The link stands.
  var isLinked: Bool
  /// Its lease has ended and nothing was heard since: it gets nothing new.
  var isSilent = false
  /// Its host was taken away from the run.
  var isRemoved = false
  /// A person takes it out.
  var isDraining = false
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
  var threadsInUse = 0
  var memoryInUse = 0

  struct Unleased: Hashable, Sendable {
    let attempt: AttemptID
    let threads: Int
    let memoryBytes: Int
    /// The worker's silence ended its lease.
    var isLost: Bool
    /// That counts against its job.
    var isCounted = false
  }

  /// Gives up a lease, not the place.
  mutating func keep(_ attempt: Unleased) {
    threadsInUse += attempt.threads
    memoryInUse += attempt.memoryBytes
    unleased.append(attempt)
  }

  /// Frees the place of an attempt without a lease; nil when there is none.
  mutating func forget(_ attempt: AttemptID) -> Unleased? {
    guard let place = unleased.firstIndex(where: { $0.attempt == attempt }) else { return nil }
    let entry = unleased.remove(at: place)
    threadsInUse -= entry.threads
    memoryInUse -= entry.memoryBytes
    return entry
  }

  var freeThreads: Int { max(0, capacity.cores - threadsInUse) }

  var freeMemory: Int { max(0, capacity.memoryBytes - memoryInUse) }

  /// It does what it shall, as far as anybody has seen.
  var isProven: Bool { hasDoneWell && !hasLost }

  /// A job of such a size may start on it now; one that asks for more threads than there are gets
  /// all.
  func offers(threads: Int, memory: Int) -> Bool {
    takesWork && widest >= threads && freeMemory >= memory
  }

  /// It takes work now or later; one that is drained never does again in this run.
  var mayTakeWork: Bool { isLinked && !isDraining }

  private var takesWork: Bool {
    mayTakeWork && !isSilent && restsUntil == nil && freeThreads > 0
  }

  /// The most threads that a job may ask for to be placed now; see ``Places/Figures/widest``.
  private var widest: Int { threadsInUse == 0 ? .max : freeThreads }

  /// What it offers to new jobs, none of which asks for fewer threads than `fewestThreads`.
  func figures(fewestThreads: Int) -> Places.Figures {
    let isUsable = mayTakeWork && capacity.cores > 0
    var figures = Places.Figures(capacity: isUsable ? capacity.memoryBytes : -1)
    if takesWork, widest >= fewestThreads {
      figures.freeThreads = freeThreads
      figures.widest = widest
      figures.freeMemory = freeMemory
    }
    return figures
  }

  func couldEverFit(_ demand: JobDemand) -> Bool {
    demand.memoryBytes <= capacity.memoryBytes && capacity.cores > 0
  }
}
