public import SweepModel
public import Wire

/// What a worker does: whom it serves, what it runs, which outcomes it keeps until they are
/// acknowledged, and when it ends.
///
/// A pure value: its shell tells it what links, slots, disk and clock did, and performs the effects
/// in order. `quanta-worker` and the simulator are such shells.
///
/// It serves one coordinator at a time; other links wait as newcomers. Without a coordinator it goes
/// on, and without work and coordinator it ends after its grace time.
public struct WorkerCore: Sendable {
  /// An attempt in a slot, or one that waits for the threads of those before it.
  struct Running: Sendable {
    let attempt: AttemptID
    let threads: Int
    /// Which ones of the host's named resources it has to itself.
    let held: [Allocation.Held]
    let timeoutSeconds: Double?
    /// What a slot is told once it begins; nil from then on.
    var waiting: Order.Assignment?
    /// When it began, monotonic seconds; infinite while it waits.
    var begunAt = Double.infinity
    /// When it must be over, monotonic seconds.
    var deadline: Double?
    /// Why it was told to stop; nil while it was not.
    var stopping: Stopping?
    /// The link to which the checkpoint goes that it tells in pieces; nil when nobody gets that one.
    var partsLink: Int?
  }

  struct Stopping: Sendable {
    let cause: FailureCause
    let message: String
    /// When its process is killed, monotonic seconds; nil once it was.
    var killAt: Double?
  }

  /// An outcome that no coordinator has acknowledged.
  struct Kept: Sendable {
    let attempt: AttemptID
    let outcome: Report.Outcome
    var state: State

    enum State: Equatable {
      /// It took so short a time that it is told first, and goes to the disk unless it is acknowledged
      /// by then, monotonic seconds.
      case told(until: Double)
      /// The disk has not answered; before, nobody is told, unless the coordinator served has been.
      case asked(isTold: Bool)
      /// The disk has taken it.
      case durable
      /// It is in memory only, since the disk did not take it.
      case refused
    }

    var isAsked: Bool { if case .asked = state { true } else { false } }

    /// The disk will be asked, or has been and has not answered.
    var isOnItsWay: Bool {
      switch state {
      case .told, .asked: true
      case .durable, .refused: false
      }
    }
  }

  /// This worker among all that ever ran.
  let instance: String
  /// The link to the coordinator.
  public internal(set) var served: Int?
  /// Who the coordinator is, once it has said so.
  public internal(set) var servedRun: RunIdentity?
  /// The link served is being closed.
  var isRetiring = false
  /// Links that came while another one was served, the oldest first.
  var newcomers: [Newcomer] = []
  /// When the coordinator last said anything, monotonic seconds.
  var heardAt = 0.0
  var nextHeartbeat = 0.0
  var running: [Running] = []
  /// By token.
  var kept: [Kept] = []
  /// Threads that all attempts together may have; nil for any number.
  var mostThreads: Int?
  /// When the disk is asked again, monotonic seconds.
  var nextWriting = 0.0
  /// The end of the logs that no coordinator could take yet, by token.
  var unsentLogs: [Int: String] = [:]
  /// What the coordinator wishes; before one has greeted, nobody may be about to come: its run may
  /// have ended while this worker started.
  var settings = Order.Settings(heartbeatSeconds: 2, graceSeconds: 15)
  /// Since when there has been neither work nor coordinator, monotonic seconds.
  var idleSince: Double
  /// When a coordinator last had a job here, or came, monotonic seconds.
  var workedAt: Double
  var isShuttingDown = false
  /// Somebody asked this worker to end: its jobs stop, and no coordinator is served.
  var isEnding = false
  /// When the machine is taken away, monotonic seconds; infinite where nobody does.
  let endsAt: Double
  /// When it leaves the machine by itself, monotonic seconds.
  let leavesAt: Double
  /// It leaves: nothing begins, and it ends when all is told, or by this time, monotonic seconds.
  var leavesBy: Double?
  private var hasEnded = false

  /// Creates a worker that starts.
  ///
  /// - Parameters:
  ///   - instance: drawn anew by every worker.
  ///   - kept: the outcomes on its disk, which earlier workers left.
  ///   - secondsLeft: how long the machine is this worker's; infinite where nobody takes it away.
  ///   - now: monotonic seconds.
  public init(
    instance: String, kept: [(attempt: AttemptID, outcome: Report.Outcome)],
    secondsLeft: Double = .infinity, at now: Double
  ) {
    self.instance = instance
    endsAt = now + secondsLeft
    leavesAt = endsAt - BatchRequest.secondsToLeave(of: secondsLeft)
    idleSince = now
    workedAt = now
    // Who has asked for the machine may take a while to hear that it is there.
    if secondsLeft < .infinity {
      settings = Order.Settings(heartbeatSeconds: settings.heartbeatSeconds, graceSeconds: 300)
    }
    for entry in kept {
      keep(Kept(attempt: entry.attempt, outcome: entry.outcome, state: .durable))
    }
  }

  /// Every attempt that it runs or whose outcome it keeps, in the order of their leases.
  public var held: [AttemptID] { (running.map(\.attempt) + kept.map(\.attempt)).sorted() }

  /// Which named resources those of them have that run.
  public var resources: [AttemptID: [Allocation.Held]] {
    Dictionary(
      uniqueKeysWithValues: running.lazy.filter { !$0.held.isEmpty }.map { ($0.attempt, $0.held) })
  }

  /// How many attempts run.
  public var jobs: Int { running.count { $0.waiting == nil } }

  /// True for an attempt that runs or whose outcome is kept.
  public func holds(_ attempt: AttemptID) -> Bool {
    running.contains { $0.attempt == attempt } || kept.contains { $0.attempt == attempt }
  }

  /// True for an attempt that runs and was told to stop.
  public func isStopping(_ attempt: AttemptID) -> Bool {
    running.contains { $0.attempt == attempt && $0.stopping != nil }
  }

  /// Handles an input at a time, monotonic seconds.
  public mutating func handle(_ input: WorkerInput, at now: Double) -> [WorkerEffect] {
    guard !hasEnded else { return [] }
    if isEngaged { idleSince = now }
    if served == nil || !running.isEmpty || !kept.isEmpty { workedAt = now }
    var out: [WorkerEffect] = []
    switch input {
    case .linked(let link): meet(link, at: now, &out)
    case .heard(let link): if link == served { heardAt = now }
    case .ordered(let link, let order):
      if link == served { obey(order, at: now, &out) } else { note(order, ofNewcomer: link) }
    case .unlinked(let link): lose(link, &out)
    case .reported(let report, let isCrowded): pass(report, isCrowded: isCrowded, at: now, &out)
    case .died(let attempt, let cause, let message): bury(attempt, cause, message, at: now, &out)
    case .written(let attempt, let trouble): noteWriting(attempt, trouble, at: now, &out)
    case .askedToEnd: endOnRequest(at: now, &out)
    case .leaves: leave(at: now, &out)
    case .turn(let isFlushed):
      if now >= min(leavesAt, idlesUntil) { leave(at: now, &out) }
      watchLink(at: now, &out)
      writeUnacknowledged(before: now, &out)
      writeAgain(at: now, &out)
      watchAttempts(at: now, &out)
      if isOver(isFlushed: isFlushed, at: now) { end(&out) }
    }
    return out
  }

  /// When the next turn is due though nothing comes, monotonic seconds; infinite when none is.
  public var nextWake: Double {
    guard !hasEnded else { return .infinity }
    var due = leavesBy.map { isBusy ? .infinity : $0 } ?? min(leavesAt, idlesUntil)
    if served != nil, !isRetiring { due = min(due, nextHeartbeat, silenceEnd) }
    for newcomer in newcomers {
      due = min(due, newcomer.run == nil ? newcomer.namelessUntil : seatDue(newcomer))
    }
    for entry in running {
      due = min(due, entry.deadline ?? .infinity, entry.stopping?.killAt ?? .infinity)
    }
    for entry in kept {
      switch entry.state {
      case .told(let until): due = min(due, until)
      case .refused: due = min(due, nextWriting)
      case .asked, .durable: break
      }
    }
    return isEngaged ? due : min(due, idleSince + settings.graceSeconds)
  }
}

// When it ends.

extension WorkerCore {
  private var isBusy: Bool { !running.isEmpty || kept.contains(where: \.isOnItsWay) }

  var isEngaged: Bool { isBusy || (served != nil && !isShuttingDown) }

  private func isOver(isFlushed: Bool, at now: Double) -> Bool {
    guard !isBusy else { return false }
    if isEnding { return true }
    if let leavesBy { return kept.isEmpty && isFlushed || served == nil || now >= leavesBy }
    if isShuttingDown, kept.isEmpty { return served == nil || isFlushed }
    // The coordinator has left for good; what is on the disk waits there for the next one.
    if isShuttingDown, served == nil, newcomers.isEmpty,
      !kept.contains(where: { $0.state == .refused })
    {
      return true
    }
    return !isEngaged && now >= idleSince + settings.graceSeconds
  }

  private mutating func end(_ out: inout [WorkerEffect]) {
    hasEnded = true
    // A job that failed may go on here from its checkpoint once the coordinator knows.
    let failed = kept.filter { if case .failed = $0.outcome { true } else { false } }
    out.append(.end(resumable: failed.map(\.attempt)))
  }

  /// Stops every job; what the jobs say to that is kept on the disk for the next coordinator.
  private mutating func endOnRequest(at now: Double, _ out: inout [WorkerEffect]) {
    guard !isEnding else { return }
    isEnding = true
    out.append(.note("the worker was asked to end"))
    if let served { retire(served, &out) }
    for newcomer in newcomers { out.append(.close(newcomer.link)) }
    newcomers = []
    for index in running.indices.reversed() {
      halt(index, .cancelled, "its worker was asked to end", at: now, &out)
    }
  }
}
