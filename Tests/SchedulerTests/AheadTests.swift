import SweepModel
import Testing

@testable import Scheduler

/// Jobs that are over in a moment are sent ahead: word of an end and the next order take longer than they.
@Suite struct AheadTests {
  @Test func shortJobs_waitOnTheirWorker_longOnesDoNot() {
    var short = Harness(costs: Array(repeating: 0.002, count: 100))
    #expect(short.join("a", cores: 2).starts.count == 18)
    var middling = Harness(costs: Array(repeating: 0.02, count: 100))
    #expect(middling.join("a", cores: 2).starts.count == 6)
    var long = Harness(costs: Array(repeating: 0.2, count: 100))
    #expect(long.join("a", cores: 2).starts.count == 2)
  }

  @Test func placement_ofAJob_saysHowManyThreadsItsHostHas() {
    var harness = Harness(costs: Array(repeating: 0.002, count: 4))
    for directive in harness.join("a", cores: 2) {
      guard case .start(_, _, let placement) = directive else { continue }
      #expect(placement.hostThreads == 2)
      #expect(placement.threads == 1)
    }
  }

  @Test func job_thatLasts_hasNothingWaitBehindIt() {
    var harness = Harness(costs: [10] + Array(repeating: 0.002, count: 100))
    let first = harness.join("a", cores: 2).starts
    #expect(first.count == 2, "the long one, and one beside it")
    #expect(harness.join("b", cores: 2).starts.count == 18)
    let next = harness.handle(.succeeded(worker: "a", first[0].attempt)).starts
    #expect(next.count == 17, "the long one is over")
  }

  /// What was cancelled ends when it likes.
  @Test func job_thatWasCancelled_hasNothingWaitBehindIt() {
    var harness = Harness(costs: Array(repeating: 0.002, count: 100))
    let first = harness.join("a", cores: 2).starts
    harness.handle(.cancel([first[0].attempt.job]))
    for start in first.dropFirst(3) {
      #expect(harness.handle(.succeeded(worker: "a", start.attempt)).starts.isEmpty)
    }
    #expect(
      harness.handle(.failed(worker: "a", first[0].attempt, .cancelled, message: "")).starts.count
        == 16)
  }

  /// What a moment's job has waited behind others says nothing of how long it lasts.
  @Test func pace_isThatOfJobsThatLast() {
    var harness = Harness(costs: [10] + Array(repeating: 0.002, count: 40))
    harness.join("a", cores: 2)
    harness.join("b", cores: 2)
    while let start = harness.scheduler.running.first(where: { $0.attempt.job != Harness.key(0) }) {
      harness.handle(.succeeded(worker: start.worker, start.attempt), after: 0.05)
    }
    #expect(harness.scheduler.pace.median == nil)
  }

  @Test func memory_boundsWhatIsSentAhead() {
    var harness = Harness(costs: Array(repeating: 0.002, count: 100), memory: 100 << 20)
    #expect(harness.join("a", cores: 2, memory: 500 << 20).starts.count == 5)
  }

  /// A worker that has work for a while need not be answered at once.
  @Test func news_areGathered_whileJobsWaitEverywhere() {
    var short = Harness(costs: Array(repeating: 0.0005, count: 100))
    #expect(short.scheduler.gatheringTime == 0, "nothing runs")
    short.join("a", cores: 2)
    #expect(abs(short.scheduler.gatheringTime - 0.002) < 1e-9, "half of what waits for a thread")
    var middling = Harness(costs: Array(repeating: 0.02, count: 100))
    middling.join("a", cores: 2)
    #expect(middling.scheduler.gatheringTime == 0.005, "at most")
    var mixed = Harness(costs: [10] + Array(repeating: 0.002, count: 100))
    let first = mixed.join("a", cores: 2).starts
    mixed.join("b", cores: 2)
    #expect(mixed.scheduler.gatheringTime == 0, "nothing waits behind the long one")
    mixed.handle(.succeeded(worker: "a", first[0].attempt))
    #expect(mixed.scheduler.gatheringTime == 0.005)
  }
}
