public import SweepModel

/// The allocations of one pool: how many to ask for and when, which of them run, which are gone, and when
/// the batch system is asked.
///
/// A pure value, as the host book is: its shell tells it what the system answered and what lies in the shared
/// folder, and does what it asks for. Times are seconds on any monotonic clock.
public struct PilotBook: Sendable {
  /// Its rules.
  public internal(set) var settings: Settings
  /// Those that wait or run.
  var pilots: [PilotName: Pilot] = [:]
  /// Those that are gone, until the system has been asked since.
  var gone: [PilotName: Pilot] = [:]
  /// Every allocation there ever was.
  private(set) var everyone: [PilotName] = []
  /// How many of those that are alive wait.
  var pendingCount = 0
  /// Threads that could be kept busy.
  var wanted = 0
  var hasAsked = false
  var queriedAt = -Double.infinity
  /// How long after the last question a loss makes another one due, seconds.
  var lossPause = 5.0
  private var lookedAt = -Double.infinity
  var changedAt = 0.0
  var nextSubmission = 0.0
  /// Why the last submission was refused; nil when it was not.
  var refusal: String?
  /// The last question for the state of all had no such answer.
  var isUnheard = false
  var refusals = 0
  var stillborn = 0
  /// Answers in a row that told of some: those of one array fail together.
  var stillbornTimes = 0
  var isSubmitting = false
  /// When a submission failed that the system may have taken nonetheless; nil once it has told what there is.
  var unsureSince: Double?
  /// The last answer told of nothing although there was something.
  var wasEmpty = false
  /// How many there are the link to which is lost, and of which the system has not said what became of them.
  private var lostCount = 0
  /// The nodes that the last submission excluded.
  var excluded: [String] = []
  /// How many were asked for last, and how many may be at once by what was refused of late.
  var asked = 0
  var mostAtOnce = Int.max
  /// A limit of the site's is reached: one that ends makes room for another.
  var isLimited = false
  /// Why no more are asked for; nil while they are.
  var settledBecause: String?
  var isSettled: Bool { settledBecause != nil }
  /// Losses by node; those that have lost twice are asked for no more.
  var losses: [String: Int] = [:]
  var notedReasons: Set<String> = []

  /// What the batch system's words mean.
  let system: BatchSystem

  /// A pool that knows of no allocation yet.
  public init(_ settings: Settings, of system: BatchSystem = BatchSystem()) {
    self.settings = settings
    self.system = system
  }

  private var pending: [PilotName] {
    pilots.filter { $0.value.state == .pending }.map(\.key).sorted()
  }

  /// Everything that happens to a pilot goes through here.
  mutating func put(_ pilot: Pilot, _ id: PilotName) {
    if let before = pilots[id] {
      if before.state == .pending { pendingCount -= 1 }
      if before.lostAt != nil { lostCount -= 1 }
    } else if gone.removeValue(forKey: id) == nil {
      everyone.append(id)
    }
    if pilot.state == .pending { pendingCount += 1 }
    if pilot.lostAt != nil { lostCount += 1 }
    pilots[id] = pilot
  }

  mutating func callOff(_ id: PilotName, at now: Double) {
    pilots[id]?.isCalledOff = true
    forget(id, at: now)
  }

  mutating func forget(_ id: PilotName, at now: Double) {
    guard var pilot = pilots.removeValue(forKey: id) else { return }
    if pilot.state == .pending { pendingCount -= 1 }
    if pilot.lostAt != nil { lostCount -= 1 }
    pilot.state = .gone
    pilot.lostAt = nil
    pilot.goneAt = now
    gone[id] = pilot
  }

  /// How many allocations could be kept busy.
  var useful: Int {
    min(settings.count, (wanted + settings.threads - 1) / max(1, settings.threads))
  }

  // MARK: What happens

  /// So many threads could be kept busy.
  public mutating func need(threads: Int) { wanted = threads }

  /// Does what is due; nothing happens twice in one turn.
  public mutating func turn(at now: Double) -> [Effect] {
    var effects: [Effect] = []
    if now >= nextQuery {
      // The first loss is asked about at once, the following ones, and one of which the system says
      // nothing yet, rarer and rarer.
      let isSoon = now < queriedAt + 2 * settings.busyPause
      lossPause = lostCount > 0 && isSoon ? min(settings.busyPause, 2 * lossPause) : 5
      queriedAt = now
      effects.append(.query)
    }
    if now >= lookedAt + settings.lookPause, !pilots.isEmpty {
      lookedAt = now
      effects.append(.look)
    }
    guard hasAsked, !isSettled else { return effects }
    guard now >= nextSubmission else { return effects }
    let surplus = pilots.count - useful
    if surplus > 0, pendingCount > 0 {
      nextSubmission = now + settings.busyPause
      let called = Array(pending.suffix(surplus))
      for pilot in called { callOff(pilot, at: now) }
      // Whether the system has heard of it is known once it has told what there is.
      unsureSince = now
      effects.append(.cancel(called))
    } else if surplus < 0, !isSubmitting, unsureSince == nil, !effects.contains(.query) {
      // How many there are is better known once the system has answered.
      isSubmitting = true
      asked = min(-surplus, settings.largestArray, mostAtOnce)
      excluded = losses.filter { $0.value >= 2 }.map(\.key).sorted()
      effects.append(.submit(asked, excluding: excluded))
    }
    return effects
  }

  /// When the next turn is due though nothing happens.
  public var nextTurn: Double {
    var due = nextQuery
    if !pilots.isEmpty { due = min(due, lookedAt + settings.lookPause) }
    let mayAct =
      pilots.count > useful ? pendingCount > 0 : pilots.count < useful && unsureSince == nil
    if hasAsked, !isSettled, mayAct, !isSubmitting { due = min(due, nextSubmission) }
    return due
  }

  /// At once to find the pilots of earlier coordinators and after a loss; else rarely, and where there are
  /// none only before others are asked for: what was missing may be there again.
  private var nextQuery: Double {
    guard hasAsked else { return queriedAt == -.infinity ? 0 : queriedAt + 30 }
    if lostCount > 0 { return queriedAt + lossPause }
    if wasEmpty { return queriedAt + settings.doubtPause }
    if let unsureSince {
      let pause = isSettled ? settings.busyPause : settings.unsurePause
      return max(queriedAt + pause, unsureSince + lossPause)
    }
    guard !pilots.isEmpty else {
      return useful > 0 && !isSettled
        ? max(nextSubmission, queriedAt + settings.busyPause) : .infinity
    }
    let isQuiet = queriedAt > changedAt + settings.quietPause
    return queriedAt + (isQuiet ? settings.quietPause : settings.busyPause)
  }

  /// Pilots have a socket in the shared folder. One whose allocation is not known may be a dead one's.
  public mutating func saw(_ names: [PilotName], at now: Double) -> [Effect] {
    var effects: [Effect] = []
    // Of each allocation its last life only.
    let latest = Dictionary(names.map { ($0.allocation, $0) }, uniquingKeysWith: max)
    for (id, name) in latest.sorted(by: { $0.key < $1.key }) {
      guard var pilot = pilots[id], !pilot.isSuspended, name.restarts >= pilot.firstRestarts,
        pilot.name.map({ $0 < name }) ?? true
      else { continue }
      let before = pilot.name
      pilot.name = name
      pilot.state = .running
      pilot.hasBegun = true
      pilot.lostAt = nil
      pilot.beganAt = now
      put(pilot, id)
      (stillborn, stillbornTimes) = (0, 0)
      changedAt = now
      effects.append(.add(name))
      // Only then: a run that has no host for a moment, and no more to come, would end.
      if let before { effects.append(.remove(before)) }
    }
    return effects
  }

  /// The link to a worker is lost. The system knows whether it is gone; of one whose time is over anybody does.
  public mutating func lost(_ name: PilotName, at now: Double) -> [Effect] {
    let id = name.allocation
    guard var pilot = pilots[id], pilot.name == name, pilot.lostAt == nil else { return [] }
    pilot.lostAt = now
    put(pilot, id)
    guard pilot.isOver(of: settings, at: now) else { return [] }
    return bury(id, .ended, as: "its time was over", at: now)
  }

  /// True while a call of the system's may bring a link to a worker.
  public func mayAttach(_ name: PilotName) -> Bool {
    let pilot = pilots[name.allocation]
    return pilot?.name == name && pilot?.state == .running && pilot?.lostAt == nil
  }

  /// Everything that the system may still have of the pool, as far as is known: what was called off, too,
  /// until it has told what there is.
  public var callable: [PilotName] {
    (Array(pilots.keys) + gone.filter(\.value.isCalledOff).keys).sorted()
  }

  /// It may have more: what was asked for and nobody has answered, and what an earlier coordinator had.
  var isUnsure: Bool { unsureSince != nil || !hasAsked }
}
