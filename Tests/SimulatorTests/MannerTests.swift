import Scheduler
import SweepModel
import Testing

@testable import Simulator

/// Hosts with bad manners: good jobs are done in spite of them, and each checker of it fires.
@Suite struct MannerTests {
  /// What became of a scenario: broken promises, and how its jobs ended.
  private func run(
    _ scenario: Scenario, seed: UInt64 = 1, parts: Parts = Parts()
  ) -> (violations: [String], setAside: Int, seconds: Double) {
    var setAside = 0
    let outcome = Simulation.run(scenario, seed: seed, parts: parts) { line in
      if line.contains("committed moved("), line.contains(".setAside") { setAside += 1 }
    }
    return (outcome.violations, setAside, outcome.virtualSeconds)
  }

  @Test(arguments: [Scenario.Manner.reaped, .losing, .duplicate(of: 0), .nonsense, .shortLived(8)])
  func goodHost_besideOneWithBadManners_finishesEverything(manner: Scenario.Manner) {
    for seed: UInt64 in 1...4 {
      let result = run(.unmannerly([.sound, manner]), seed: seed)
      #expect(result.violations.isEmpty && result.setAside == 0, "seed \(seed): \(result)")
    }
  }

  @Test func goodHost_besideSevenThatLoseEverything_finishesEverything() {
    let manners: [Scenario.Manner] = [
      .sound, .reaped, .losing, .reaped, .losing, .nonsense, .reaped, .losing,
    ]
    for seed: UInt64 in 1...4 {
      let result = run(.unmannerly(manners, jobs: 12, seconds: 100), seed: seed)
      #expect(result.violations.isEmpty && result.setAside == 0, "seed \(seed): \(result)")
    }
  }

  /// 240 s of work on a host that lives 25 s at a time, with checkpoints every 5 s.
  @Test func hostThatLives25Seconds_finishesJobsOf240() {
    var scenario = Scenario.unmannerly([.shortLived(25)], jobs: 2, seconds: 240)
    scenario.checkpoint = 5
    for seed: UInt64 in 1...4 {
      let result = run(scenario, seed: seed)
      #expect(result.violations.isEmpty && result.setAside == 0, "seed \(seed): \(result)")
    }
  }

  @Test func scheduler_thatBlamesGoodJobs_isFound() {
    var parts = Parts()
    parts.scheduler = { base in
      var scheduler = Tampered(base)
      scheduler.orders = { orders in
        for case .ledger(.ended(let attempt, .workerLost, let message)) in orders {
          let reason = "its worker was lost 8 times; the job may be what kills it"
          return [
            .ledger(.ended(attempt, .workerLost, message: message)),
            .ledger(.moved(attempt.job, .setAside, reason: reason)),
          ]
        }
        return orders
      }
      return scheduler
    }
    expect("BlameChecker", .unmannerly([.sound, .reaped]), parts)
  }

  @Test func hosts_thatDoNotRest_areFound() {
    var parts = Parts()
    parts.settings.longestRest = 0
    expect("RestChecker", .unmannerly([.sound, .losing]), parts)
  }

  @Test func workers_thatLeaveALivingLinkForAnother_areFound() {
    var parts = Parts()
    parts.worker = { base in
      var worker = TamperedWorker(base)
      worker.obeysTheNewest = true
      return worker
    }
    expect("FightChecker", .unmannerly([.sound, .duplicate(of: 0)], jobs: 1, seconds: 100), parts)
  }

  @Test func peer_thatIsForgivenItsNonsense_isFound() {
    var parts = Parts()
    parts.book = { base in
      var book = TamperedBook(base)
      book.input = { input in
        if case .misbehaved(let host) = input { .lost(host, .lost) } else { input }
      }
      return book
    }
    expect("ShunChecker", .unmannerly([.sound, .nonsense]), parts)
  }

  private func expect(
    _ checker: String, _ scenario: Scenario, _ parts: Parts,
    location: SourceLocation = #_sourceLocation
  ) {
    let violations = run(scenario, parts: parts).violations
    #expect(
      violations.contains { $0.hasPrefix(checker) }, "\(violations)", sourceLocation: location)
  }
}
