import Foundation
import Posix
public import Scheduler
public import Store
public import SweepModel
public import Transport
import Wire

/// The shell around the scheduler: it performs directives against hosts, store and clock.
///
/// One thread calls ``run()`` and owns everything; transports and signals reach it through an
/// inbox. Each turn handles all that has come, writes all ledger facts of the turn in one durable
/// transaction, and only then sends orders and acknowledgements: whatever moment it is killed at,
/// nothing acknowledged is lost and nothing counts twice.
public final class Coordinator {
  /// What a run is about.
  public struct Run {
    /// The sweep.
    public let sweep: Sweep
    /// Its workload.
    public let signature: WorkloadSignature
    /// Where its hosts come from.
    public let pools: [any HostPool]
    /// The worker program.
    public let binary: WorkerBinary
    /// The data sets that its jobs read.
    public let data: [DataFile]
    /// Timing.
    public let timing: Timing
    /// True to start only jobs that ``Coordinator/choose(_:)`` names.
    public let isChosen: Bool
    /// True to try hosts again that cannot be used, from the start on (`--skip-unusable`).
    public let isPatient: Bool
    /// True to start jobs however many fail in the same way.
    public let keepsGoing: Bool
    /// True to wait when the first jobs have all failed in the same way, until a person decides;
    /// else the run ends then.
    public let waitsForPerson: Bool

    /// Creates a run.
    public init(
      sweep: Sweep, signature: WorkloadSignature, pools: [any HostPool], binary: WorkerBinary,
      data: [DataFile] = [], timing: Timing = Timing(), isChosen: Bool = false,
      isPatient: Bool = false, keepsGoing: Bool = false, waitsForPerson: Bool = true
    ) {
      self.sweep = sweep
      self.signature = signature
      self.pools = pools
      self.binary = binary
      self.data = data
      self.timing = timing
      self.isChosen = isChosen
      self.isPatient = isPatient
      self.keepsGoing = keepsGoing
      self.waitsForPerson = waitsForPerson
    }
  }

  /// Intervals, in seconds.
  public struct Timing: Hashable, Sendable {
    /// Between signs of life, both ways.
    public var heartbeat = 2.0
    /// Silence after which a worker's attempts are given to others.
    public var lease = 20.0
    /// How long a worker without work and coordinator goes on.
    public var grace = 600.0
    /// Between checkpoints of a job.
    public var checkpoint = 60.0
    /// How long to try when no host at all can be reached.
    public var giveUp = 600.0
    /// Between two looks at requests and two writings of the live status.
    public var status = 0.5

    /// Creates the default timing.
    public init() {}
  }

  let plan: Run
  let store: RunStore
  let identity: RunIdentity
  let inbox = Inbox()
  var scheduler: Scheduler
  /// How every host stands; ``hosts`` has their links, in the same order. Both only grow: a host that
  /// was taken away keeps its place.
  var book: HostBook
  var hosts: [HostLink]
  let progress: ProgressBook
  let onStatus: (RunStatus) -> Void
  let onNote: (String) -> Void
  /// What this turn has ordered.
  var turn = Turn()
  /// Outcomes of other sweeps' jobs that came in this turn.
  var otherOutcomes: [OtherOutcome] = []
  var ending: Ending?
  var interrupts = 0
  var isPaused = false
  /// Why the run has ended early, with nobody there to ask: the first jobs have all failed alike.
  public internal(set) var endedBecause: String?
  /// What workers go on with or keep that this run has left; known once it has ended.
  public internal(set) var leftBehind = LeftBehind()
  /// What to do once the workers are left to themselves; nil while the run goes on.
  var leaving: (@Sendable () -> Void)?
  /// Hosts that were said to be one machine.
  var notedPairs: Set<[String]> = []
  var failures = FailureNotes()
  private var nextStatus = 0.0
  /// Monotonic seconds; another one in tests.
  var clock: () -> Double = monotonicSeconds
  /// When this thread last looked at the clock, monotonic seconds.
  private var awakeAt = monotonicSeconds()

  /// Prepares a run; registers nothing and connects nowhere.
  ///
  /// - Parameters:
  ///   - store: opened for writing, the sweep registered in it.
  ///   - onStatus: called on the run's thread about twice a second.
  ///   - onNote: called on the run's thread with a sentence for a person.
  public init(
    _ plan: Run, store: LedgerStore, onStatus: @escaping (RunStatus) -> Void = { _ in },
    onNote: @escaping (String) -> Void = { _ in }
  ) throws(StoreError) {
    self.plan = plan
    self.store = try RunStore(store)
    identity = Self.identity(of: store.layout)
    self.onStatus = onStatus
    self.onNote = onNote
    hosts = plan.pools.flatMap(\.hosts).map { HostLink(transport: $0) }
    book = HostBook(
      names: hosts.map(\.name), growing: plan.pools.count(where: \.mayGrow),
      settings: HostBook.Settings(
        heartbeat: plan.timing.heartbeat, lease: plan.timing.lease, giveUp: plan.timing.giveUp,
        isPatient: plan.isPatient))
    let entries = try store.ledger(forSweeps: [plan.sweep.name])
    // A coordinator that was killed between a result and its checkpoint's removal left one behind.
    for entry in entries where entry.state == .done { self.store.dropCheckpoint(of: entry.job.key) }
    let estimate = plan.signature.estimate
    let resources = plan.sweep.resources
    let retries = plan.sweep.retries
    let isKnown = entries.first.map { estimate($0.job.parameters).isKnown } ?? true
    let done = isKnown ? [] : entries.filter { $0.state == .done }.map(\.job.key)
    let now = monotonicSeconds()
    scheduler = Scheduler(
      entries: entries,
      demand: { job in
        JobDemand(estimate: estimate(job.parameters), resources: resources, retries: retries)
      },
      nextToken: try store.nextToken(), unchosen: plan.isChosen,
      awaited: Set(hosts.map(\.name)), uses: try store.uses(of: done),
      settings: Scheduler.Settings(
        leaseSeconds: plan.timing.lease, mostEqualFailures: plan.keepsGoing ? 0 : 12), now: now)
    progress = ProgressBook(sweep: plan.sweep.name, startedAt: Date().timeIntervalSince1970)
    for pool in plan.pools { pool.watch { [inbox] in inbox.put(.pool($0)) } }
  }

  /// Asks the run to drain; a second call to stop, any thread.
  public func interrupt() { inbox.put(.interrupt) }

  /// Lets jobs start that a run of chosen ones has held back; any thread.
  public func choose(_ keys: [JobKey]) { inbox.put(.choose(keys)) }

  /// Starts no further job and ends, with ``Ending/interrupted``, once the running ones are done;
  /// any thread.
  public func finishEarly() { inbox.put(.enough) }

  /// Leaves the workers to themselves, who finish what they have, keep it and end, and then calls
  /// `end`, on the run's thread, within some 2 s; any thread.
  public func leave(then end: @escaping @Sendable () -> Void) { inbox.put(.leave(then: end)) }

  /// Runs until every job has ended, or until interrupted. Blocks its thread.
  ///
  /// Throws when the store cannot be written any more: what is recorded stays, what is not
  /// stays with the workers (``leftBehind``), and running again goes on.
  public func run() throws(StoreError) -> Ending {
    defer { inbox.close() }
    do {
      return try runToEnd()
    } catch {
      abandon()
      throw error
    }
  }

  private func runToEnd() throws(StoreError) -> Ending {
    handle(book.pending)
    try settle()
    while leaving == nil {
      try takeTurn()
      let now = clock()
      if now >= nextStatus {
        nextStatus = now + plan.timing.status
        try takeRequests()
        for pool in plan.pools { pool.need(threads: isPaused ? 0 : scheduler.wantedThreads) }
        publishStatus(at: now)
      }
      if let ending { return try finish(ending) }
      let inputs = inbox.take(
        waiting: waitingTime(at: clock()), gathering: scheduler.gatheringTime)
      for input in inputs { take(input) }
    }
    return leaveWorkers()
  }

  /// Handles the time that has passed, and makes durable and does what all inputs have ordered.
  func takeTurn() throws(StoreError) {
    noticeAbsence()
    // A host that is silent is lost before its lease ends: whoever may come in its place is known.
    if ending == nil { advise(.turn) }
    handle(.tick)
    try settle()
  }

  private func waitingTime(at now: Double) -> Double {
    var due = nextStatus
    if let wake = scheduler.nextWake { due = min(due, wake) }
    if let wake = book.nextWake { due = min(due, wake) }
    return max(0, due - now)
  }

  func take(_ input: Input) {
    switch input {
    case .link(let host, let generation, let event):
      guard book.hosts[host].generation == generation else { return }
      serve(host, event)
    case .pool(let change): take(change)
    case .interrupt:
      interrupts += 1
      handle(interrupts == 1 ? .drain : .stop)
    case .choose(let keys): handle(.choose(keys))
    case .enough: handle(.drain)
    case .leave(let end): leaving = end
    }
  }

  /// Lets the scheduler handle an event and collects what it orders.
  func handle(_ event: Event) {
    noticeAbsence()
    turn.add(scheduler.handle(event, at: clock()))
  }

  /// Lets the host book handle an input and does what it asks for.
  func advise(_ input: HostInput) {
    for effect in book.handle(input, at: clock()) { perform(effect) }
  }

  /// A person's Ctrl-Z, a suspended machine or a disk that held everything up.
  private func noticeAbsence() {
    let now = clock()
    let seconds = now - awakeAt
    awakeAt = now
    advise(.awoke(after: seconds))
  }
}
