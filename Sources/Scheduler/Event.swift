public import SweepModel

/// What happens around the scheduler.
///
/// Workers are named by their host's name in the cluster file; a worker that comes back under the
/// same name is the same worker.
public enum Event: Hashable, Sendable {
  /// A worker can be reached: its capacity (no threads for one that only hands over what it holds),
  /// every attempt that it runs or whose outcome it keeps, and which named resources those have that
  /// run. What it does not hold it has forgotten.
  case joined(
    worker: String, Amounts, holding: [AttemptID], with: [AttemptID: [Allocation.Held]] = [:])
  /// The machine of a worker that is about to join is lent, until a time, seconds.
  case lent(worker: String, until: Double)
  /// The way to a worker that is about to join is so many times as slow as others: so much longer are its
  /// leases.
  case paced(worker: String, Double)
  /// The link to a worker is gone, or none could be made; its attempts keep their lease until it
  /// ends.
  case left(worker: String)
  /// The same, because its host has left the run for good: what is lost by that counts against nobody,
  /// but where a host only ended again and again under one job.
  case removed(worker: String, as: Departure = .taken)
  /// A sign of life: the worker's leases are renewed.
  case heard(worker: String)
  /// An attempt brought a result; the shell holds it until the ledger has decided. What it took teaches
  /// what others will, where nobody can say that.
  case succeeded(worker: String, AttemptID, use: JobUse? = nil)
  /// An attempt ended without a result.
  case failed(worker: String, AttemptID, FailureCause, message: String)
  /// A newer checkpoint of an attempt is kept: should it be lost, it goes on from there.
  case progressed(AttemptID)
  /// Time has passed.
  case tick
  /// The shell itself was away for so many seconds (stopped, or held up by its disk) and could hear
  /// nobody: leases that stood last that much longer.
  case awoke(after: Double)
  /// How many hosts may still join (connecting, or lost and tried again). A host that is lost and
  /// will be tried again is counted here before ``left(worker:)`` tells that it is gone.
  case hostsPending(Int)
  /// Start nothing new; end when nothing runs.
  case drain
  /// End every running attempt at its next step, then end.
  case stop
  /// A person cancels jobs, running ones included.
  case cancel([JobKey])
  /// Jobs that were held back until they are chosen may start now; others are left as they are.
  case choose([JobKey])
  /// A person frees jobs that failed or were cancelled.
  case free([JobKey])
  /// A person holds back (or lets go again) everything that waits.
  case pause(Bool)
  /// A person takes a worker out: it finishes what it has and gets nothing new.
  case drainWorker(String)
}

/// What the scheduler orders. The shell makes all ledger directives of a batch durable in one
/// transaction before it performs the others, in order.
public enum Directive: Hashable, Sendable {
  /// Write a fact.
  case ledger(LedgerChange)
  /// Run an attempt.
  case start(worker: String, AttemptID, Placement)
  /// Run an attempt unless the worker has it, as it says: only then is nothing lost if it has not.
  case confirm(worker: String, AttemptID, Placement)
  /// End an attempt at its next step.
  case stop(worker: String, AttemptID)
  /// Tell the worker to forget an attempt whose outcome is durable.
  case acknowledge(worker: String, AttemptID)
  /// Count the result that an attempt has just brought as that of another attempt, too.
  case copyResult(of: AttemptID, to: AttemptID)
  /// Everything that waits is held back, as if a person had asked for it.
  case paused(reason: String)
  /// Tell a person something that no table shows.
  case note(String)
  /// All is over; nothing follows.
  case end(Ending)
}

/// How an attempt is placed.
public struct Placement: Hashable, Sendable {
  /// Threads of the job.
  public let threads: Int
  /// Threads that all jobs of the worker may have together; nil for any number. One that was sent ahead
  /// waits there for those before it.
  public let hostThreads: Int?
  /// Which ones of the worker's named resources it has to itself.
  public let held: [Allocation.Held]
  /// Wall time after which the attempt ends, seconds; nil for no limit.
  public let timeoutSeconds: Double?

  /// Creates a placement.
  public init(
    threads: Int, hostThreads: Int? = nil, held: [Allocation.Held] = [], timeoutSeconds: Double?
  ) {
    self.threads = threads
    self.hostThreads = hostThreads
    self.held = held
    self.timeoutSeconds = timeoutSeconds
  }
}

/// Why a run is over.
public enum Ending: String, Hashable, Sendable {
  /// Every job is done.
  case complete
  /// Every job is done, failed or cancelled; some are not done.
  case someFailed
  /// Drained or stopped on request, or because what is done suffices, with jobs left.
  case interrupted
  /// Jobs are left and no host can be used any more.
  case noHosts
}
