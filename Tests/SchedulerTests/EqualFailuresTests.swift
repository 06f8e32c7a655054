import SweepModel
import Testing

@testable import Scheduler

@Suite struct EqualFailuresTests {
  /// Lets every job that starts fail with a message; how many have when the run pauses.
  private func failuresUntilPaused(
    jobs: Int, succeeding: Int? = nil, _ message: (Int) -> String
  ) -> (failed: Int, reason: String)? {
    var harness = Harness(costs: Array(repeating: 1, count: jobs))
    var orders = harness.join("a")
    var failed = 0
    while let start = orders.starts.first {
      if failed == succeeding {
        orders = harness.handle(.succeeded(worker: "a", start.attempt))
      } else {
        let text = message(failed)
        orders = harness.handle(.failed(worker: "a", start.attempt, .jobFailed, message: text))
      }
      failed += 1
      for case .paused(let reason) in orders { return (failed, reason) }
    }
    return nil
  }

  @Test func firstJobs_allFailInTheSameWay_pausesAfterADozen() throws {
    let paused = try #require(
      failuresUntilPaused(jobs: 100) { "the loss is not finite at step \($0 * 7)" })
    #expect(paused.failed == 12)
    #expect(paused.reason.contains("12 jobs") && paused.reason.contains("all on a"))
  }

  @Test func jobs_failInDifferentWaysOrOneSucceeds_goOn() {
    #expect(failuresUntilPaused(jobs: 100) { $0 == 5 ? "killed" : "no room" } == nil)
    #expect(failuresUntilPaused(jobs: 100, succeeding: 3) { _ in "no room" } == nil)
    #expect(failuresUntilPaused(jobs: 24, succeeding: 11) { _ in "no room" } == nil)
  }

  /// Of few jobs all must have failed twice, and of very few their retries are soon over.
  @Test func smallSweep_ofWhichAllJobsFailTwice_pausesBeforeItsLastRetries() {
    #expect(failuresUntilPaused(jobs: 8) { _ in "no such file" } == nil, "they fail once")
    for (jobs, pauses) in [(3, false), (4, true), (20, true)] {
      var harness = Harness(
        costs: Array(repeating: 1, count: jobs),
        retries: RetryPolicy(maximum: 3, backoffSeconds: 0))
      var waiting = harness.join("a", cores: jobs).starts
      var (failures, isPaused) = (0, false)
      while !isPaused, !waiting.isEmpty {
        let start = waiting.removeFirst()
        failures += 1
        let orders = harness.handle(
          .failed(worker: "a", start.attempt, .jobFailed, message: "no such file"))
        waiting += orders.starts
        for case .paused in orders { isPaused = true }
      }
      #expect(isPaused == pauses, "\(jobs) jobs")
      if pauses { #expect(failures == jobs + min(12, jobs)) }
    }
  }

  @Test func person_whoLetsItGoOn_isNotStoppedAgain() {
    var harness = Harness(costs: Array(repeating: 1, count: 60))
    var orders = harness.join("a")
    var pauses = 0
    while let start = orders.starts.first {
      orders = harness.handle(.failed(worker: "a", start.attempt, .jobFailed, message: "no room"))
      for case .paused in orders {
        pauses += 1
        orders = harness.handle(.pause(false))
      }
    }
    #expect(pauses == 1)
    #expect(harness.scheduler.counts.waiting == 60 && harness.scheduler.running.isEmpty)
  }
}
