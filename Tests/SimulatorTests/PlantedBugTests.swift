import SweepModel
import Testing
import Wire

@testable import Scheduler
@testable import Simulator
@testable import Worker

/// Mistakes in the logic of hosts and of workers are found by ordinary seeds, each by the checker that is meant for it.
@Suite struct PlantedBugTests {
  private func book(_ change: @escaping (inout TamperedBook) -> Void) -> Parts {
    var parts = Parts()
    parts.book = { base in
      var book = TamperedBook(base)
      change(&book)
      return book
    }
    return parts
  }

  private func worker(_ change: @escaping (inout TamperedWorker) -> Void) -> Parts {
    var parts = Parts()
    parts.worker = { base in
      var worker = TamperedWorker(base)
      change(&worker)
      return worker
    }
    return parts
  }

  /// Simulates seeds until one breaks a promise.
  private func expect(
    _ checkers: [String], within seeds: UInt64, _ parts: Parts,
    location: SourceLocation = #_sourceLocation
  ) {
    for seed in 0..<seeds {
      let found = Simulation.run(Scenario(seed: seed), seed: seed, parts: parts).violations
      guard let first = found.first else { continue }
      #expect(
        checkers.contains { first.hasPrefix($0) }, "seed \(seed): \(first)",
        sourceLocation: location)
      return
    }
    Issue.record("\(seeds) seeds found nothing", sourceLocation: location)
  }

  @Test func pauseWithoutAnEnd_isFound() {
    expect(
      ["IdleChecker", "EndingChecker"], within: 1000, book { $0.base.settings.longestPause = 1e5 })
  }

  @Test func forgottenGreeting_isFound() {
    let parts = book {
      $0.effects = { effects in
        effects.filter { if case .tell(.joined) = $0 { false } else { true } }
      }
    }
    expect(["IdleChecker", "EndingChecker"], within: 100, parts)
  }

  @Test func lostAbsence_isFound() {
    let parts = book {
      $0.input = { if case .awoke = $0 { nil } else { $0 } }
    }
    expect(["SilenceChecker"], within: 1000, parts)
  }

  @Test func goodbyeSaidTwice_isFound() {
    let parts = book {
      $0.effects = { effects in
        effects.flatMap { effect -> [HostEffect] in
          if case .send(_, .shutdown) = effect { [effect, effect] } else { [effect] }
        }
      }
    }
    expect(["GoodbyeChecker"], within: 100, parts)
  }

  @Test func takenHostThatIsCalledAgain_isFound() {
    let parts = book {
      $0.input = { if case .removed(let host, _) = $0 { .lost(host, .lost) } else { $0 } }
    }
    expect(["PoolChecker"], within: 100, parts)
  }

  @Test func poolThatNobodyWaitsFor_isFound() {
    expect(["EndingChecker"], within: 1000, book { $0.base.growing = 0 })
  }

  @Test func orderBeforeItsFact_isFound() {
    var parts = Parts()
    parts.ordersComeFirst = true
    expect(["LeaseChecker", "AcknowledgementChecker"], within: 100, parts)
  }

  @Test func outcomeForgottenOnceTold_isFound() {
    let parts = worker {
      $0.effects = { core, effects in
        for case .send(_, .outcome(let attempt, _)) in effects {
          core.kept.removeAll { $0.attempt == attempt }
        }
        return effects
      }
    }
    expect(["WorkerChecker"], within: 100, parts)
  }

  @Test func outcomeToldBeforeTheDiskAnswers_isFound() {
    let parts = worker {
      $0.effects = { core, effects in
        effects.flatMap { effect -> [WorkerEffect] in
          guard case .write(let attempt, let outcome) = effect, let link = core.served else {
            return [effect]
          }
          return [.send(link, .outcome(attempt, outcome)), effect]
        }
      }
    }
    expect(["WorkerChecker"], within: 100, parts)
  }

  @Test func greetingWithoutWhatIsKept_isFound() {
    let parts = worker {
      $0.effects = { _, effects in
        effects.map { if case .greet(let link, _) = $0 { .greet(link, held: []) } else { $0 } }
      }
    }
    expect(["WorkerChecker"], within: 1000, parts)
  }

  @Test func goodbyeThatEndsAWorkerWithWork_isFound() {
    let parts = worker {
      $0.effects = { core, effects in
        core.isShuttingDown ? effects + [.end(resumable: [])] : effects
      }
    }
    expect(["WorkerChecker"], within: 1000, parts)
  }

  @Test func graceThatNeverEnds_isFound() {
    let parts = worker {
      $0.input = { input in
        guard case .ordered(let link, .hello(let settings)) = input else { return input }
        return .ordered(
          link,
          .hello(
            Order.Settings(heartbeatSeconds: settings.heartbeatSeconds, graceSeconds: 1e6)))
      }
    }
    expect(["EndingChecker"], within: 1000, parts)
  }

  @Test func stopThatIsPassedOver_isFound() {
    let parts = worker {
      $0.input = { if case .ordered(_, .stop) = $0 { nil } else { $0 } }
    }
    expect(["IdleChecker", "EndingChecker", "FightChecker"], within: 1000, parts)
  }
}
