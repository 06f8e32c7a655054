/// The allocations of one pool: how many to ask for and when, which of them run, which are gone, and when
/// Slurm is asked.
///
/// A pure value, as the host book is: its shell tells it what Slurm answered and what lies in the shared
/// folder, and does what it asks for. Times are seconds on any monotonic clock.
public struct PilotBook: Sendable {
  /// Its rules, in seconds.
  public struct Settings: Hashable, Sendable {
    /// The most allocations at once.
    public var count: Int
    /// Threads of each.
    public var threads: Int
    /// How long each lasts.
    public var seconds: Double
    /// Between two questions to Slurm while something changes.
    public var busyPause = 60.0
    /// The same when nothing has changed for as long.
    public var quietPause = 180.0
    /// Between two looks into the shared folder, which cost Slurm nothing.
    public var lookPause = 3.0
    /// How long to wait after so many failures in a row before asking for more.
    public var patience = [0.0, 60, 900, 1800, 3600]
    /// Refused submissions in a row after which a person has to look.
    public var mostRefusals = 10
    /// Allocations in a row that ended without having been a worker, after which a person has to look.
    public var mostStillborn = 3
    /// The most allocations in one array.
    public var largestArray = 1000

    /// Creates settings.
    public init(count: Int, threads: Int, seconds: Double) {
      self.count = count
      self.threads = threads
      self.seconds = seconds
    }
  }

  /// One allocation.
  struct Pilot: Hashable, Sendable {
    enum State: Hashable, Sendable {
      case pending
      case running
      case gone
    }

    var state = State.pending
    /// Its life that has become a worker of the run.
    var name: PilotName?
    /// It has been a worker at some time.
    var hasBegun = false
    /// When it was asked for, seconds.
    let since: Double
    var node = ""
    var beganAt = 0.0
    /// When its link was lost; nil once Slurm has said that it runs nonetheless.
    var lostAt: Double?
    /// Earlier lives are over, whatever they have left in the shared folder.
    var firstRestarts = 0
  }

  /// What the shell does, in this order.
  public enum Effect: Hashable, Sendable {
    /// Asks Slurm for so many allocations, not on some nodes.
    case submit(Int, excluding: [String])
    /// Asks Slurm for the state of all.
    case query
    /// Looks which pilots have a socket in the shared folder.
    case look
    /// Calls some off.
    case cancel([PilotName])
    /// A worker is there.
    case add(PilotName)
    /// A worker is gone for good.
    case remove(PilotName)
    /// Tells what an allocation printed that ended without having been a worker.
    case tellOutput(PilotName, state: String)
    /// Tells a person.
    case note(String)
    /// No more are asked for.
    case settle
  }

  /// Its rules.
  public private(set) var settings: Settings
  private(set) var pilots: [PilotName: Pilot] = [:]
  /// Threads that could be kept busy.
  private var wanted = 0
  private var hasAsked = false
  private var queriedAt = -Double.infinity
  /// How long after the last question a loss makes another one due, seconds.
  private var lossPause = 5.0
  private var lookedAt = -Double.infinity
  private var changedAt = 0.0
  private var nextSubmission = 0.0
  private var refusals = 0
  private var stillborn = 0
  private var isSubmitting = false
  /// How many were asked for last.
  private var asked = 0
  private(set) var isSettled = false
  /// Losses by node; those that have lost twice are asked for no more.
  private var losses: [String: Int] = [:]
  private var notedReasons: Set<String> = []

  /// A pool that knows of no allocation yet.
  public init(_ settings: Settings) { self.settings = settings }

  private var alive: Int { pilots.values.count { $0.state != .gone } }
  /// The link to one is lost, and Slurm has not said what became of it.
  private var hasLoss: Bool { pilots.values.contains { $0.state != .gone && $0.lostAt != nil } }
  private var pending: [PilotName] {
    pilots.filter { $0.value.state == .pending }.map(\.key).sorted()
  }

  /// How many allocations could be kept busy.
  private var useful: Int {
    min(settings.count, (wanted + settings.threads - 1) / max(1, settings.threads))
  }

  // MARK: What happens

  /// So many threads could be kept busy.
  public mutating func need(threads: Int) { wanted = threads }

  /// Does what is due; nothing happens twice in one turn.
  public mutating func turn(at now: Double) -> [Effect] {
    var effects: [Effect] = []
    if now >= nextQuery {
      // The first loss is asked about at once, the following ones, and one of which Slurm says nothing
      // yet, rarer and rarer.
      let isSoon = now < queriedAt + 2 * settings.busyPause
      lossPause = hasLoss && isSoon ? min(settings.busyPause, 2 * lossPause) : 5
      queriedAt = now
      effects.append(.query)
    }
    if now >= lookedAt + settings.lookPause, pilots.values.contains(where: { $0.state != .gone }) {
      lookedAt = now
      effects.append(.look)
    }
    guard hasAsked, !isSettled else { return effects }
    let surplus = alive - useful
    if surplus > 0, !pending.isEmpty, now >= nextSubmission {
      nextSubmission = now + settings.busyPause
      let called = Array(pending.suffix(surplus))
      for pilot in called { pilots[pilot]?.state = .gone }
      effects.append(.cancel(called))
    } else if surplus < 0, !isSubmitting, now >= nextSubmission {
      isSubmitting = true
      asked = min(-surplus, settings.largestArray)
      let nodes = losses.filter { $0.value >= 2 }.map(\.key).sorted()
      effects.append(.submit(asked, excluding: nodes))
    }
    return effects
  }

  /// When the next turn is due though nothing happens.
  public var nextTurn: Double {
    var due = nextQuery
    if pilots.values.contains(where: { $0.state != .gone }) {
      due = min(due, lookedAt + settings.lookPause)
    }
    if hasAsked, !isSettled, alive != useful, !isSubmitting { due = min(due, nextSubmission) }
    return due
  }

  /// At once to find the pilots of earlier coordinators and after a loss; else rarely, and never while
  /// there is nothing to ask for.
  private var nextQuery: Double {
    guard hasAsked else { return queriedAt == -.infinity ? 0 : queriedAt + 30 }
    if hasLoss { return queriedAt + lossPause }
    guard alive > 0 else { return .infinity }
    let isQuiet = queriedAt > changedAt + settings.quietPause
    return queriedAt + (isQuiet ? settings.quietPause : settings.busyPause)
  }

  /// Slurm has taken a submission.
  public mutating func submitted(job: Int, count: Int, at now: Double) {
    isSubmitting = false
    refusals = 0
    changedAt = now
    nextSubmission = now + 10
    for index in 0..<count { pilots[PilotName(job: job, index: index)] = Pilot(since: now) }
  }

  /// A submission could not be tried now, or its answer has not come: then nothing is asked for before
  /// Slurm has said what there is.
  public mutating func postponed(mayHaveCome: Bool, at now: Double) {
    isSubmitting = false
    nextSubmission = now + 10
    if mayHaveCome { hasAsked = false }
  }

  /// Slurm has refused a submission.
  public mutating func refused(_ output: String, at now: Double) -> [Effect] {
    isSubmitting = false
    if output.lowercased().contains("job array specification"), asked > 1 {
      // Arrays are smaller there, by a number that Slurm does not tell.
      settings.largestArray = asked / 2
      nextSubmission = now
      return []
    }
    let (sentence, isFinal) = SlurmWords.refusal(output)
    if SlurmWords.isSilence(output) {
      postponed(mayHaveCome: true, at: now)
      return notedReasons.insert(sentence).inserted ? [.note(sentence)] : []
    }
    refusals += 1
    nextSubmission = now + pause(after: refusals)
    guard !isFinal, refusals < settings.mostRefusals else { return settle(sentence) }
    return refusals == 1 ? [.note(sentence)] : []
  }

  private func pause(after failures: Int) -> Double {
    settings.patience[min(failures, settings.patience.count - 1)]
  }

  private mutating func settle(_ sentence: String) -> [Effect] {
    guard !isSettled else { return [] }
    isSettled = true
    return [.note("no more machines are asked for: \(sentence)"), .settle]
  }

  /// Pilots have a socket in the shared folder. One whose allocation is not known may be a dead one's.
  public mutating func saw(_ names: [PilotName], at now: Double) -> [Effect] {
    var effects: [Effect] = []
    // Of each allocation its last life only.
    let latest = Dictionary(names.map { ($0.allocation, $0) }, uniquingKeysWith: max)
    for (id, name) in latest.sorted(by: { $0.key < $1.key }) {
      guard var pilot = pilots[id], pilot.state != .gone, name.restarts >= pilot.firstRestarts,
        pilot.name.map({ $0 < name }) ?? true
      else { continue }
      if let before = pilot.name { effects.append(.remove(before)) }
      pilot.name = name
      pilot.state = .running
      pilot.hasBegun = true
      pilot.lostAt = nil
      pilot.beganAt = now
      pilots[id] = pilot
      stillborn = 0
      changedAt = now
      effects.append(.add(name))
    }
    return effects
  }

  /// The link to a worker is lost. Slurm knows whether it is gone; of one whose time is over anybody knows.
  public mutating func lost(_ name: PilotName, at now: Double) -> [Effect] {
    let id = name.allocation
    guard let pilot = pilots[id], pilot.name == name, pilot.lostAt == nil else { return [] }
    pilots[id]?.lostAt = now
    // A worker leaves before its end, a sixteenth of its time or a minute.
    let leaves = pilot.beganAt + settings.seconds - min(60, max(6, settings.seconds / 16))
    return now >= leaves - 10 ? bury(id, state: "TIMEOUT", at: now) : []
  }

  /// True while a call of Slurm's may bring a link to a worker.
  public func mayAttach(_ name: PilotName) -> Bool {
    let pilot = pilots[name.allocation]
    return pilot?.name == name && pilot?.state == .running && pilot?.lostAt == nil
  }

  /// Slurm has told of all allocations of the pool, in answer to a question at a time.
  public mutating func heard(_ entries: [QueueEntry], asked: Double, at now: Double) -> [Effect] {
    hasAsked = true
    var effects: [Effect] = []
    let told = Dictionary(entries.map { ($0.pilot, $0) }) { first, _ in first }
    for (id, entry) in told where pilots[id] == nil {
      guard entry.phase != .ended else { continue }
      pilots[id] = Pilot(since: now)
    }
    let hopeless = told.filter {
      $0.value.phase == .pending && SlurmWords.isFinal(reason: $0.value.reason)
        && pilots[$0.key]?.state == .pending
    }
    if let reason = hopeless.values.first?.reason, let sentence = SlurmWords.reason(reason) {
      for id in hopeless.keys { pilots[id]?.state = .gone }
      effects += [.cancel(hopeless.keys.sorted())] + settle(sentence)
    }
    for id in pilots.keys.sorted() {
      guard let pilot = pilots[id], pilot.state != .gone else { continue }
      if let entry = told[id] {
        effects += follow(id, entry, asked: asked, at: now)
      } else if pilot.since < asked {
        effects += bury(id, state: "gone from the queue", at: now)
      }
    }
    return effects
  }

  private mutating func follow(
    _ id: PilotName, _ entry: QueueEntry, asked: Double, at now: Double
  ) -> [Effect] {
    guard var pilot = pilots[id] else { return [] }
    if !entry.node.isEmpty { pilot.node = entry.node }
    defer { if pilots[id] != nil, entry.phase != .ended { pilots[id] = pilot } }
    switch entry.phase {
    case .ended: return bury(id, state: entry.state, at: now)
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
      pilot.name = nil
      pilot.lostAt = nil
      let isNews = notedReasons.insert(entry.reason).inserted
      let sentence = isNews ? SlurmWords.reason(entry.reason) : nil
      return (before.map { [.remove($0)] } ?? []) + (sentence.map { [.note($0)] } ?? [])
    }
  }

  /// An allocation is over.
  private mutating func bury(_ id: PilotName, state: String, at now: Double) -> [Effect] {
    guard var pilot = pilots[id] else { return [] }
    pilot.state = .gone
    let name = pilot.name
    pilot.name = nil
    pilots[id] = pilot
    changedAt = now
    // Taken away by somebody, which says nothing of the node nor of what ran there.
    let isTaken = ["CANCELLED", "PREEMPTED", "REVOKED"].contains(state)
    let isNodes = state == "NODE_FAIL" || state == "BOOT_FAIL"
    let isOver = state == "COMPLETED" || state == "TIMEOUT"
    let wasShort = !isOver && now - pilot.beganAt < min(60, settings.seconds / 2)
    if !pilot.node.isEmpty, !isTaken, isNodes || wasShort || !pilot.hasBegun {
      losses[pilot.node, default: 0] += 1
    }
    if let name { return [.remove(name)] }
    guard !pilot.hasBegun, !isTaken else { return [] }
    stillborn += 1
    nextSubmission = max(nextSubmission, now + pause(after: stillborn))
    let output = Effect.tellOutput(id, state: state)
    guard stillborn >= settings.mostStillborn else { return stillborn == 1 ? [output] : [] }
    return [output]
      + settle("\(stillborn) allocations in a row ended before they were workers")
  }

  /// Everything that Slurm may still have of the pool.
  public var callable: [PilotName] {
    pilots.filter { $0.value.state != .gone }.map(\.key).sorted()
  }
}
