import Scheduler
import SweepModel

/// A job that failed is not tried again before its back-off has ended.
struct BackoffChecker: Checker {
  private let scenario: Scenario

  init(_ scenario: Scenario) { self.scenario = scenario }

  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    guard case .started(let attempt, _, _, _) = observation else { return nil }
    let due = ledger.jobs[Scenario.index(of: attempt.job)].eligibleAt
    return now < due - 1e-6 ? "\(attempt) starts before its back-off ends at \(due) s" : nil
  }
}

/// What a worker was given since it is known by its name, and what it runs on without a lease,
/// never needs more than it has. Who talks nonsense may run what it says has ended.
struct CapacityChecker: Checker {
  private let scenario: Scenario
  /// The jobs of this run; what others have left behind on a worker is told to end.
  private var jobs = 0..<0
  /// The first token of this run: what earlier ones gave out is not known by its threads.
  private var firstToken = 0
  /// Attempts that somebody who talks nonsense said it holds: their leases may have gone there.
  private var claimed: Set<AttemptID> = []

  init(_ scenario: Scenario) { self.scenario = scenario }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    if case .began(_, let jobs, let nextToken, _) = observation {
      self.jobs = jobs
      firstToken = nextToken
    }
    if case .greeted(_, let machine, let held) = observation,
      scenario.host(machine).manner == .nonsense
    {
      claimed.formUnion(held)
    }
    guard case .started(let attempt, let worker, let threads, let beside) = observation,
      let host = Int(worker.drop { $0 == "h" }.prefix { $0 != "'" }),
      scenario.host(host).manner != .nonsense
    else { return nil }
    let started = Scenario.index(of: attempt.job)
    func taken(_ job: Int, _ threads: Int) -> Amounts {
      var amounts = scenario.jobs[job].demand.needs
      amounts.threads = min(threads, scenario.host(host).has.threads)
      return amounts
    }
    var total = taken(started, threads)
    total.threads = threads
    // What one entry of a machine was given another one may have taken over: there only what really
    // runs counts.
    let hasTwin = scenario.hosts.indices.contains {
      $0 != host && scenario.machine(of: $0) == scenario.machine(of: host)
    }
    for index in jobs where index != started && !hasTwin {
      let job = ledger.jobs[index]
      guard job.state == .running, job.holder == worker, let open = job.open,
        !claimed.contains(open)
      else { continue }
      total = total + taken(index, job.threads)
    }
    for running in beside
    where running.attempt.token >= firstToken
      && (hasTwin || ledger.jobs[running.job].open != running.attempt)
    {
      total = total + taken(running.job, running.threads)
    }
    var most = scenario.host(host).has
    if scenario.mayWaitOnWorkers { most.threads *= 9 }
    guard !total.fits(in: most) else { return nil }
    return "\(worker) is given \(total.threads) threads, \(total.memoryBytes) bytes "
      + total.namedText
  }
}

/// Of no resource of a machine do attempts have more than there is: one that has all of it has it alone,
/// shares of it are never more than one together, and every attempt has what its job needs. Several
/// together have no more threads than the machine has, whatever was sent ahead.
struct ShareChecker: Checker {
  private let scenario: Scenario

  init(_ scenario: Scenario) { self.scenario = scenario }

  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    guard case .runs(let machine, let attempts, let threads) = observation else { return nil }
    let sum = threads.reduce(0, +)
    if threads.count > 1, sum > scenario.host(machine).has.threads {
      return "machine \(machine) runs \(sum) threads"
    }
    var taken: [String: Amount] = [:]
    for (job, held) in attempts {
      for entry in held {
        let one = "\(entry.name) \(entry.index)"
        if entry.index >= scenario.host(machine).has[entry.name].count {
          return "an attempt has \(one), which machine \(machine) has not"
        }
        taken[one, default: 0] = taken[one, default: 0] + entry.share
        if let sum = taken[one], sum > 1 {
          return "attempts have \(sum) of \(one) of machine \(machine)"
        }
      }
      if let wrong = misfit(held, scenario.jobs[job].demand.needs) {
        return "job \(job) on machine \(machine) has \(wrong)"
      }
    }
    return nil
  }

  /// What is not as the job needs it: whole ones, or one share of one.
  private func misfit(_ held: [Allocation.Held], _ needs: Amounts) -> String? {
    for need in needs.named {
      let shares = held.filter { $0.name == need.name }.map(\.share)
      let due =
        need.amount.isShare
        ? [need.amount] : Array(repeating: Amount(1), count: need.amount.count)
      if shares != due { return "\(shares) of \(need.name) instead of \(due)" }
    }
    return nil
  }
}

/// The scheduler's cost stays proportional to what happens, times a logarithm.
struct CostChecker: Checker {
  private let steps: Int
  /// What an event may cost besides what is done: jobs that wait for machines with more time are passed
  /// over, a limited number, at each.
  private let passes: Int
  private var allowance = 0
  private var work = 0

  init(_ scenario: Scenario) {
    let size = scenario.jobs.count + scenario.hosts.count + (scenario.lending == nil ? 0 : 64)
    passes = scenario.lending == nil ? 4 : 16
    steps = 8 * (Int.bitWidth - size.leadingZeroBitCount + 2)
  }

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .asked(.choose(let keys)): allowance += steps * keys.count
    case .began(let entries, _, _, _): allowance += 8 * steps * (entries.count + 8)
    case .handled(let more, let directives):
      work += more
      allowance += steps * (directives + passes)
      if work > allowance { return "events have cost \(work) steps, more than \(allowance)" }
    default: break
    }
    return nil
  }
}
