public import SweepModel

/// The allocations of one pool: how many to ask for and when, which of them run, which are gone, and when
/// the batch system is asked.
///
/// A pure value, as the host book is: its shell tells it what the system answered and what lies in the shared
/// folder, and does what it asks for. Times are seconds on any monotonic clock.
public struct PilotBook: Sendable {
  /// Its rules.
  public private(set) var settings: Settings
  /// Those that wait or run.
  private(set) var pilots: [PilotName: Pilot] = [:]
  /// Those that are gone, until the system has been asked since.
  private var gone: [PilotName: Pilot] = [:]
  /// Every allocation there ever was.
  private(set) var everyone: [PilotName] = []
  /// How many of those that are alive wait.
  private var pendingCount = 0
  /// Threads that could be kept busy.
  private var wanted = 0
  private var hasAsked = false
  private var queriedAt = -Double.infinity
  /// How long after the last question a loss makes another one due, seconds.
  private var lossPause = 5.0
  private var lookedAt = -Double.infinity
  private var changedAt = 0.0
  private(set) var nextSubmission = 0.0
  /// Why the last submission was refused; nil when it was not.
  private(set) var refusal: String?
  /// The last question for the state of all had no such answer.
  private var isUnheard = false
  private var refusals = 0
  private var stillborn = 0
  private var isSubmitting = false
  /// When a submission failed that the system may have taken nonetheless; nil once it has told what there is.
  private var unsureSince: Double?
  /// The last answer told of nothing although there was something.
  private var wasEmpty = false
  /// How many there are the link to which is lost, and of which the system has not said what became of them.
  private var lostCount = 0
  /// The nodes that the last submission excluded.
  private var excluded: [String] = []
  /// How many were asked for last, and how many may be at once by what was refused of late.
  private var asked = 0
  private var mostAtOnce = Int.max
  /// A limit of the site's is reached: one that ends makes room for another.
  private var isLimited = false
  /// Why no more are asked for; nil while they are.
  private(set) var settledBecause: String?
  private var isSettled: Bool { settledBecause != nil }
  /// Losses by node; those that have lost twice are asked for no more.
  private var losses: [String: Int] = [:]
  private var notedReasons: Set<String> = []

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
  private mutating func put(_ pilot: Pilot, _ id: PilotName) {
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

  private mutating func callOff(_ id: PilotName, at now: Double) {
    pilots[id]?.isCalledOff = true
    forget(id, at: now)
  }

  private mutating func forget(_ id: PilotName, at now: Double) {
    guard var pilot = pilots.removeValue(forKey: id) else { return }
    if pilot.state == .pending { pendingCount -= 1 }
    if pilot.lostAt != nil { lostCount -= 1 }
    pilot.state = .gone
    pilot.name = nil
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
    } else if surplus < 0, !isSubmitting, unsureSince == nil {
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

  /// At once to find the pilots of earlier coordinators and after a loss; else rarely, and never while
  /// there is nothing to ask for.
  private var nextQuery: Double {
    guard hasAsked else { return queriedAt == -.infinity ? 0 : queriedAt + 30 }
    if lostCount > 0 { return queriedAt + lossPause }
    if wasEmpty { return queriedAt + settings.doubtPause }
    if let unsureSince { return max(queriedAt + settings.unsurePause, unsureSince + lossPause) }
    guard !pilots.isEmpty else { return .infinity }
    let isQuiet = queriedAt > changedAt + settings.quietPause
    return queriedAt + (isQuiet ? settings.quietPause : settings.busyPause)
  }

  /// The system has taken a submission.
  public mutating func submitted(job: Int, count: Int, at now: Double) {
    submitted((0..<count).map { PilotName(job: job, index: $0) }, at: now)
  }

  /// The system has taken a submission of these.
  public mutating func submitted(_ names: [PilotName], at now: Double) {
    isSubmitting = false
    isLimited = false
    (refusals, refusal) = (0, nil)
    mostAtOnce = max(mostAtOnce, 2 * min(mostAtOnce, settings.largestArray))
    changedAt = now
    nextSubmission = now + 10
    for name in names { put(Pilot(since: now), name) }
  }

  /// A submission could not be tried now, or nobody has answered: it may have come all the same, and nothing
  /// is asked for before the system has said what there is.
  public mutating func postponed(mayHaveCome: Bool, at now: Double) {
    isSubmitting = false
    nextSubmission = now + 10
    if mayHaveCome { unsureSince = now }
  }

  /// The system has refused a submission.
  public mutating func refused(_ output: String, at now: Double) -> [Effect] {
    refused(system.refusal(output), at: now)
  }

  /// The same in words that have been read.
  mutating func refused(
    _ words: (sentence: String, saying: BatchSystem.Saying), at now: Double
  ) -> [Effect] {
    isSubmitting = false
    let (sentence, saying) = words
    refusal = sentence
    if saying.asksTooMany, asked > 1 {
      // Arrays are smaller there, by a number that it does not tell.
      settings.largestArray = asked / 2
      nextSubmission = now
      return []
    }
    if !excluded.isEmpty, saying.lacksNodes {
      // Every node has lost something by now.
      losses = [:]
      nextSubmission = now + 10
      return []
    }
    if saying.isSilence {
      postponed(mayHaveCome: true, at: now)
      return notedReasons.insert(sentence).inserted ? [.note(sentence)] : []
    }
    let isLimit = saying.isLimit
    if isLimit, asked > 1 {
      mostAtOnce = asked / 2
      nextSubmission = now
      return []
    }
    isLimited = isLimit
    if !isLimit { unsureSince = now }
    // Where some have come, it is no matter of whether any will.
    let counts = !isLimit || pilots.isEmpty || refusals == 0
    if counts { refusals += 1 }
    nextSubmission = now + pause(after: isLimit && !pilots.isEmpty ? 2 : refusals)
    guard !saying.isFinal, refusals < settings.mostRefusals else { return settle(sentence) }
    return counts && refusals == 1 ? [.note(sentence)] : []
  }

  private func pause(after failures: Int) -> Double {
    settings.patience[min(failures, settings.patience.count - 1)]
  }

  private mutating func settle(_ sentence: String) -> [Effect] {
    guard !isSettled else { return [] }
    settledBecause = sentence
    return [.note("no more machines are asked for: \(sentence)"), .settle]
  }

  /// Pilots have a socket in the shared folder. One whose allocation is not known may be a dead one's.
  public mutating func saw(_ names: [PilotName], at now: Double) -> [Effect] {
    var effects: [Effect] = []
    // Of each allocation its last life only.
    let latest = Dictionary(names.map { ($0.allocation, $0) }, uniquingKeysWith: max)
    for (id, name) in latest.sorted(by: { $0.key < $1.key }) {
      guard var pilot = pilots[id], name.restarts >= pilot.firstRestarts,
        pilot.name.map({ $0 < name }) ?? true
      else { continue }
      let before = pilot.name
      pilot.name = name
      pilot.state = .running
      pilot.hasBegun = true
      pilot.lostAt = nil
      pilot.beganAt = now
      put(pilot, id)
      stillborn = 0
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

  /// The system was asked for the state of all, and has said something else, such as that it does not answer.
  public mutating func unheard(_ output: String) -> [Effect] {
    guard !isUnheard else { return [] }
    isUnheard = true
    let sentence = system.refusal(output).sentence
    refusal = sentence
    return [.note(sentence)]
  }

  /// The system has told of all allocations of the pool, in answer to a question at a time.
  public mutating func heard(_ entries: [QueueEntry], asked: Double, at now: Double) -> [Effect] {
    hasAsked = true
    if isUnheard { (isUnheard, refusal) = (false, nil) }
    // Where there was something, nothing is told by a system, too, that has forgotten it for a moment.
    let isDoubtful = entries.isEmpty && !wasEmpty && pilots.values.contains { $0.since < asked }
    wasEmpty = isDoubtful
    guard !isDoubtful else { return [] }
    if let since = unsureSince, since <= asked { unsureSince = nil }
    let told = Dictionary(entries.map { ($0.pilot, $0) }) { first, _ in first }
    for entry in entries where pilots[entry.pilot] == nil { find(entry, asked: asked, at: now) }
    gone = gone.filter { $0.value.goneAt > asked }
    var effects = callOffHopeless(told, at: now)
    for id in pilots.keys.sorted() {
      guard let pilot = pilots[id] else { continue }
      if let entry = told[id] {
        effects += follow(id, entry, asked: asked, at: now)
      } else if pilot.since < asked, !pilot.isLinked {
        effects += bury(id, .failed, as: "gone from the queue", at: now)
      }
    }
    return effects
  }

  /// An allocation that nobody here has asked for, or that is not gone after all.
  private mutating func find(_ entry: QueueEntry, asked: Double, at now: Double) {
    guard entry.phase == .pending || entry.phase == .running else { return }
    guard let known = gone[entry.pilot] else { return put(Pilot(since: now), entry.pilot) }
    guard known.goneAt < asked else { return }
    var pilot = known
    pilot.state = .pending
    pilot.lostAt = nil
    put(pilot, entry.pilot)
  }

  private mutating func callOffHopeless(
    _ told: [PilotName: QueueEntry], at now: Double
  ) -> [Effect] {
    let hopeless = told.values.filter {
      $0.phase == .pending && pilots[$0.pilot]?.state == .pending
        && system.reason($0.reason)?.isFinal == true
    }
    guard let reason = hopeless.map(\.reason).min(),
      let sentence = system.reason(reason)?.sentence
    else { return [] }
    for entry in hopeless { callOff(entry.pilot, at: now) }
    return [.cancel(hopeless.map(\.pilot).sorted())] + settle(sentence)
  }

  private mutating func follow(
    _ id: PilotName, _ entry: QueueEntry, asked: Double, at now: Double
  ) -> [Effect] {
    guard var pilot = pilots[id] else { return [] }
    if !entry.node.isEmpty { pilot.node = entry.node }
    defer { if pilots[id] != nil, !entry.phase.isEnd { put(pilot, id) } }
    switch entry.phase {
    case .ended, .failed, .cancelled, .lost: return bury(id, entry.phase, as: entry.state, at: now)
    case .unknown: return []
    case .running:
      pilot.state = .running
      if let lostAt = pilot.lostAt, lostAt <= asked { pilot.lostAt = nil }
      return []
    case .pending:
      // It was requeued: its next life has another name.
      let before = pilot.name
      if let before {
        changedAt = now
        pilot.firstRestarts = before.restarts + 1
      }
      pilot.state = .pending
      pilot.reason = entry.reason
      pilot.name = nil
      pilot.lostAt = nil
      let isNews = notedReasons.insert(entry.reason).inserted
      let sentence = isNews ? system.reason(entry.reason)?.sentence : nil
      return (before.map { [.remove($0)] } ?? []) + (sentence.map { [.note($0)] } ?? [])
    }
  }

  /// An allocation is over, in the system's word.
  private mutating func bury(
    _ id: PilotName, _ phase: BatchSystem.Phase, as state: String, at now: Double
  ) -> [Effect] {
    guard let pilot = pilots[id] else { return [] }
    let name = pilot.name
    forget(id, at: now)
    changedAt = now
    if isLimited { nextSubmission = min(nextSubmission, now + 10) }
    // What others wanted, or a person called off, says nothing of a node.
    let wasTaken = phase == .cancelled
    let wasShort =
      pilot.hasBegun && phase == .failed && now - pilot.beganAt < min(60, settings.seconds / 2)
    if !pilot.node.isEmpty, phase == .lost || wasShort || !pilot.hasBegun && !wasTaken {
      losses[pilot.node, default: 0] += 1
    }
    if let name { return [.remove(name, as: pilot.departure(phase, of: settings, at: now))] }
    guard !pilot.hasBegun, !wasTaken, !pilot.isCalledOff else { return [] }
    stillborn += 1
    nextSubmission = max(nextSubmission, now + pause(after: stillborn))
    let output = Effect.tellOutput(id, state: state)
    guard stillborn >= settings.mostStillborn else { return stillborn == 1 ? [output] : [] }
    return [output]
      + settle("\(stillborn) allocations in a row ended before they were workers")
  }

  /// Everything that the system may still have of the pool.
  public var callable: [PilotName] { pilots.keys.sorted() }
}
