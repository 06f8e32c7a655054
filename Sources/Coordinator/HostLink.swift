import SweepModel
import Transport
import Wire

/// One host as the coordinator keeps it: its link, what it said of itself, when to try again.
struct HostLink {
  enum State: Hashable {
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
    /// The run is over and the link closed.
    case closed
  }

  let transport: any Transport
  var state = State.waiting(until: 0)
  var link: (any Link)?
  /// Grows with every link, so that words of an old one are known.
  var generation = 0
  var decoder = FrameDecoder()
  var conduct = Conduct()
  var misdeeds = Misdeeds()
  var logs = LogAllowance()
  /// Attempts that its worker said it holds, or was given since; nobody else's words count.
  var given: Set<AttemptID> = []
  var description: Report.WorkerDescription?
  /// The worker that it has reached, while that serves another link.
  var occupied: Report.Occupation?
  /// When the last byte came, monotonic seconds.
  var heardAt = 0.0
  var nextHeartbeat = 0.0
  /// Failed tries since the last greeting.
  var tries = 0
  /// It has let this run in once.
  var hasGreeted = false
  var failure: LinkFailure?
  /// When it greeted last, monotonic seconds.
  var greetedAt = -Double.infinity
  /// Its worker has been told that the run is over.
  var isDismissed = false
  /// What its worker has told of the host, and a person has been told.
  var notes: Set<String> = []

  var name: String { transport.host.name }

  /// True while the host may still join.
  var isPending: Bool {
    switch state {
    case .waiting, .connecting, .greeting: true
    case .ready, .failed, .duplicate, .closed: false
    }
  }

  /// True while a worker takes orders from this link, or will once it listens.
  var isAttached: Bool { state == .ready || state == .greeting && occupied == nil }

  /// True when a worker of it that has served this run does not know yet that the run is over.
  var mayBeLeftBehind: Bool {
    guard hasGreeted, !isDismissed, failure?.code != .occupied else { return false }
    if case .duplicate = state { return false }
    return true
  }

  /// Seconds before the next try: 1, 2, 4 … 30. Trying a host that does not answer costs nobody
  /// anything, so that is done every heartbeat: it works again as soon as it is back. One that
  /// refuses us is tried more and more rarely, at last every 5 min: some count refused logins.
  func backoff(heartbeat: Double) -> Double {
    let seconds = Double(1 << min(tries, 9))
    switch failure?.code {
    case .unreachable, .refused: return min(30, seconds, heartbeat)
    case .authenticationRejected: return min(300, seconds)
    default: return min(30, seconds)
    }
  }

  /// True when trying again is of no use before a person has done something.
  ///
  /// What worked once in a run works again: a name server, a login that is held back while a host
  /// boots, a key file on a home that is not mounted yet. Only a host key that has changed is never
  /// passed over.
  ///
  /// - Parameter isPatient: the person who started the run wants hosts to join once they can.
  func needsPerson(after failure: LinkFailure?, isPatient: Bool) -> Bool {
    guard let code = failure?.code, code.isPermanent else { return false }
    return code == .hostKeyChanged || !(hasGreeted || isPatient)
  }

  /// True when the worker runs another binary than this coordinator ships: it hands over what it
  /// holds and gets nothing new.
  func isOutdated(_ binary: WorkerBinary) -> Bool {
    description.map { $0.binaryHash != binary.hash } ?? false
  }

  mutating func send(_ order: Order) {
    if case .shutdown = order, link != nil { isDismissed = true }
    link?.send(order.frame.bytes)
  }
}
