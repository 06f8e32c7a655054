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

  /// A pilot tells what the one before it has left in the shared folder: its own machine is not taken away.
  @Test func eviction_thatIsToldByAnotherWorker_retiresNobody() throws {
    var harness = Harness(costs: [100, 100])
    harness.handle(.lent(worker: "a", until: 1000))
    let first = try #require(harness.join("a", cores: 1).starts.first)
    harness.handle(.removed(worker: "a"))
    harness.handle(.lent(worker: "b", until: 1000))
    harness.join("b", cores: 1, holding: [first.attempt])
    let out = harness.handle(.failed(worker: "b", first.attempt, .evicted, message: "over"))
    #expect(out.starts.count == 1)
    #expect(harness.scheduler.jobs[0].failures.isEmpty)
  }

  /// Nobody takes the machine away: the worker has lost the attempt, whatever it says.
  @Test func eviction_fromAMachineOfOnesOwn_isALoss() throws {
    var harness = Harness(costs: [100])
    let first = try #require(harness.join("a", cores: 1).starts.first)
    harness.handle(.failed(worker: "a", first.attempt, .evicted, message: "over"))
    #expect(harness.scheduler.jobs[0].losses == 1)
  }

  /// What has kept no checkpoint, and whose like have kept none, begins only where it can end.
  @Test func job_thatCannotEndInTime_doesNotBegin_unlessCheckpointsAreKept() throws {
    let jobs = [1, 2, 4, 8, 16, 1, 40].enumerated().map { index, width in
      Job(
        key: Harness.key(index), workload: "w",
        parameters: Parameters([Parameters.Entry(name: "width", value: .integer(width))]))
    }
    var scheduler = Scheduler(
      entries: jobs.enumerated().map { LedgerEntry(job: $1, state: $0 < 5 ? .done : .waiting) },
      demand: { _ in
        JobDemand(estimate: .unknown(), resources: Resources(Amounts()), retries: RetryPolicy())
      },
      nextToken: 1,
      uses: Dictionary(
        uniqueKeysWithValues: jobs.prefix(5).map { job in
          let seconds = Double(job.parameters.integer("width"))
          return (
            job.key, JobUse(threads: 1, wallSeconds: seconds, cpuSeconds: 0, memoryBytes: 0)
          )
        }), settings: Scheduler.Settings(leaseSeconds: 1e9), now: 0)
    _ = scheduler.handle(.lent(worker: "a", until: 20), at: 0)
    let capacity = Amounts(threads: 2, memoryBytes: 1 << 30)
    let starts = scheduler.handle(.joined(worker: "a", capacity, holding: []), at: 0).starts
    #expect(starts.map(\.attempt.job) == [jobs[5].key])
    let short = try #require(starts.first)
    #expect(
      scheduler.handle(.joined(worker: "b", capacity, holding: []), at: 0).starts
        .map(\.attempt.job) == [jobs[6].key])
    _ = scheduler.handle(.progressed(short.attempt), at: 1)
    #expect(scheduler.keepsCheckpoints)
  }
}
