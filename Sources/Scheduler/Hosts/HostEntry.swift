public import SweepModel

/// One host as ``HostBook`` knows it.
public struct HostEntry: Hashable, Sendable {
  /// How it stands.
  public enum State: Hashable, Sendable {
    /// Waits until a time, monotonic seconds, before it connects (again).
    case waiting(until: Double)
    /// Connects.
    case connecting
    /// The link stands, the worker has not greeted.
    case greeting
    /// Greeted.
    case ready
    /// Only a person can mend it.
    case failed
    /// It has reached the worker of another host of the run; it waits until that one is lost.
    case duplicate(of: String)
    /// It was taken away, and may be added again.
    case removed
    /// The run is over and the link closed.
    case closed
  }

  /// Its name in the cluster file.
  public let name: String
  /// How it stands.
  public internal(set) var state = State.waiting(until: 0)
  /// Grows with every link and when one is given up, so that words of an old one are known.
  public internal(set) var generation = 0
  /// When the last word came, monotonic seconds.
  public internal(set) var heardAt = 0.0
  /// Failed tries since the last greeting.
  public internal(set) var tries = 0
  /// It has let this run in once.
  public internal(set) var hasGreeted = false
  /// When it greeted last, monotonic seconds.
  public internal(set) var greetedAt = -Double.infinity
  /// Why it was lost last; nil since it greeted.
  public internal(set) var trouble: HostTrouble?
  /// Its worker runs another binary than this run ships: it hands over what it holds, no more.
  public internal(set) var isOutdated = false
  /// How many times as slow as others the way to it is: signs of life are rarer, and silence lasts longer.
  public internal(set) var pace = 1.0
  /// The same, as the scheduler has been told.
  var toldPace = 1.0
  /// When a sign of life is due, monotonic seconds.
  var nextHeartbeat = 0.0
  /// The worker that has greeted last.
  var worker: HostGreeting.Worker?
  /// The worker that it has reached while that serves another link.
  var occupied: String?
  /// A link is open or opening.
  var isLinked = false
  /// Its worker has been told that the run is over.
  var isDismissed = false
  var misdeeds = Misdeeds()
  /// Until when its peer is left alone because of what it said, monotonic seconds.
  var shunnedUntil = -Double.infinity

  init(name: String, pace: Double = 1) { (self.name, self.pace) = (name, pace) }

  /// True while the host may still join.
  public var isPending: Bool {
    switch state {
    case .waiting, .connecting, .greeting: true
    case .ready, .failed, .duplicate, .removed, .closed: false
    }
  }

  /// True while a worker takes orders from its link, or will once it listens.
  public var isAttached: Bool { state == .ready || state == .greeting && occupied == nil }

  /// True at the end of a run while its worker may still have something to hand over.
  public var isLeaving: Bool { isAttached || state == .connecting && hasGreeted }

  /// True when a worker of it that has served this run does not know yet that the run is over.
  public var mayBeLeftBehind: Bool {
    guard hasGreeted, !isDismissed, trouble != .occupied, state != .removed else { return false }
    if case .duplicate = state { return false }
    return true
  }

  /// Seconds before the next try: 1, 2, 4 … 30. Trying a host that does not answer costs nobody
  /// anything, so that is done every heartbeat: it works again as soon as it is back. One that
  /// refuses us is tried more and more rarely, at last every 5 min: some count refused logins.
  func pause(_ settings: HostBook.Settings) -> Double {
    let seconds = Double(1 << min(tries, 16))
    switch trouble {
    case .unreachable, .refused: return min(settings.longestPause, seconds, settings.heartbeat)
    case .authenticationRejected: return min(300, seconds)
    default: return min(settings.longestPause, seconds)
    }
  }

  /// True when trying again is of no use before a person has done something.
  ///
  /// What worked once in a run works again: a name server, a login that is held back while a host
  /// boots, a key file on a home that is not mounted yet. Only a host key that has changed is never
  /// passed over.
  ///
  /// - Parameter isPatient: the person who started the run wants hosts to join once they can.
  func needsPerson(isPatient: Bool) -> Bool {
    guard let trouble, trouble.isPermanent else { return false }
    return trouble == .hostKeyChanged || !(hasGreeted || isPatient)
  }
}

/// What a worker says of itself when it greets.
public struct HostGreeting: Hashable, Sendable {
  /// Which worker it is.
  public struct Worker: Hashable, Sendable {
    /// Drawn by every worker when it starts: links that hear the same one have reached one worker.
    public let instance: String
    /// The machine that it runs on.
    public let machine: String

    /// Creates an identity.
    public init(instance: String, machine: String) {
      self.instance = instance
      self.machine = machine
    }
  }

  /// Which worker it is; nil for one of a version that does not say.
  public let worker: Worker?
  /// It runs another binary than this run ships.
  public let isOutdated: Bool
  /// What jobs may use there.
  public let capacity: Amounts
  /// Every attempt that it runs or whose outcome it keeps.
  public let held: [AttemptID]
  /// Which named resources those of them have that run.
  public let resources: [AttemptID: [Allocation.Held]]
  /// How long its machine is still the worker's, seconds; nil where nobody takes it away.
  public let secondsLeft: Double?

  /// Creates a greeting.
  public init(
    worker: Worker?, isOutdated: Bool, capacity: Amounts, held: [AttemptID],
    resources: [AttemptID: [Allocation.Held]] = [:], secondsLeft: Double? = nil
  ) {
    self.worker = worker
    self.isOutdated = isOutdated
    self.capacity = capacity
    self.held = held
    self.resources = resources
    self.secondsLeft = secondsLeft
  }
}

/// How often in a row a host's peer did what no worker does: it is left alone, longer and longer.
struct Misdeeds: Hashable, Sendable {
  private var times = 0
  private var latest = -Double.infinity

  /// Takes in one more at a time, monotonic seconds; how long to leave the host alone, seconds.
  mutating func add(at now: Double) -> Double {
    times = now - latest < 900 ? times + 1 : 1
    latest = now
    return min(300, Double(1 << min(times, 16)))
  }
}
