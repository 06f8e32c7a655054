import Scheduler
import SweepModel
import Testing

@Suite struct StragglerTests {
  /// Three jobs of 10 s have ended in 10 s each; the fourth runs on `slow`, `quick` is free.
  private func harness() -> (Harness, AttemptID) {
    var harness = Harness(costs: [10, 10, 10, 10])
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

  @Test func straggler_whileJobsWaitOrNobodyElseHasRoom_isLeftAlone() {
    var harness = Harness(costs: [10, 10, 10, 10, 10])
    harness.join("slow")
    harness.join("quick", cores: 1)
    #expect(wait(400, &harness).starts.isEmpty)
  }
}
