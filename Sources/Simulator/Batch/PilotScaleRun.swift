import Basics
import Batch
import HeapModule
import Scheduler
import SweepModel

/// A very large run on machines that a batch system lends, without faults: what the scheduler and the books
/// of hosts and of pilots cost as they grow. Every pilot ends with its time, and others follow.
///
/// Whoever runs it measures time; here is no clock.
public struct PilotScaleRun {
  /// Whose cost it is.
  public enum Part: String, CaseIterable, Sendable {
    case scheduler
    case hosts
    case pilots
  }

  private enum Happening {
    case ended(AttemptID, pilot: Int)
    case begins(pilot: Int)
    case leaves(pilot: Int)
    case looks
  }

  private struct Entry: Comparable {
    let time: Double
    let number: Int
    let what: Happening

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.number) < (right.time, right.number)
    }

    static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
  }

  private struct Pilot {
    let name: PilotName
    var place: Int?
    var running: [AttemptID] = []
    var isUp = false
    var hasEnded = false
  }

  private static let seconds = 120.0
  private static let threads = 4
  private var scheduler: Scheduler
  private var hosts: HostBook
  private var book: PilotBook
  private var pilots: [Pilot] = []
  private var places: [PilotName: Int] = [:]
  private var pilotOf: [String: Int] = [:]
  private var agenda = Heap<Entry>()
  private var planned = 0
  private var lastJob = 0
  private var random = SplitMix64(seed: 1)
  private let jobs: Int
  private let timed: (Part, () -> Void) -> Void
  /// Jobs recorded so far.
  public private(set) var recorded = 0
  /// Pilots that there ever were.
  public var lives: Int { pilots.count }
  /// Turns of the coordinator's and of the pool's.
  public private(set) var turns = 0

  /// Prepares a run; `timed` is given every piece of work of a part, and does it.
  public init(jobs: Int, pilots: Int, timed: @escaping (Part, () -> Void) -> Void) {
    self.jobs = jobs
    self.timed = timed
    var random = SplitMix64(seed: 2)
    scheduler = Scheduler(
      entries: (0..<jobs).map { LedgerEntry(job: Scenario.job($0), state: .waiting) },
      demand: { _ in JobDemand(cpuSeconds: random.uniform(5, 20), needs: Amounts(threads: 1)) },
      nextToken: 1, settings: Scheduler.Settings(leaseSeconds: 60), now: 0)
    hosts = HostBook(
      names: [], growing: 1, settings: HostBook.Settings(heartbeat: 5, lease: 1e9, giveUp: 600))
    book = PilotBook(
      PilotBook.Settings(count: pilots, threads: Self.threads, seconds: Self.seconds),
      of: .simulated)
  }

  /// Runs every job to its end, in turns of a hundredth of a second each at the shortest.
  public mutating func run() {
    tell([hosts.pending], at: 0)
    plan(.looks, at: 0)
    while recorded < jobs, let first = agenda.popMin() {
      let now = first.time
      happen(first.what, at: now)
      while let next = agenda.min, next.time <= now + 0.01 {
        agenda.removeMin()
        happen(next.what, at: now)
      }
      turns += 1
      advise(.turn, at: now)
      tell([.tick], at: now)
      time(.hosts) { _ = $0.hosts.nextWake }
    }
  }

  private mutating func time(_ part: Part, _ body: (inout PilotScaleRun) -> Void) {
    timed(part) { body(&self) }
  }

  private mutating func plan(_ what: Happening, at time: Double) {
    agenda.insert(Entry(time: time, number: planned, what: what))
    planned += 1
  }

  private mutating func happen(_ what: Happening, at now: Double) {
    switch what {
    case .ended(let attempt, let pilot): end(attempt, pilot, at: now)
    case .begins(let pilot):
      pilots[pilot].isUp = true
      plan(.leaves(pilot: pilot), at: now + Self.seconds - 8)
    case .leaves(let pilot): leave(pilot, at: now)
    case .looks: look(at: now)
    }
  }

  private mutating func end(_ attempt: AttemptID, _ pilot: Int, at now: Double) {
    guard let place = pilots[pilot].running.firstIndex(of: attempt) else { return }
    pilots[pilot].running.remove(at: place)
    if let host = pilots[pilot].place { advise(.heard(host), at: now) }
    let name = pilots[pilot].name.text
    tell([.succeeded(worker: name, attempt), .heard(worker: name)], at: now)
  }

  private mutating func leave(_ pilot: Int, at now: Double) {
    let name = pilots[pilot].name
    pilots[pilot].isUp = false
    pilots[pilot].hasEnded = true
    for attempt in pilots[pilot].running {
      tell([.failed(worker: name.text, attempt, .evicted, message: "its time is over")], at: now)
    }
    pilots[pilot].running = []
    guard let host = pilots[pilot].place else { return }
    advise(.lost(host, .lost), at: now)
    instruct(at: now) { $0.lost(name, at: now) }
  }

  /// The pool's turn: once a second.
  private mutating func look(at now: Double) {
    plan(.looks, at: now + 1)
    let wanted = scheduler.wantedThreads
    instruct(at: now) { book in
      book.need(threads: wanted)
      let effects = book.turn(at: now)
      _ = book.nextTurn
      return effects
    }
  }

  private mutating func instruct(
    at now: Double, _ body: (inout PilotBook) -> [PilotBook.Effect]
  ) {
    var effects: [PilotBook.Effect] = []
    time(.pilots) { effects = body(&$0.book) }
    for effect in effects { perform(effect, at: now) }
  }

  private mutating func perform(_ effect: PilotBook.Effect, at now: Double) {
    switch effect {
    case .submit(let count, _): submit(count, at: now)
    case .query:
      let entries = pilots.lazy.filter { !$0.hasEnded }.map { pilot in
        QueueEntry(pilot.name.allocation, pilot.isUp ? "RUNNING" : "PENDING", node: 1)
      }
      let all = Array(entries)
      instruct(at: now) { $0.heard(all, asked: now, at: now) }
    case .look:
      let names = pilots.filter(\.isUp).map(\.name)
      instruct(at: now) { $0.saw(names, at: now) }
    case .add(let name): advise(.added(name.text), at: now)
    case .remove(let name, let departure):
      if let host = places[name].flatMap({ pilots[$0].place }) {
        advise(.removed(host, as: departure), at: now)
      }
    case .cancel(let names):
      for name in names { places[name].map { pilots[$0].hasEnded = true } }
    case .tellOutput, .note, .settle: break
    }
  }

  private mutating func submit(_ count: Int, at now: Double) {
    lastJob += 1
    let job = lastJob
    for index in 0..<count {
      let name = PilotName(job: job, index: index)
      places[name] = pilots.count
      pilotOf[name.text] = pilots.count
      plan(.begins(pilot: pilots.count), at: now + random.uniform(1, 30))
      pilots.append(Pilot(name: name))
    }
    instruct(at: now) { book in
      book.submitted(job: job, count: count, at: now)
      return []
    }
  }

  private mutating func advise(_ input: HostInput, at now: Double) {
    var effects: [HostEffect] = []
    time(.hosts) { effects = $0.hosts.handle(input, at: now) }
    for effect in effects {
      switch effect {
      case .connect(let host): greet(host, at: now)
      case .tell(let event): tell([event], at: now)
      default: break
      }
    }
  }

  private mutating func greet(_ host: Int, at now: Double) {
    guard let pilot = pilotOf[hosts.hosts[host].name] else { return }
    pilots[pilot].place = host
    advise(.opened(host), at: now)
    let greeting = HostGreeting(
      worker: HostGreeting.Worker(instance: "\(pilot)", machine: "\(pilot)"), isOutdated: false,
      capacity: Amounts(threads: Self.threads, memoryBytes: 4 << 30),
      held: pilots[pilot].running, secondsLeft: Self.seconds - 8)
    advise(.greeted(host, greeting), at: now)
  }

  private mutating func tell(_ events: [Event], at now: Double) {
    for event in events {
      var directives: [Directive] = []
      time(.scheduler) { directives = $0.scheduler.handle(event, at: now) }
      for directive in directives {
        switch directive {
        case .ledger(.accepted): recorded += 1
        case .start(let worker, let attempt, _):
          guard let pilot = pilotOf[worker], !pilots[pilot].hasEnded else { continue }
          pilots[pilot].running.append(attempt)
          plan(.ended(attempt, pilot: pilot), at: now + random.uniform(5, 20))
        default: break
        }
      }
    }
  }
}
