import SweepModel
import Testing

@testable import Scheduler

/// Workers whose machines are lent for a time.
@Suite struct LentMachineTests {
  @Test func job_thatHadToLeave_goesElsewhere_andNothingCounts() throws {
    var harness = Harness(costs: [100, 100])
    harness.handle(.lent(worker: "a", until: 1000))
    let first = try #require(harness.join("a", cores: 1).starts.first)
    let out = harness.handle(.failed(worker: "a", first.attempt, .evicted, message: "over"))
    #expect(out.starts.isEmpty, "its worker begins nothing any more")
    harness.handle(.lent(worker: "b", until: 1000))
    let again = harness.join("b", cores: 1).starts.map(\.attempt)
    #expect(again.map(\.job) == [first.attempt.job])
    #expect(harness.scheduler.job(first.attempt.job) != nil)
    for _ in 0..<40 {
      guard let running = harness.scheduler.running.first(where: { $0.worker == "b" }) else {
        break
      }
      harness.handle(.failed(worker: "b", running.attempt, .evicted, message: "over"))
      harness.handle(.lent(worker: "b", until: 1000))
      harness.join("b", cores: 1)
    }
    #expect(!harness.scheduler.running.isEmpty, "never blamed")
  }

  /// Nobody takes the machine away: the worker has lost the attempt, whatever it says.
  @Test func eviction_fromAMachineOfOnesOwn_isALoss() throws {
    var harness = Harness(costs: [100])
    let first = try #require(harness.join("a", cores: 1).starts.first)
    harness.handle(.failed(worker: "a", first.attempt, .evicted, message: "over"))
    #expect(harness.scheduler.jobs[0].losses == 1)
  }
}
