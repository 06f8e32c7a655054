import Scheduler
import SweepModel
import Testing
import Worker

@testable import Simulator

/// Every checker fires when what it looks for happens: none is a test that cannot fail.
@Suite struct CheckerTests {
  /// Runs a scenario with broken parts and expects a checker to say why.
  private func expect(
    _ checker: String, _ words: String, _ scenario: Scenario = .calm(),
    parts: Parts, location: SourceLocation = #_sourceLocation
  ) {
    let outcome = Simulation.run(scenario, seed: 1, parts: parts)
    let first = outcome.violations.first ?? "nothing"
    #expect(
      first.hasPrefix(checker) && first.contains(words), "\(first)", sourceLocation: location)
  }

  private func tamper(_ change: @escaping (inout Tampered) -> Void) -> Parts {
    var parts = Parts()
    parts.scheduler = { base in
      var scheduler = Tampered(base)
      change(&scheduler)
      return scheduler
    }
    return parts
  }

  private func store(_ change: @escaping (inout TamperedStore) -> Void) -> Parts {
    var parts = Parts()
    parts.store = { jobs in
      var store = TamperedStore(base: MemoryLedger(jobs))
      change(&store)
      return store
    }
    return parts
  }

  @Test(arguments: [Scenario.calm(), .restarting(), .choosing(), .repeating()])
  func soundParts_inTheseScenarios_breakNoPromise(scenario: Scenario) {
    #expect(Simulation.run(scenario, seed: 1).violations.isEmpty)
  }

  @Test func store_thatLosesAResult_isFound() {
    expect(
      "RecordingChecker", "the result of job 3 is lost", parts: store { $0.forgetsResultOf = 3 })
  }

  @Test func store_thatForgetsAJobOverARestart_isFound() {
    expect(
      "RecordingChecker", "the store tells job", .restarting(),
      parts: store { $0.forgetsJob = 1 })
  }

  @Test func store_thatGivesOutTokensTwice_isFound() {
    expect(
      "RecordingChecker", "is given out a second time", .restarting(),
      parts: store { $0.tokenOffset = -1 })
  }

  @Test func scheduler_thatAcceptsTwice_isRefusedByTheStore() {
    expect(
      "RecordingChecker", "the store refuses", .repeating(),
      parts: tamper { $0.orders = acceptLate })
  }

  @Test func scheduler_thatAcceptsTwiceWithAStoreThatLetsIt_isFound() {
    var parts = tamper { $0.orders = acceptLate }
    parts.store = { TamperedStore(base: MemoryLedger($0), refuses: false) }
    expect("RecordingChecker", "is recorded although", .repeating(), parts: parts)
  }

  private let acceptLate: ([Directive]) -> [Directive] = { orders in
    orders.map { order in
      if case .ledger(.late(let attempt)) = order { .ledger(.accepted(attempt)) } else { order }
    }
  }

  @Test func scheduler_thatStartsWithoutALease_isFound() {
    var parts = tamper { scheduler in
      scheduler.orders = { orders in
        orders.filter { order in
          if case .ledger(.leased) = order { false } else { true }
        }
      }
    }
    parts.store = { TamperedStore(base: MemoryLedger($0), refuses: false) }
    expect("LeaseChecker", "without a durable lease", parts: parts)
  }

  @Test func scheduler_thatAcknowledgesWhatIsNotRecorded_isFound() {
    let parts = tamper { scheduler in
      scheduler.orders = { orders in
        orders.filter { order in
          if case .ledger(.accepted) = order { false } else { true }
        }
      }
    }
    expect("AcknowledgementChecker", "is acknowledged while it is open", parts: parts)
  }

  @Test func scheduler_thatAcknowledgesALateResultWithoutRecord_isFound() {
    let checker = AcknowledgementChecker()
    let attempt = AttemptID(job: Scenario.key(0), number: 1, token: 1)
    var replica = Replica(.calm())
    replica.apply(.committed(.leased(attempt, worker: "h0"), nil), at: 0)
    replica.apply(.committed(.ended(attempt, .workerLost, message: ""), nil), at: 1)
    var fired = checker
    #expect(fired.check(.told(attempt, succeeded: true), replica, at: 2) == nil)
    #expect(fired.check(.acknowledged(attempt), replica, at: 2)?.contains("nowhere") == true)
  }

  @Test func scheduler_thatGivesATakenHostAJob_isFound() {
    let attempt = AttemptID(job: Scenario.key(0), number: 1, token: 1)
    let leased = Observation.committed(.leased(attempt, worker: "h0"), nil)
    let replica = Replica(.calm())
    var checker = PoolChecker()
    #expect(checker.check(.taken(host: "h0"), replica, at: 1) == nil)
    #expect(checker.check(leased, replica, at: 1) == nil, "it was given before, in the same turn")
    #expect(checker.check(leased, replica, at: 2) == nil)
    let accepted = Observation.committed(.accepted(attempt), nil)
    #expect(checker.check(accepted, replica, at: 2) == nil, "another host has brought its result")
    #expect(checker.check(leased, replica, at: 2) == nil)
    let next = checker.check(.added(host: "h0"), replica, at: 3)
    #expect(next?.contains("was taken away") == true)
    #expect(checker.check(.added(host: "h0"), replica, at: 3) == nil)
    #expect(checker.check(leased, replica, at: 3) == nil)
  }

  @Test func scheduler_thatStartsWhatWaitsToBeChosen_isFound() {
    let parts = tamper { scheduler in
      let all = Scenario.calm().jobs.map(\.job.key)
      scheduler.event = { if case .choose = $0 { .choose(all) } else { $0 } }
    }
    expect("ChoiceChecker", "is leased before its job is chosen", .choosing(), parts: parts)
  }

  @Test func scheduler_thatForgetsWhatWasChosen_isFound() {
    let parts = tamper { scheduler in
      scheduler.event = { if case .choose = $0 { nil } else { $0 } }
    }
    expect("IdleChecker", "idles since", .choosing(), parts: parts)
  }

  @Test(arguments: [Ending.complete, .someFailed, .interrupted])
  func run_thatEndsWithJobsLeft_isFound(ending: Ending) {
    expect(
      "ChoiceChecker", "although jobs are left",
      parts: tamper { $0.orders = { _ in [.end(ending)] } })
  }

  @Test func run_thatNeverEnds_isFound() {
    let parts = tamper { scheduler in
      scheduler.wakesAt = .infinity
      scheduler.orders = { orders in
        orders.filter { order in
          if case .end = order { false } else { true }
        }
      }
    }
    expect("EndingChecker", "the run never ends", parts: parts)
  }

  @Test func run_thatEndsWhileHostsMayCome_isFound() {
    expect(
      "EndingChecker", "for want of hosts", parts: tamper { $0.orders = { _ in [.end(.noHosts)] } })
  }

  @Test func worker_thatStays_isFound() {
    var parts = Parts()
    parts.worker = { base in
      var worker = TamperedWorker(base)
      worker.effects = { _, effects in
        effects.filter { if case .end = $0 { false } else { true } }
      }
      return worker
    }
    expect("EndingChecker", "still runs", parts: parts)
  }

  @Test func coordinator_thatSpins_isFound() {
    expect("EndingChecker", "no time passes", parts: tamper { $0.wakesAt = 0 })
  }
}
