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

  /// Its end is told by who lends it: till then silence is borne for longer, and not a moment after.
  @Test func silenceOfALentMachine_isBorneForLonger_untilItsEndIsTold() throws {
    var harness = Harness(costs: [100])
    let lease = harness.scheduler.settings.leaseSeconds
    harness.handle(.lent(worker: "a", until: 1e6))
    let first = try #require(harness.join("a", cores: 1).starts.first)
    harness.join("b", cores: 1)
    harness.handle(.left(worker: "a"))
    for _ in 0..<10 {
      harness.handle(.heard(worker: "b"), after: lease / 2)
      #expect(harness.scheduler.running.map(\.worker) == ["a"])
    }
    harness.handle(.removed(worker: "a"))
    var starts: [AttemptID] = []
    for _ in 0..<3 {
      starts += harness.handle(.heard(worker: "b"), after: lease / 2).starts.map(\.attempt)
    }
    #expect(starts.map(\.job) == [first.attempt.job])
    #expect(harness.scheduler.jobs[0].losses == 0)
  }

  /// A pilot tells what one that is gone has left in their shared folder: it does not leave itself.
  @Test func evictionThatAnotherWorkerLeftBehind_keepsNobodyFromWork() throws {
    var harness = Harness(costs: [100])
    harness.handle(.lent(worker: "a", until: 1000))
    let first = try #require(harness.join("a", cores: 1).starts.first).attempt
    harness.handle(.removed(worker: "a"))
    harness.handle(.lent(worker: "b", until: 1000))
    harness.join("b", cores: 1, holding: [first])
    let out = harness.handle(.failed(worker: "b", first, .evicted, message: "over"))
    #expect(out.starts.map(\.worker) == ["b"])
  }

  /// Nobody takes the machine away: the worker has lost the attempt, whatever it says.
  @Test func eviction_fromAMachineOfOnesOwn_isALoss() throws {
    var harness = Harness(costs: [100])
    let first = try #require(harness.join("a", cores: 1).starts.first)
    harness.handle(.failed(worker: "a", first.attempt, .evicted, message: "over"))
    #expect(harness.scheduler.jobs[0].losses == 1)
  }

  private static let jobs = [1, 2, 4, 8, 16, 1, 40].enumerated().map { index, width in
    Job(
      key: Harness.key(index), workload: "w",
      parameters: Parameters([Parameters.Entry(name: "width", value: .integer(width))]))
  }
  private static let capacity = Amounts(threads: 2, memoryBytes: 1 << 30)

  /// Five jobs are done that took as many seconds as they are wide; the last ones wait.
  private static func learned() -> Scheduler {
    Scheduler(
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
  }

  /// What has kept no checkpoint, and whose like have kept none, begins only where it can end.
  @Test func job_thatCannotEndInTime_doesNotBegin_unlessCheckpointsAreKept() throws {
    var scheduler = Self.learned()
    let (jobs, capacity) = (Self.jobs, Self.capacity)
    _ = scheduler.handle(.lent(worker: "z", until: 100), at: 0)
    _ = scheduler.handle(.lent(worker: "a", until: 20), at: 0)
    let starts = scheduler.handle(.joined(worker: "a", capacity, holding: []), at: 0).starts
    #expect(starts.map(\.attempt.job) == [jobs[5].key])
    let short = try #require(starts.first)
    #expect(
      scheduler.handle(.joined(worker: "b", capacity, holding: []), at: 0).starts
        .map(\.attempt.job) == [jobs[6].key])
    _ = scheduler.handle(.progressed(short.attempt), at: 1)
    #expect(scheduler.keepsCheckpoints)
  }

  /// What was learnt may be wrong: it has a machine three times for as long as one is ever lent.
  @Test func job_thatIsTooLongForEveryMachine_isTriedThreeTimes_andSetAside() throws {
    var scheduler = Self.learned()
    let long = Self.jobs[6].key
    _ = scheduler.handle(.hostsPending(1), at: 0)
    for life in 0..<3 {
      let (name, now) = ("p\(life)", 100.0 * Double(life))
      _ = scheduler.handle(.lent(worker: name, until: now + 30), at: now)
      let starts = scheduler.handle(.joined(worker: name, Self.capacity, holding: []), at: now)
        .starts
      let attempt = try #require(starts.first { $0.attempt.job == long }?.attempt)
      let out = scheduler.handle(
        .failed(worker: name, attempt, .evicted, message: "over"), at: now + 30)
      let reasons = out.compactMap { directive in
        if case .ledger(.moved(long, .setAside, let reason)) = directive { reason } else { nil }
      }
      #expect(reasons.count == (life == 2 ? 1 : 0))
      #expect(reasons.allSatisfy { $0.hasPrefix(Scheduler.tooLong) && $0.contains("30 s") })
    }
  }

  /// It begins where it has twice the time after which it had to leave, though others keep checkpoints.
  @Test(arguments: [false, true])
  func job_thatHadToLeave_waitsForAMachineWithMoreTime(othersProgress: Bool) throws {
    var scheduler = Self.learned()
    let long = Self.jobs[6].key
    _ = scheduler.handle(.lent(worker: "z", until: 1000), at: 0)
    scheduler.keepsCheckpoints = othersProgress
    _ = scheduler.handle(.lent(worker: "a", until: 60), at: 0)
    let first = try #require(
      scheduler.handle(.joined(worker: "a", Self.capacity, holding: []), at: 0).starts
        .first { $0.attempt.job == long })
    _ = scheduler.handle(
      .failed(worker: "a", first.attempt, .evicted, message: "over"), at: 60)
    _ = scheduler.handle(.lent(worker: "b", until: 160), at: 60)
    #expect(
      scheduler.handle(.joined(worker: "b", Self.capacity, holding: []), at: 60).starts
        .allSatisfy { $0.attempt.job != long })
    _ = scheduler.handle(.lent(worker: "c", until: 200), at: 60)
    #expect(
      scheduler.handle(.joined(worker: "c", Self.capacity, holding: []), at: 60).starts
        .contains { $0.attempt.job == long })
  }
}
