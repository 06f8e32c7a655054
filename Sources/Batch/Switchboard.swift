public import SweepModel

/// Which pilots are reached by the batch system's command, and which through the relay on the login host.
///
/// A command costs the batch system a call, and the login host a process, for as long as the link stands;
/// the relay is one process for all.
struct Switchboard {
  /// Links by the command beyond which others go through the relay.
  static let mostAttached = 32
  /// How often a link to one pilot may fail to come about before it goes through the relay.
  private static let mostFailures = 2
  /// How many may fail in a row, of whatever pilots, before all that follow go through the relay.
  private static let mostFailuresInARow = 4

  private let link: PilotLink
  /// Links by the command that stand or are tried, with how often they failed to come about.
  private var attached: [PilotName: Int] = [:]
  private var failuresInARow = 0
  /// Those whose call is still to be made.
  private(set) var untried: Set<PilotName> = []

  init(_ link: PilotLink) { self.link = link }

  /// Whether a pilot that has come is reached by the command; `mayCall` where calls are left for that.
  mutating func attaches(_ pilot: PilotName, mayCall: Bool = true) -> Bool {
    let isFull = attached.count >= Self.mostAttached
    let isUseless = failuresInARow >= Self.mostFailuresInARow
    guard link == .attach || link == .auto && !isFull && !isUseless && mayCall else { return false }
    attached[pilot] = 0
    untried.insert(pilot)
    return true
  }

  /// Its link by the command stands.
  mutating func opened(_ pilot: PilotName) {
    failuresInARow = 0
    untried.remove(pilot)
    if attached[pilot] != nil { attached[pilot] = 0 }
  }

  /// Its link is lost; true where it goes through the relay from now on.
  mutating func lost(_ pilot: PilotName, hasOpened: Bool) -> Bool {
    untried.remove(pilot)
    guard link == .auto, !hasOpened, let failures = attached[pilot] else { return false }
    failuresInARow += 1
    attached[pilot] = failures + 1
    guard failures + 1 >= Self.mostFailures else { return false }
    attached[pilot] = nil
    return true
  }

  /// It is gone.
  mutating func forget(_ pilot: PilotName) {
    attached[pilot] = nil
    untried.remove(pilot)
  }
}

extension PoolSpec {
  /// How many of its machines may have links of their own at a time; the others share that of the relay.
  public var mostAttached: Int {
    guard !request.system.attach.isEmpty else { return 0 }
    switch link {
    case .attach: return request.count
    case .auto: return min(request.count, Switchboard.mostAttached)
    case .relay, .mail: return 0
    }
  }
}
