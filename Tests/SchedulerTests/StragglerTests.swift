import SweepModel
import Testing

@testable import Scheduler

@Suite struct StragglerTests {
  /// Three jobs of 10 s have ended in 10 s each; the fourth runs on `slow`, `quick` is free.
  private func harness(
    retries: RetryPolicy = RetryPolicy(maximum: 3, backoffSeconds: 10), timeout: Double? = nil
  ) -> (Harness, AttemptID) {
    var harness = Harness(costs: [10, 10, 10, 10], retries: retries, timeout: timeout)
    let straggler = harness.join("slow").starts[0].attempt
    var attempt = harness.join("quick").starts[0].attempt
    for _ in 0..<3 {
      harness.handle(.heard(worker: "slow"), after: 10)
      harness.handle(.heard(worker: "quick"))
      let next = harness.handle(.succeeded(worker: "quick", attempt)).starts.first
      attempt = next?.attempt ?? attempt
    }
    return (harness, straggler)
  }

  /// Lets time pass while both workers are heard; returns what is ordered on the way.
  private func wait(_ seconds: Int, _ harness: inout Harness) -> [Directive] {
    (0..<seconds / 5).flatMap { _ in
      harness.handle(.heard(worker: "slow"), after: 5) + harness.handle(.heard(worker: "quick"))
    }
  }

  private func stops(_ directives: [Directive]) -> [AttemptID] {
    directives.compactMap { if case .stop(_, let attempt) = $0 { attempt } else { nil } }
  }

  @Test func job_thatLastsFarLongerThanItsPeers_getsASecondAttemptElsewhere() {
    var (harness, straggler) = harness()
    #expect(wait(40, &harness).starts.isEmpty, "not yet far longer")
    let orders = wait(40, &harness)
    #expect(orders.starts.map(\.worker) == ["quick"])
    #expect(stops(orders).isEmpty, "the first attempt goes on")
    #expect(wait(300, &harness).starts.isEmpty, "a job has two attempts at most")
    // It ends first, on the worker that was quick before.
    let second = orders.starts[0].attempt
    let end = harness.handle(.succeeded(worker: "quick", second))
    #expect(stops(end) == [straggler])
    #expect(end.ending == .complete)
  }

  @Test func overtakenAttempt_thatEndsFirstNonetheless_counts() throws {
    var (harness, straggler) = harness()
    let second = wait(100, &harness).starts[0].attempt
    let end = harness.handle(.succeeded(worker: "slow", straggler))
    #expect(stops(end) == [second])
    #expect(end.ending == .complete)
    #expect(end.contains(.acknowledge(worker: "slow", straggler)))
    #expect(harness.ledger.values.allSatisfy { $0 == .done })
    // The second one's result is late, the first one's told again as well.
    #expect(
      harness.handle(.succeeded(worker: "quick", second)).contains(
        .acknowledge(worker: "quick", second)))
  }

  @Test func result_ofAnOvertakenAttempt_accompaniesTheLeaseItIsGiven() throws {
    var (harness, straggler) = harness()
    _ = wait(100, &harness)
    let result = JobResult(scalars: [JobResult.Scalar("value", 7)], curves: [])
    let provenance = Provenance(
      hostname: "h", processor: "p", instructionSet: "portable", threads: 1, wallSeconds: 1,
      cpuSeconds: 1, peakMemoryBytes: 1, binaryHash: "0", version: "0")
    var turn = Turn()
    turn.keep(Completion(attempt: straggler, result: result, provenance: provenance))
    turn.add(
      harness.scheduler.handle(.succeeded(worker: "slow", straggler), at: harness.now))
    let taken = turn.takeFacts()
    let facts = try #require(taken)
    #expect(facts.completions.count == 2)
    #expect(facts.completions.allSatisfy { $0.result == result })
    #expect(facts.changes.last == .late(straggler))
    #expect(facts.changes.contains(.accepted(facts.completions[0].attempt)))
  }

  @Test func failureOfTheSecondAttempt_decidesNothingBeforeTheFirstHasEnded() {
    var (harness, straggler) = harness(retries: RetryPolicy(maximum: 0))
    let second = wait(100, &harness).starts[0].attempt
    let failed = Event.failed(worker: "quick", second, .jobFailed, message: "no disk")
    #expect(harness.handle(failed) == [.acknowledge(worker: "quick", second)])
    #expect(wait(100, &harness).starts.isEmpty, "the job may not be tried again")
    #expect(harness.handle(.succeeded(worker: "slow", straggler)).ending == .complete)
    #expect(harness.ledger.values.allSatisfy { $0 == .done })
  }

  @Test func failureOfBothAttempts_setsTheJobAsideOrTriesItAgain() {
    for (maximum, ending) in [(0, Ending.someFailed), (3, nil)] {
      var (harness, straggler) = harness(retries: RetryPolicy(maximum: maximum), timeout: 90)
      let second = wait(100, &harness).starts[0].attempt
      var orders = harness.handle(.failed(worker: "quick", second, .timeout, message: "too long"))
      orders += harness.handle(.failed(worker: "slow", straggler, .timeout, message: "too long"))
      #expect(orders.ending == ending)
      #expect(orders.starts.count == (ending == nil ? 1 : 0))
    }
  }

  /// Seed 24279 of the simulator, at the commit that keeps the places of attempts without a lease.
  @Test func failureOfTheSecondAttempt_keepsItsBackOffWhenTheFirstFails() {
    var (harness, straggler) = harness()
    let second = wait(100, &harness).starts[0].attempt
    harness.handle(.failed(worker: "quick", second, .jobFailed, message: "no disk"))
    let orders = harness.handle(.failed(worker: "slow", straggler, .timeout, message: "too long"))
    #expect(orders.starts.isEmpty)
    #expect(wait(5, &harness).starts.isEmpty, "the back-off lasts 10 s")
    #expect(wait(5, &harness).starts.map(\.worker) == ["slow"])
  }

  @Test func workerOfAnOvertakenAttempt_hasNoRoomBeforeThatEnds() {
    var (harness, straggler) = harness()
    let second = wait(100, &harness).starts[0].attempt
    harness.handle(.succeeded(worker: "quick", second))
    #expect(harness.scheduler.workers[0].free.threads == 0, "it was told to stop and may run on")
    harness.handle(.failed(worker: "slow", straggler, .cancelled, message: "stopped"))
    #expect(harness.scheduler.workers[0].free.threads == 1)
    #expect(harness.scheduler.workers[0].inUse.amounts.memoryBytes == 0)
  }

  @Test func overtakenAttempt_thatItsWorkerForgot_isOvertakenAnew() {
    var (harness, _) = harness()
    let second = wait(100, &harness).starts[0].attempt
    harness.handle(.left(worker: "slow"))
    harness.join("slow", holding: [])
    let failed = Event.failed(worker: "quick", second, .timeout, message: "too long")
    #expect(harness.handle(failed).starts.count == 1, "nothing else of this job runs")
  }

  @Test func straggler_whileJobsWaitOrNobodyElseHasRoom_isLeftAlone() {
    var harness = Harness(costs: [10, 10, 10, 10, 10])
    harness.join("slow")
    harness.join("quick", cores: 1)
    #expect(wait(400, &harness).starts.isEmpty)
  }
}
