import Scheduler
import SweepModel
import Wire

@testable import Simulator
@testable import Worker

/// A production scheduler whose events and orders are tampered with.
struct Tampered: Deciding {
  var base: Scheduler
  var event: (Event) -> Event? = { $0 }
  var orders: ([Directive]) -> [Directive] = { $0 }
  /// Steps claimed for every event beyond what it costs.
  var extraWork = 0
  var wakesAt: Double?
  private var handled = 0

  init(_ base: Scheduler) { self.base = base }

  mutating func handle(_ event: Event, at now: Double) -> [Directive] {
    handled += 1
    guard let event = self.event(event) else { return [] }
    return orders(base.handle(event, at: now))
  }

  var nextWake: Double? { wakesAt ?? base.nextWake }
  var work: Int { base.work + handled * extraWork }
  var wantedThreads: Int { base.wantedThreads }
  func holdsLease(_ attempt: AttemptID) -> Bool { base.holdsLease(attempt) }
}

/// A production host book whose inputs and effects are tampered with.
struct TamperedBook: HostKeeping {
  var base: HostBook
  var input: (HostInput) -> HostInput? = { $0 }
  var effects: ([HostEffect]) -> [HostEffect] = { $0 }

  init(_ base: HostBook) { self.base = base }

  mutating func handle(_ input: HostInput, at now: Double) -> [HostEffect] {
    guard let input = self.input(input) else { return [] }
    return effects(base.handle(input, at: now))
  }

  var hosts: [HostEntry] { base.hosts }
  var nextWake: Double? { base.nextWake }
}

/// A production worker whose inputs and effects are tampered with.
struct TamperedWorker: WorkerKeeping {
  var base: WorkerCore
  var input: (WorkerInput) -> WorkerInput? = { $0 }
  /// Changes what it does, and what it is afterwards.
  var effects: (inout WorkerCore, [WorkerEffect]) -> [WorkerEffect] = { $1 }
  /// It leaves whom it serves for whoever comes.
  var obeysTheNewest = false
  private var newest: Int?

  init(_ base: WorkerCore) { self.base = base }

  mutating func handle(_ input: WorkerInput, at now: Double) -> [WorkerEffect] {
    guard let input = self.input(input) else { return [] }
    if obeysTheNewest, case .linked(let link) = input, let served = base.served {
      newest = link
      return [.close(served)]
    }
    var out = base.handle(input, at: now)
    if case .unlinked = input, let link = newest {
      newest = nil
      out += base.handle(.linked(link), at: now)
    }
    return effects(&base, out)
  }

  var nextWake: Double { base.nextWake }
  var served: Int? { base.served }
  var held: [AttemptID] { base.held }
  var resources: [AttemptID: [Allocation.Held]] { base.resources }
  func holds(_ attempt: AttemptID) -> Bool { base.holds(attempt) }
  func secondsLeft(at now: Double) -> Double? { base.secondsLeft(at: now) }
}

/// A store that tampers with what it tells, and may accept what the production store refuses.
struct TamperedStore: Storing {
  var base: MemoryLedger
  var refuses = true
  var forgetsResultOf: Int?
  var forgetsJob: Int?
  var tokenOffset = 0

  mutating func commit(_ facts: Turn.Facts) throws(Refusal) {
    do {
      try base.commit(facts)
    } catch {
      if refuses { throw error }
    }
  }

  func entries(_ jobs: Range<Int>) -> [LedgerEntry] {
    base.entries(jobs).enumerated().map { offset, entry in
      jobs.lowerBound + offset == forgetsJob ? LedgerEntry(job: entry.job, state: .waiting) : entry
    }
  }

  var nextToken: Int { base.nextToken + tokenOffset }

  func knows(_ attempt: AttemptID) -> Bool { base.knows(attempt) }

  func result(of job: Int) -> JobResult? {
    job == forgetsResultOf ? nil : base.result(of: job)
  }
}

extension Scenario.SimulatedJob {
  /// The same job with a time limit, seconds.
  func limited(to seconds: Double) -> Self {
    Self(
      job: job,
      demand: JobDemand(
        cpuSeconds: demand.cpuSeconds, needs: Amounts(memoryBytes: demand.needs.memoryBytes),
        timeoutSeconds: seconds,
        retries: demand.retries), seconds: self.seconds, nature: nature)
  }
}

extension Scenario {
  /// A few jobs on two hosts, and no faults.
  static func calm(jobs count: Int = 12) -> Scenario {
    var scenario = Scenario()
    scenario.grace = 60
    scenario.hosts = (0..<2).map { _ in
      SimulatedHost(
        has: Amounts(threads: 2, memoryBytes: 4 << 30), speed: 1, drift: 1, isBad: false, joinsAt: 0
      )
    }
    scenario.jobs = (0..<count).map { index in
      SimulatedJob(
        job: job(index),
        demand: JobDemand(
          cpuSeconds: 10, needs: Amounts(memoryBytes: 1 << 30),
          retries: RetryPolicy(maximum: 3, backoffSeconds: 30)),
        seconds: 10, nature: index == 0 ? .poison : .sound)
    }
    return scenario
  }

  /// Sound jobs on hosts of these manners, without any other fault.
  static func unmannerly(
    _ manners: [Manner], jobs count: Int = 24, seconds: Double = 20
  ) -> Scenario {
    var scenario = calm(jobs: count)
    let host = scenario.hosts[0]
    scenario.hosts = manners.map { manner in
      var host = host
      host.manner = manner
      return host
    }
    scenario.jobs = scenario.jobs.map {
      SimulatedJob(
        job: $0.job,
        demand: JobDemand(
          cpuSeconds: seconds, needs: Amounts(memoryBytes: 1 << 30), retries: $0.demand.retries),
        seconds: seconds, nature: .sound)
    }
    scenario.mannersEnd = .infinity
    return scenario
  }

  /// The coordinator dies now and then in the first two minutes.
  static func restarting() -> Scenario {
    var scenario = calm()
    scenario.faults.windowSeconds = 120
    scenario.faults[.crashAfterCommit] = 0.2
    return scenario
  }

  /// Jobs are chosen one after another in runs that begin in the first ten minutes.
  static func choosing() -> Scenario {
    var scenario = calm()
    scenario.faults.windowSeconds = 600
    scenario.faults[.chosenRun] = 1
    return scenario
  }

  /// Some results come late or are told again.
  static func repeating() -> Scenario {
    var scenario = calm()
    scenario.faults.windowSeconds = 300
    scenario.faults[.toldAgain] = 1
    scenario.faults[.crashWhileSending] = 0.1
    return scenario
  }
}
