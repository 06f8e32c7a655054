import Basics
import Batch
import Scheduler
import SweepModel
import Wire

/// What reaches the coordinator from its links.
enum LinkInput {
  case opened(link: Int)
  case received(link: Int, Message)
  case damaged(link: Int)
  case closed(link: Int, HostTrouble)

  var link: Int {
    switch self {
    case .opened(let link), .received(let link, _), .damaged(let link), .closed(let link, _): link
    }
  }
}

/// The shell around the production scheduler, as `Coordinator` is one, without IO.
struct SimulatedCoordinator {
  /// An outcome for a job that is not in the run.
  struct OtherOutcome {
    let worker: String
    let attempt: AttemptID
    let outcome: Report.Outcome
  }

  /// The shell's own view of a host; how it stands is in the book.
  struct Host {
    var name: String
    /// Which of the scenario's hosts, or of the machines that are lent, it is, and where its links end.
    let place: Int
    let machine: Int
    var link: Int?
    /// A worker has greeted on that link.
    var isGreeted = false
    /// A person took it out.
    var isDrained = false
    /// A pool has taken it away.
    var isTaken = false
    /// What its peer said makes the book leave it alone until then.
    var shunnedUntil = 0.0
  }

  var life = 0
  var isUp = false
  var scheduler: (any Deciding)?
  var book: (any HostKeeping)?
  var turn = Turn()
  /// Orders of a commit that is under way.
  var held: [Directive] = []
  var isCommitting = false
  var hosts: [Host]
  /// So many of them, the first, have come; the others may.
  var listed: Int
  /// A pool has not said that no host comes any more.
  var isGrowing = false
  /// The coordinator has not heard that.
  var mayGrow = false
  var poolChanges: [HostInput] = []
  /// The pool that a batch system fills; nil where there is none.
  var pilots: PilotShell?
  var inbox: [LinkInput] = []
  var requests: [Event] = []
  var nextTurn = Double.infinity
  var latestTurn = -1.0
  /// Turns taken at this very moment: a shell that spins never lets time pass.
  var turnsNow = 0
  var pausedUntil = 0.0
  /// Since when the shell hears nobody; nil while it does.
  var awaySince: Double?
  /// Outcomes of other runs' jobs that came in this turn.
  var otherOutcomes: [OtherOutcome] = []
  /// Until when workers may hand over what they hold; nil while the run goes on.
  var leavesAt: Double?
  var isPaused = false
  var interrupts = 0
  var ending: Ending?
  /// The jobs of this run.
  var jobs: Range<Int>
  /// Those of them that were chosen to start; nil when all may.
  var chosen: Set<Int>?
  /// The project's version.
  var version = 0
  // On its disk: outlives the process.
  var checkpoints: [Double]
  var storeFailsUntil = 0.0

  init(_ scenario: Scenario) {
    hosts = scenario.hosts.indices.map {
      Host(name: "h\($0)", place: $0, machine: scenario.machine(of: $0))
    }
    listed = hosts.count
    jobs = 0..<scenario.jobs.count
    checkpoints = Array(repeating: 0, count: scenario.jobs.count)
  }

  func describe() -> String {
    let states = (book?.hosts ?? []).map { "\($0.name) \($0.state)" }
    return "coordinator \(isUp ? "up" : "down"), jobs \(jobs), \(states)"
      + (pilots.map { ", wants \($0.wanted) threads, allocations \($0.book.callable)" } ?? "")
  }
}

// Its life: starting, turns, commits, dying.

extension World {
  func startCoordinator() {
    guard !coordinator.isUp, aftermathEnds == nil else { return }
    let old = coordinator
    coordinator = SimulatedCoordinator(scenario)
    coordinator.life = old.life + 1
    coordinator.checkpoints = old.checkpoints
    coordinator.storeFailsUntil = old.storeFailsUntil
    coordinator.version = old.version + (befalls(.newBinary) ? 1 : 0)
    for index in coordinator.hosts.indices {
      coordinator.hosts[index].name = old.hosts[index].name
      if old.life > 0, befalls(.renamedHost) { coordinator.hosts[index].name += "'" }
    }
    if befalls(.otherSweep) {
      let first = random.integer(0...scenario.jobs.count - 1)
      coordinator.jobs = first..<random.integer(first + 1...scenario.jobs.count)
    }
    if befalls(.chosenRun) { beginChoosing() }
    beginPool()
    coordinator.mayGrow = coordinator.isGrowing || scenario.lending != nil
    let names = coordinator.hosts.prefix(coordinator.listed).map(\.name)
    coordinator.isUp = true
    let entries = store.entries(coordinator.jobs)
    say("coordinator starts, life \(coordinator.life), jobs \(coordinator.jobs)")
    see(
      .began(
        entries, jobs: coordinator.jobs, nextToken: store.nextToken,
        isChosen: coordinator.chosen != nil))
    coordinator.scheduler = parts.scheduler(
      Scheduler(
        entries: entries,
        demand: { [scenario] in scenario.jobs[Scenario.index(of: $0.key)].demand },
        nextToken: store.nextToken, unchosen: coordinator.chosen != nil,
        awaited: Set(names),
        settings: schedulerSettings, now: now))
    let book = HostBook(
      names: names, growing: coordinator.mayGrow ? 1 : 0,
      settings: HostBook.Settings(
        heartbeat: scenario.heartbeat, lease: scenario.lease, giveUp: scenario.giveUp))
    coordinator.book = parts.book(book)
    handle(book.pending)
    beginPilots()
    wake(at: now)
  }

  private var schedulerSettings: Scheduler.Settings {
    var settings = parts.settings
    settings.leaseSeconds = scenario.lease
    return settings
  }

  func wake(at time: Double) {
    guard coordinator.isUp, time < coordinator.nextTurn else { return }
    coordinator.nextTurn = time
    agenda.plan(.turn(life: coordinator.life), at: time)
  }

  func input(_ input: LinkInput) {
    guard coordinator.isUp, links[input.link].life == coordinator.life else { return }
    coordinator.inbox.append(input)
    wake(at: now)
    switch input {
    case .closed(let link, _) where !links[link].isRefused: losePilot(links[link].machine)
    case .received(let link, .end): losePilot(links[link].machine)
    default: break
    }
  }

  /// A person, or who chooses, asks something of a running coordinator.
  func request(_ event: Event) {
    guard coordinator.isUp else { return }
    coordinator.requests.append(event)
    wake(at: now)
  }

  func takeTurn(_ life: Int) {
    guard coordinator.isUp, coordinator.life == life, coordinator.nextTurn == now else { return }
    coordinator.nextTurn = .infinity
    guard !coordinator.isCommitting else { return }
    if now < coordinator.pausedUntil {
      goAway()
      return wake(at: coordinator.pausedUntil)
    }
    comeBack()
    let inputs = coordinator.inbox
    coordinator.inbox = []
    takePoolChanges()
    takePilotNews()
    for input in inputs { take(input) }
    let requests = coordinator.requests
    coordinator.requests = []
    if coordinator.leavesAt == nil {
      for event in requests { take(event) }
      if coordinator.ending == nil { advise(.turn) }
      handle(.tick)
      tellNeed()
    }
    if settle() { endTurn() }
  }

  private func take(_ event: Event) {
    say("asked: \(event)")
    see(.asked(event))
    switch event {
    case .pause(let isPaused): coordinator.isPaused = isPaused
    case .drain, .stop: coordinator.interrupts += 1
    case .drainWorker(let name):
      for index in coordinator.hosts.indices where coordinator.hosts[index].name == name {
        coordinator.hosts[index].isDrained = true
      }
    default: break
    }
    handle(event)
  }

  func handle(_ event: Event) {
    guard let before = coordinator.scheduler?.work,
      let directives = coordinator.scheduler?.handle(event, at: now),
      let after = coordinator.scheduler?.work
    else { return }
    see(.handled(work: after - before, directives: directives.count))
    coordinator.turn.add(directives)
  }

  /// Makes facts durable, then performs orders; false when that is not over yet or never will be.
  private func settle() -> Bool {
    adoptOtherOutcomes()
    let facts = coordinator.turn.takeFacts()
    coordinator.held = coordinator.turn.takeOrders()
    if parts.ordersComeFirst { performOrders() }
    guard let facts else {
      performOrders()
      return coordinator.isUp
    }
    if befalls(.crashBeforeCommit) || now < coordinator.storeFailsUntil {
      crashCoordinator()
      return false
    }
    do {
      try store.commit(facts)
    } catch {
      see(.refused(error))
      return false
    }
    if facts.changes.contains(where: \.setsAside) { see(.setsAside(hostViews)) }
    for change in facts.changes {
      say("committed \(change)")
      let completion = facts.completions.first { $0.attempt == change.completedAttempt }
      see(.committed(change, completion))
    }
    if befalls(.crashAfterCommit) {
      crashCoordinator()
      return false
    }
    if befalls(.slowCommit) {
      coordinator.isCommitting = true
      goAway()
      agenda.plan(.committed(life: coordinator.life), at: now + random.uniform(0.5, 15))
      return false
    }
    performOrders()
    return coordinator.isUp
  }

  func resumeTurn(_ life: Int) {
    guard coordinator.isUp, coordinator.life == life else { return }
    coordinator.isCommitting = false
    performOrders()
    if coordinator.isUp { endTurn() }
    wake(at: now)
  }

  private func performOrders() {
    let orders = coordinator.held
    coordinator.held = []
    for order in orders {
      if befalls(.crashWhileSending) { return crashCoordinator() }
      perform(order)
    }
  }

  private func endTurn() {
    if let ending = coordinator.ending {
      if coordinator.leavesAt == nil { beginLeaving(ending) }
      let isOver = now >= coordinator.leavesAt ?? now
      if isOver || !entries.contains(where: \.isLeaving) { return finishRun(ending) }
    }
    coordinator.turnsNow = coordinator.latestTurn == now ? coordinator.turnsNow + 1 : 0
    coordinator.latestTurn = now
    if coordinator.turnsNow > 1000 { see(.spins) }
    let isIdle = coordinator.inbox.isEmpty && coordinator.requests.isEmpty
    wake(at: isIdle ? max(now, waitingTime()) : now)
  }

  private func waitingTime() -> Double {
    if let leavesAt = coordinator.leavesAt { return leavesAt }
    return min(
      coordinator.scheduler?.nextWake ?? .infinity, coordinator.book?.nextWake ?? .infinity,
      coordinator.pilots == nil ? .infinity : now + 2)
  }

  /// The process dies: whatever it had not made durable is gone; most workers notice.
  func crashCoordinator() {
    say("coordinator dies")
    let links = coordinator.hosts.compactMap(\.link)
    coordinator.isUp = false
    coordinator.scheduler = nil
    coordinator.book = nil
    for link in links { close(link, at: .coordinator, tellsOther: random.chance(0.8)) }
    agenda.plan(.coordinatorStarts, at: now + random.uniform(0.5, 40))
  }

  /// The run is over: good-byes, and a while for outcomes that are on their way.
  private func beginLeaving(_ ending: Ending) {
    say("the run ends: \(ending)")
    see(.ended(ending, hostViews, mayGrow: coordinator.mayGrow))
    coordinator.leavesAt = now + 5
    advise(.finish)
  }

  /// Whatever is left to do is left for another day.
  private func finishRun(_ ending: Ending) {
    for link in coordinator.hosts.compactMap(\.link) { close(link, at: .coordinator) }
    closePilots()
    coordinator.isUp = false
    coordinator.scheduler = nil
    coordinator.book = nil
    let isWhole = coordinator.jobs.count == scenario.jobs.count
    if isWhole, ending == .complete || ending == .someFailed {
      aftermathEnds =
        max(now, window) + 1.5 * scenario.grace + 2 * scenario.longestAttempt + 900
    } else {
      agenda.plan(.coordinatorStarts, at: now + random.uniform(1, 20))
    }
  }
}

extension LedgerChange {
  var setsAside: Bool {
    if case .moved(_, .setAside, _) = self { return true }
    return false
  }

  /// The attempt whose result accompanies the change.
  var completedAttempt: AttemptID? {
    switch self {
    case .accepted(let attempt), .late(let attempt): attempt
    case .leased, .ended, .withdrawn, .moved: nil
    }
  }
}
