import SweepModel

/// The hosts of a run: whom to connect to and when, who has greeted, who is silent, who is the same
/// worker, who is left alone and who is given up.
///
/// A pure value beside ``Scheduler``: the shell tells it what its links did and performs the effects
/// in order. The coordinator and the simulator are such shells.
public struct HostBook: Sendable {
  /// Its rules, in seconds.
  public struct Settings: Hashable, Sendable {
    /// Between signs of life.
    public var heartbeat: Double
    /// Silence after which a link is given up.
    public var lease: Double
    /// How long to try when no host at all can be reached.
    public var giveUp: Double
    /// Hosts that cannot be used are tried again from the start on.
    public var isPatient: Bool
    /// The longest pause before a host is tried again, but for those that refuse us.
    var longestPause = 30.0

    /// Creates settings.
    public init(heartbeat: Double, lease: Double, giveUp: Double, isPatient: Bool = false) {
      self.heartbeat = heartbeat
      self.lease = lease
      self.giveUp = giveUp
      self.isPatient = isPatient
    }
  }

  /// The hosts in the order in which they came. Whoever was taken away keeps the place.
  public internal(set) var hosts: [HostEntry]
  /// Pools that may still add hosts.
  var growing: Int
  var settings: Settings
  /// Since when no host is ready; nil while one is.
  var hostlessSince: Double?

  /// Knows hosts of some names; none is connected. `growing` pools may add others.
  public init(names: [String], growing: Int = 0, settings: Settings) {
    hosts = names.map { HostEntry(name: $0) }
    self.growing = growing
    self.settings = settings
  }

  /// How many hosts may still join; a pool that may add some counts as one.
  public var pending: Event { .hostsPending(hosts.count(where: \.isPending) + growing) }

  /// When the next turn is due, monotonic seconds; nil when only an input can change anything.
  public var nextWake: Double? {
    var due = Double.infinity
    for host in hosts {
      switch host.state {
      case .waiting(let until): due = min(due, until)
      case .greeting: due = min(due, host.heardAt + settings.lease * host.pace)
      case .ready: due = min(due, host.nextHeartbeat, host.heardAt + settings.lease * host.pace)
      case .connecting, .failed, .duplicate, .removed, .closed: break
      }
    }
    if growing == 0, let since = hostlessSince, hosts.contains(where: \.isPending) {
      due = min(due, since + settings.giveUp)
    }
    return due.isFinite ? due : nil
  }

  /// Handles an input at a time, monotonic seconds.
  public mutating func handle(_ input: HostInput, at now: Double) -> [HostEffect] {
    switch input {
    case .added(let name, let pace): return add(name, pace: pace, at: now)
    case .removed(let host, let departure): return remove(host, as: departure, at: now)
    case .settled:
      growing -= 1
      if hostlessSince != nil { hostlessSince = now }
      return [.tell(pending)]
    case .turn: return connectDue(at: now) + watchSilence(at: now)
    case .awoke(let seconds): return excuse(seconds, at: now)
    case .shipping(let host):
      hosts[host].heardAt = now
      hostlessSince = nil
    case .opened(let host, let pace):
      hosts[host].pace = pace ?? hosts[host].pace
      hosts[host].heardAt = now
      hosts[host].state = .greeting
      return [.send(host, .hello)]
    case .heard(let host): hosts[host].heardAt = now
    case .greeted(let host, let greeting): return greet(host, greeting, at: now)
    case .occupied(let host, let instance, let byOtherRun):
      return wait(host, for: instance, byOtherRun: byOtherRun, at: now)
    case .misbehaved(let host): return shun(host, at: now)
    case .lost(let host, let trouble): return lose(host, trouble, at: now)
    case .finish: return finish(at: now)
    case .abandon: return hosts.indices.filter { hosts[$0].isAttached }.flatMap { dismiss($0) }
    case .openedLate(let host, let closing):
      hosts[host].state = .greeting
      return [.send(host, .hello)] + (closing ? dismiss(host) : sayGoodbye(host))
    case .ended(let host): hosts[host].state = .closed
    }
    return []
  }

  private mutating func connectDue(at now: Double) -> [HostEffect] {
    hosts.indices.compactMap { host in
      guard case .waiting(let until) = hosts[host].state, until <= now else { return nil }
      return connect(host, at: now)
    }
  }

  mutating func connect(_ host: Int, at now: Double) -> HostEffect {
    hosts[host].generation += 1
    hosts[host].state = .connecting
    hosts[host].isLinked = true
    hosts[host].isDismissed = false
    hosts[host].occupied = nil
    hosts[host].heardAt = now
    return .connect(host)
  }

  private mutating func greet(
    _ host: Int, _ greeting: HostGreeting, at now: Double
  ) -> [HostEffect] {
    hosts[host].state = .ready
    hosts[host].worker = greeting.worker
    hosts[host].occupied = nil
    hosts[host].isOutdated = greeting.isOutdated
    hosts[host].hasGreeted = true
    hosts[host].greetedAt = now
    hosts[host].tries = 0
    hosts[host].trouble = nil
    hosts[host].nextHeartbeat = now + settings.heartbeat * hosts[host].pace
    // First who is who: what another link to this worker held goes on under this one's name.
    var effects = greeting.worker.map { introduce(host, $0) } ?? []
    if hosts[host].pace != hosts[host].toldPace {
      hosts[host].toldPace = hosts[host].pace
      effects.append(.tell(.paced(worker: hosts[host].name, hosts[host].pace)))
    }
    if let seconds = greeting.secondsLeft {
      effects.append(.tell(.lent(worker: hosts[host].name, until: now + seconds)))
    }
    effects += [
      .tell(
        .joined(
          worker: hosts[host].name, greeting.capacity, holding: greeting.held,
          with: greeting.resources)),
      .tell(pending),
    ]
    if greeting.isOutdated { effects += sayGoodbye(host) }
    return effects
  }

  mutating func lose(_ host: Int, _ trouble: HostTrouble?, at now: Double) -> [HostEffect] {
    guard hosts[host].isPending || hosts[host].state == .ready else { return [] }
    let isNews = hosts[host].state == .ready || hosts[host].trouble != trouble
    hosts[host].isLinked = false
    hosts[host].generation += 1
    hosts[host].trouble = trouble
    if hosts[host].needsPerson(isPatient: settings.isPatient) {
      hosts[host].state = .failed
    } else {
      let pause = hosts[host].pause(settings)
      hosts[host].state = .waiting(until: now + pause)
      hosts[host].tries += 1
    }
    tryDuplicates(of: hosts[host].name, at: now)
    // That it may come back is told before that it is gone: else jobs that only it can hold would
    // be given up, or the whole run.
    return [
      .lost(host, isNews: isNews), .tell(pending), .tell(.left(worker: hosts[host].name)),
    ]
  }

  private mutating func shun(_ host: Int, at now: Double) -> [HostEffect] {
    let pause = hosts[host].misdeeds.add(at: now)
    hosts[host].shunnedUntil = now + pause
    let effects = [.close(host), .shunned(host, seconds: pause)] + lose(host, .worker, at: now)
    if case .waiting(let until) = hosts[host].state {
      hosts[host].state = .waiting(until: max(until, now + pause))
    }
    return effects
  }
}
