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
  /// Indices of the jobs whose lease it holds, ascending by token.
  var running: [Int] = []
  var threadsInUse = 0
  var memoryInUse = 0

  var freeThreads: Int { max(0, capacity.cores - threadsInUse) }

  var freeMemory: Int { max(0, capacity.memoryBytes - memoryInUse) }

  var takesWork: Bool { isLinked && !isSilent && !isDraining && freeThreads > 0 }

  /// The memory that a job takes here: a job that needs more than all of it still fits alone if it
  /// fits the host; nothing else runs beside it then.
  func fits(_ demand: JobDemand) -> Bool {
    demand.memoryBytes <= freeMemory
      && min(demand.threads ?? 1, capacity.cores) <= freeThreads
  }

  func couldEverFit(_ demand: JobDemand) -> Bool {
    demand.memoryBytes <= capacity.memoryBytes && capacity.cores > 0
  }
}
