import Scheduler
import SweepModel

/// The ledger as its durable facts tell it, kept apart from the store under test.
struct Replica {
  struct JobView {
    var state = JobState.waiting
    var open: AttemptID?
    /// The worker that was given the lease, and the threads that it was told.
    var holder = ""
    var threads = 1
    var accepted: AttemptID?
    var reason = ""
    /// Failures of the job itself since it was last freed.
    var ownFailures = 0
    /// Losses of its worker since, those left out that were none.
    var losses = 0
    /// All losses of its worker since, whoever is to blame.
    var allLosses = 0
    /// All of them, by worker.
    var lostOn: [String: Int] = [:]
    /// Workers on which the job itself has failed since.
    var failedOn: [String] = []
    /// It may be tried again from then on.
    var eligibleAt = 0.0
    /// When an attempt last lost its lease to another one beside it, or was called off.
    var overtakenAt = -Double.infinity
    /// It waits to be chosen in this run.
    var isHeldBack = false
  }

  /// How the result of an attempt stands.
  enum ResultFate: Hashable {
    case unknown
    case accepted
    case late
  }

  private(set) var jobs: [JobView]
  /// By token.
  private(set) var fates: [ResultFate] = [.unknown]
  private(set) var lastToken = 0
  /// When each worker last lost an attempt, by name.
  private(set) var lostAt: [String: Double] = [:]
  private let demands: [JobDemand]

  init(_ scenario: Scenario) {
    jobs = scenario.jobs.map { _ in JobView() }
    demands = scenario.jobs.map(\.demand)
  }

  func fate(_ token: Int) -> ResultFate { token < fates.count ? fates[token] : .unknown }

  mutating func apply(_ observation: Observation, at now: Double) {
    switch observation {
    case .began(_, let range, _, let isChosen): begin(range, isChosen, at: now)
    case .asked(.choose(let keys)):
      for key in keys { jobs[Scenario.index(of: key)].isHeldBack = false }
    case .started(let attempt, _, let threads, _):
      jobs[Scenario.index(of: attempt.job)].threads = threads
    case .committed(let change, _): commit(change, at: now)
    default: break
    }
  }

  /// A new coordinator knows neither back-offs nor the threads of what runs.
  private mutating func begin(_ range: Range<Int>, _ isChosen: Bool, at now: Double) {
    for index in jobs.indices {
      jobs[index].isHeldBack =
        isChosen && range.contains(index) && jobs[index].state == .waiting
      if range.contains(index) { jobs[index].eligibleAt = now }
      jobs[index].threads = demands[index].least.threads
    }
  }

  private mutating func commit(_ change: LedgerChange, at now: Double) {
    switch change {
    case .leased(let attempt, let worker):
      let index = Scenario.index(of: attempt.job)
      lastToken = max(lastToken, attempt.token)
      jobs[index].state = .running
      jobs[index].open = attempt
      jobs[index].holder = worker
      jobs[index].threads = demands[index].least.threads
    case .accepted(let attempt):
      let index = Scenario.index(of: attempt.job)
      jobs[index].state = .done
      jobs[index].open = nil
      jobs[index].accepted = attempt
      setFate(attempt.token, .accepted)
    case .late(let attempt):
      if fate(attempt.token) == .unknown { setFate(attempt.token, .late) }
    case .ended(let attempt, let cause, _):
      end(Scenario.index(of: attempt.job), cause, at: now)
    case .withdrawn(let attempt, _):
      let index = Scenario.index(of: attempt.job)
      jobs[index].losses = max(0, jobs[index].losses - 1)
    case .moved(let key, let state, let reason):
      let index = Scenario.index(of: key)
      if state == .waiting {
        jobs[index].ownFailures = 0
        jobs[index].losses = 0
        jobs[index].allLosses = 0
        jobs[index].lostOn = [:]
        jobs[index].failedOn = []
        jobs[index].isHeldBack = false
        jobs[index].eligibleAt = now
      }
      jobs[index].state = state
      jobs[index].reason = reason
    }
  }

  private mutating func setFate(_ token: Int, _ fate: ResultFate) {
    while fates.count <= token { fates.append(.unknown) }
    fates[token] = fate
  }

  private mutating func end(_ index: Int, _ cause: FailureCause, at now: Double) {
    jobs[index].state = .waiting
    jobs[index].open = nil
    if cause.policy.counts == .loss {
      jobs[index].losses += 1
      jobs[index].allLosses += 1
      jobs[index].lostOn[jobs[index].holder, default: 0] += 1
      lostAt[jobs[index].holder] = now
    }
    if cause == .cancelled { jobs[index].overtakenAt = now }
    if cause.policy.counts == .failure { jobs[index].ownFailures += 1 }
    guard cause == .jobFailed else {
      jobs[index].eligibleAt = now
      return
    }
    jobs[index].failedOn.append(jobs[index].holder)
    let doublings = min(jobs[index].ownFailures - 1, 16)
    jobs[index].eligibleAt = now + demands[index].retries.backoffSeconds * Double(1 << doublings)
  }
}
