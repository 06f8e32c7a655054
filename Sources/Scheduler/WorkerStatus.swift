import SweepModel

/// A worker as the scheduler keeps it.
struct WorkerStatus: Sendable {
  let name: String
  var capacity: Capacity
  /// The link stands.
  var isLinked: Bool
  /// Its lease has ended and nothing was heard since: it gets nothing new.
  var isSilent = false
  /// A person takes it out.
  var isDraining = false
  /// Its leases end then unless it is heard, seconds.
  var leaseEnd: Double
  /// The queue of lease ends holds an entry for it, due at ``leaseEnd`` or before.
  var isWatched = false
  /// Indices of the jobs whose lease it holds, ascending by token.
  var running: [Int] = []
  var threadsInUse = 0
  var memoryInUse = 0

  var freeThreads: Int { max(0, capacity.cores - threadsInUse) }

  var freeMemory: Int { max(0, capacity.memoryBytes - memoryInUse) }

  /// It takes work now or later; one that is drained never does again in this run.
  var mayTakeWork: Bool { isLinked && !isDraining }

  private var takesWork: Bool { mayTakeWork && !isSilent && freeThreads > 0 }

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
