import Basics
import Batch
import Scheduler
import SweepModel
import Worker

/// What may stand in for production code, so that tests can show every checker at work.
protocol Deciding {
  mutating func handle(_ event: Event, at now: Double) -> [Directive]
  var nextWake: Double? { get }
  var work: Int { get }
  var wantedThreads: Int { get }
  func holdsLease(_ attempt: AttemptID) -> Bool
}

extension Scheduler: Deciding {}

/// What may stand in for the production host book.
protocol HostKeeping {
  mutating func handle(_ input: HostInput, at now: Double) -> [HostEffect]
  var hosts: [HostEntry] { get }
  var nextWake: Double? { get }
}

extension HostBook: HostKeeping {}

/// The parts of a simulation that a test may replace by broken ones.
struct Parts {
  var store: ([Job]) -> any Storing = { MemoryLedger($0) }
  var scheduler: (Scheduler) -> any Deciding = { $0 }
  var book: (HostBook) -> any HostKeeping = { $0 }
  var worker: (WorkerCore) -> any WorkerKeeping = { $0 }
  var pilots: (PilotBook) -> PilotBook = { $0 }
  /// The coordinator sends orders before the facts that they follow from are durable.
  var ordersComeFirst = false
  /// The scheduler's settings but for the lease.
  var settings = Scheduler.Settings()
}

/// One simulated cluster: the agenda, the faults, and everything that they happen to.
///
/// Everything in it follows from the scenario and one generator; it reads no clock and iterates
/// over no dictionary. It judges nothing: checkers do.
final class World {
  let scenario: Scenario
  let parts: Parts
  var random: SplitMix64
  var now = 0.0
  var agenda = Agenda()
  var store: any Storing
  var coordinator: SimulatedCoordinator
  var workers: [SimulatedWorker]
  var links: [SimulatedLink] = []
  var batch: SimulatedBatch
  var checkers: Checkers
  var counts = FaultCounts()
  var events = 0
  /// Second attempts that began beside a first one.
  var overtakes = 0
  /// Folds every event's time and kind: equal digests mean equal runs.
  private(set) var digest = FNV1a()
  /// When the last worker must have ended; nil while the run is not over.
  var aftermathEnds: Double?
  /// When a run must have ended.
  private let tiredAt: Double
  private let trace: ((String) -> Void)?

  init(
    _ scenario: Scenario, seed: UInt64, parts: Parts = Parts(), trace: ((String) -> Void)? = nil
  ) {
    self.scenario = scenario
    self.parts = parts
    self.trace = trace
    tiredAt = scenario.faults.windowSeconds + scenario.patience
    random = SplitMix64(seed: seed)
    store = parts.store(scenario.jobs.map(\.job))
    coordinator = SimulatedCoordinator(scenario)
    batch = SimulatedBatch(
      firstMachine: scenario.hosts.count, nodes: scenario.lending?.nodes ?? 0)
    workers = scenario.hosts.map { _ in SimulatedWorker() }
    checkers = Checkers(scenario)
  }

  /// Faults strike until then, seconds.
  var window: Double { scenario.faults.windowSeconds }

  func run() {
    agenda.plan(.coordinatorStarts, at: 0)
    agenda.plan(.look, at: 1)
    let kinds = Faults.striking + Faults.pools + Faults.batch
    for kind in kinds where scenario.faults[kind] > 0 { planStrike(kind) }
    countStandingFaults()
    beginManners()
    while checkers.violations.isEmpty, let (time, action) = agenda.next() {
      now = time
      events += 1
      perform(action)
      if let aftermathEnds, now > aftermathEnds || isQuiet {
        return finish()
      }
      if aftermathEnds == nil, now > tiredAt {
        see(.tired(coordinator.describe()))
      }
    }
  }

  /// No worker is left, nor will one come.
  private var isQuiet: Bool {
    workers.allSatisfy { !$0.isUp } && batch.places(.pending, .running).isEmpty
  }

  private func finish() {
    for index in workers.indices where workers[index].isUp {
      // Nobody could call it off before it began.
      if let end = workers[index].lentUntil, let lending = scenario.lending,
        now < end - lending.seconds + 700
      {
        continue
      }
      see(.lingers(host: index, workers[index].describe()))
    }
    see(.closed(store.entries(scenario.jobs.indices), scenario.jobs.indices.map(store.result)))
  }

  private func perform(_ action: Action) {
    fold(now.bitPattern)
    switch action {
    case .turn(let life): takeTurn(life)
    case .committed(let life): resumeTurn(life)
    case .coordinatorStarts: startCoordinator()
    case .connected(let link): completeConnection(link)
    case .arrives(let link, let side): deliver(link, to: side)
    case .breaks(let link, let side): learnOfBreak(link, at: side)
    case .workerTick(let host, let life): tickWorker(host, life)
    case .attemptEnds(let host, let life, let token): endAttempt(host, life, token)
    case .checkpointDue(let host, let life, let token): saveCheckpoint(host, life, token)
    case .outcomeKept(let host, let life, let token): completeKeeping(host, life, token)
    case .strikes(let kind):
      guard now < window else { return }
      strike(kind)
      planStrike(kind)
    case .misbehaves(let host): misbehave(host)
    case .chooses(let life): chooseJobs(life)
    case .poolSettles(let life): settlePool(life)
    case .batch(let action): perform(action)
    case .pilotsTurn(let life): takePilotsTurn(life)
    case .pilotsCalled(let life, let effect, let answer, let asked):
      completeCall(life, effect, answer, asked: asked)
    case .goesOn: request(.pause(false))
    case .look: look()
    }
  }

  func fold(_ value: UInt64) { digest.update(value) }

  func say(_ text: @autoclosure () -> String) {
    guard let trace else { return }
    trace("\(now) \(text())")
  }

  func see(_ observation: Observation) {
    for violation in checkers.see(observation, at: now) { say("VIOLATION \(violation)") }
  }

  /// Decides by chance whether a fault happens now, and counts it.
  func befalls(_ kind: FaultKind) -> Bool {
    guard now < window, random.chance(scenario.faults[kind]) else { return false }
    counts[kind] += 1
    fold(UInt64(kind.rawValue))
    say("fault \(kind)")
    return true
  }

  private func planStrike(_ kind: FaultKind) {
    let mean = 60 / scenario.faults[kind]
    // Uniform in [0, 2 × mean) needs no logarithm, whose bits may differ between libraries.
    agenda.plan(.strikes(kind), at: now + random.uniform(0, 2 * mean))
  }

  private func countStandingFaults() {
    for host in scenario.hosts {
      if host.drift != 1 { counts[.clockDrift] += 1 }
      if host.isBad { counts[.badHost] += 1 }
      if host.joinsAt > 0 { counts[.hostLate] += 1 }
      if let fault = host.manner.fault { counts[fault] += 1 }
    }
    for job in scenario.jobs {
      if job.nature == .poison { counts[.poisonJob] += 1 }
      if job.nature == .killer { counts[.killerJob] += 1 }
    }
  }

  private func look() {
    agenda.plan(.look, at: now + 2)
    let isServing =
      coordinator.isUp && !coordinator.isCommitting && now >= coordinator.pausedUntil
      && !coordinator.isPaused && coordinator.interrupts == 0 && coordinator.leavesAt == nil
    see(.looked(isServing: isServing, hostViews, jobs: coordinator.jobs))
  }

  var hostViews: [HostView] {
    zip(coordinator.hosts, entries).enumerated().map { index, pair in
      let (host, entry) = pair
      let worker = workers[host.machine]
      return HostView(
        name: host.name, place: host.place, lentUntil: worker.lentUntil,
        isLeaving: worker.lentUntil != nil && worker.secondsLeft(at: workerTime(host.machine)) < 5,
        isReady: entry.state == .ready && !entry.isOutdated,
        isOutdated: entry.state == .ready && entry.isOutdated,
        isDrained: host.isDrained, isFailed: entry.isGivenUp,
        isReachable: isReachable(index) && scenario.manner(of: host.place, at: now) == .sound
          && now >= host.shunnedUntil,
        isLinked: host.link != nil && host.link == worker.link,
        occupying: worker.occupying)
    }
  }
}

extension HostEntry {
  /// It is not tried again, or not while another entry of the same machine goes on.
  fileprivate var isGivenUp: Bool {
    switch state {
    case .failed, .duplicate, .removed: true
    case .waiting, .connecting, .greeting, .ready, .closed: false
    }
  }
}
