import Scheduler
import SweepModel
import Testing

@testable import Simulator

/// The checkers of placement, back-off, capacity and cost fire as well.
@Suite struct RuleCheckerTests {
  private func firstViolation(
    _ scenario: Scenario = .calm(), _ change: @escaping (inout Tampered) -> Void
  ) -> String {
    var parts = Parts()
    parts.scheduler = { base in
      var scheduler = Tampered(base)
      change(&scheduler)
      return scheduler
    }
    return Simulation.run(scenario, seed: 1, parts: parts).violations.first ?? "nothing"
  }

  @Test func scheduler_thatDoesNotUseAWorker_isFound() {
    let violation = firstViolation { scheduler in
      scheduler.event = { event in
        if case .joined("h1", _, _, _) = event { nil } else { event }
      }
    }
    #expect(violation.hasPrefix("IdleChecker") && violation.contains("h1 idles"), "\(violation)")
  }

  @Test func host_thatIsSoundAndNeverGreeted_isFound() {
    let scenario = Scenario.calm()
    var checker = IdleChecker(scenario)
    let view = HostView(
      name: "h0", place: 0, lentUntil: nil, isLeaving: false, isReady: false, isOutdated: false,
      isDrained: false, isFailed: false,
      isReachable: true, isLinked: false, occupying: [])
    let look = Observation.looked(isServing: true, [view], jobs: 0..<12)
    let replica = Replica(scenario)
    #expect(checker.check(look, replica, at: 0) == nil)
    #expect(checker.check(look, replica, at: 300) == nil)
    #expect(checker.check(look, replica, at: 301)?.contains("unused since 0.0") == true)
  }

  @Test func scheduler_thatGivesUpJobsThatFit_isFound() {
    let violation = firstViolation { scheduler in
      scheduler.orders = { orders in
        let job = Scenario.key(11)
        let isFirst = orders.contains { if case .start = $0 { true } else { false } }
        let giveUp = Directive.ledger(.moved(job, .setAside, reason: "needs more"))
        return isFirst ? [giveUp] + orders : orders
      }
    }
    #expect(violation.hasPrefix("SizeChecker"), "\(violation)")
  }

  @Test func scheduler_thatForgetsBackoff_isFound() {
    var scenario = Scenario.calm()
    scenario.jobs = scenario.jobs.map { $0.limited(to: 1000) }
    let violation = firstViolation(scenario) { scheduler in
      scheduler.event = { event in
        guard case .failed(let worker, let attempt, .jobFailed, let message) = event else {
          return event
        }
        return .failed(worker: worker, attempt, .timeout, message: message)
      }
      scheduler.orders = { orders in
        orders.map { order in
          guard case .ledger(.ended(let attempt, .timeout, let message)) = order else {
            return order
          }
          return .ledger(.ended(attempt, .jobFailed, message: message))
        }
      }
    }
    #expect(violation.hasPrefix("BackoffChecker"), "\(violation)")
  }

  @Test(arguments: [(20, 1), (1, 20)])
  func scheduler_thatOverloadsWorkers_isFound(cores: Int, memory: Int) {
    let violation = firstViolation { scheduler in
      scheduler.event = { event in
        guard case .joined(let worker, let capacity, let holding, _) = event else { return event }
        let larger = Amounts(
          threads: capacity.threads * cores, memoryBytes: capacity.memoryBytes * memory)
        return .joined(worker: worker, larger, holding: holding)
      }
    }
    let isFound = violation.hasPrefix("CapacityChecker")
    // Two threads and four gigabytes: two jobs of one gigabyte leave memory over.
    #expect(isFound == (cores > 1), "\(violation)")
  }

  /// Jobs that need one of two GPUs each, on two hosts.
  private static func sharing() -> Scenario {
    var scenario = Scenario.calm()
    for index in scenario.hosts.indices { scenario.hosts[index].has["gpu"] = 2 }
    for index in scenario.jobs.indices { scenario.jobs[index].demand.needs["gpu"] = 1 }
    return scenario
  }

  @Test(arguments: [10, 0])
  func scheduler_thatGivesTheWrongOne_isFound(shift: Int) {
    let violation = firstViolation(Self.sharing()) { scheduler in
      scheduler.orders = { orders in
        orders.map { order in
          guard shift > 0, case .start(let worker, let attempt, let placement) = order else {
            return order
          }
          let held = placement.held.map { Allocation.Held($0.name, $0.index + shift) }
          return .start(
            worker: worker, attempt,
            Placement(
              threads: placement.threads, held: held, timeoutSeconds: placement.timeoutSeconds))
        }
      }
    }
    #expect(violation.hasPrefix("ShareChecker") == (shift > 0), "\(violation)")
  }

  @Test func resource_thatTwoAttemptsHave_isFound() {
    let scenario = Self.sharing()
    let checker = ShareChecker(scenario)
    let one = Allocation.Held("gpu", 1)
    let replica = Replica(scenario)
    func check(_ held: [(job: Int, held: [Allocation.Held])], _ threads: [Int]) -> String? {
      checker.check(.runs(machine: 0, held, threads: threads), replica, at: 0)
    }
    let other = Allocation.Held("gpu", 0)
    let most = scenario.hosts[0].has.threads
    #expect(check([(0, [one]), (1, [other])], [1, most - 1]) == nil)
    #expect(check([(0, [one]), (1, [one])], [1, 1]) != nil)
    #expect(check([(0, [one]), (1, [other])], [1, most]) != nil)
    #expect(check([(0, [one])], [most + 1]) == nil)
  }

  @Test(arguments: [
    ([300, 700], 0, true), ([300, 701], 0, false), ([300, 701], 1, true), ([1000, 300], 0, false),
    ([1000, 300], 1, true), ([300], 2, false),
  ])
  func shares_beyondOne_areFound(shares: [Int], last: Int, isSound: Bool) {
    var scenario = Self.sharing()
    for (job, share) in shares.enumerated() {
      scenario.jobs[job].demand.needs["gpu"] = Amount(thousandths: share)
    }
    var attempts = shares.enumerated().map { job, share in
      (job, [Allocation.Held("gpu", 0, share: Amount(thousandths: share))])
    }
    let end = attempts.count - 1
    attempts[end].1 = [.init("gpu", last, share: Amount(thousandths: shares[end]))]
    let found = ShareChecker(scenario).check(
      .runs(machine: 0, attempts.map { (job: $0.0, held: $0.1) }, threads: []), Replica(scenario),
      at: 0)
    #expect((found == nil) == isSound, "\(found ?? "")")
  }

  /// A job that needs a whole one and is given a part of it would share it without knowing.
  @Test func share_ofWhatAJobNeedsWhole_isFound() {
    let held = [Allocation.Held("gpu", 0, share: Amount(thousandths: 500))]
    let scenario = Self.sharing()
    #expect(
      ShareChecker(scenario).check(
        .runs(machine: 0, [(0, held)], threads: [1]), Replica(scenario), at: 0) != nil)
  }

  @Test func scheduler_whoseEventsCostTooMuch_isFound() {
    let violation = firstViolation { $0.extraWork = 100_000 }
    #expect(violation.hasPrefix("CostChecker"), "\(violation)")
  }
}
