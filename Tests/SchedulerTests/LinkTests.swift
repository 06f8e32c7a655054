import Scheduler
import SweepModel
import Testing

/// What links that break, hosts that are missing and a shell that was away do to jobs.
@Suite struct LinkTests {
  private static let capacity = Amounts(threads: 1, memoryBytes: 1 << 30)

  @Test func shell_comingBackFromAnAbsence_leavesEveryLeaseStanding() {
    var harness = Harness(costs: [1, 1])
    let attempt = harness.join("a").starts[0].attempt
    harness.join("b")
    #expect(
      harness.handle(.awoke(after: 60), after: 60).isEmpty,
      "a and b were not heard, but nobody listened")
    #expect(harness.handle(.tick, after: 19).isEmpty)
    harness.handle(.heard(worker: "a"))
    #expect(harness.handle(.succeeded(worker: "a", attempt)).ending == nil)
    #expect(harness.ledger[attempt.job] == .done)
  }

  @Test func shell_comingBack_doesNotReviveAWorkerThatWasSilentBefore() {
    var harness = Harness(costs: [1])
    harness.join("a")
    harness.handle(.tick, after: 25)
    #expect(harness.handle(.awoke(after: 25), after: 25).starts.isEmpty)
  }

  @Test func cutsLongerThanALease_areNoLossesOfTheirJobs() {
    var harness = Harness(costs: [1])
    var attempt = harness.join("a").starts[0].attempt
    for _ in 0..<20 {
      harness.handle(.left(worker: "a"), after: 5)
      #expect(harness.handle(.tick, after: 25).ending == nil)
      harness.join("a", holding: [attempt])
      let orders = harness.handle(.failed(worker: "a", attempt, .cancelled, message: "stopped"))
      attempt = orders.starts[0].attempt
    }
    #expect(harness.handle(.succeeded(worker: "a", attempt)).ending == .complete)
  }

  @Test func workerThatComesBackWithoutItsAttempt_isALoss() {
    var harness = Harness(costs: [1])
    harness.join("a")
    for _ in 0..<7 {
      harness.handle(.left(worker: "a"), after: 5)
      harness.handle(.tick, after: 25)
      #expect(harness.join("a", holding: []).starts.count + harness.rested("a").count == 1)
    }
    harness.handle(.left(worker: "a"), after: 5)
    #expect(harness.handle(.tick, after: 25).ending == .someFailed, "the job may be what kills it")
  }

  @Test func leaseOfAHostNotYetTried_doesNotRun() {
    let open = LedgerEntry.OpenAttempt(
      attempt: AttemptID(job: Harness.key(0), number: 1, token: 1), worker: "a")
    func scheduler(awaited: Set<String>) -> Scheduler {
      Scheduler(
        entries: [LedgerEntry(job: Harness.job(0), state: .running, open: open, attempts: 1)],
        demand: { _ in JobDemand(cpuSeconds: 1, needs: Amounts(memoryBytes: 1)) }, nextToken: 2,
        awaited: awaited, now: 0)
    }
    var known = scheduler(awaited: ["a"])
    _ = known.handle(.tick, at: 500)
    #expect(known.holdsLease(open.attempt))
    _ = known.handle(.left(worker: "a"), at: 510)
    _ = known.handle(.tick, at: 529)
    #expect(known.holdsLease(open.attempt))
    _ = known.handle(.tick, at: 530)
    #expect(!known.holdsLease(open.attempt))
    var unknown = scheduler(awaited: ["b"])
    _ = unknown.handle(.tick, at: 20)
    #expect(!unknown.holdsLease(open.attempt))
  }

  @Test func stop_thatABrokenLinkSwallowed_isToldAgain() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.left(worker: "a"))
    harness.handle(.stop)
    #expect(harness.join("a", holding: [attempt]) == [.stop(worker: "a", attempt)])
  }

  @Test func outcome_afterTheEnd_isAcknowledged() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    let orders = harness.handle(.cancel([attempt.job]))
    #expect(orders == [.stop(worker: "a", attempt), .end(.someFailed)])
    let failed = Event.failed(worker: "a", attempt, .cancelled, message: "stopped")
    #expect(harness.handle(failed) == [.acknowledge(worker: "a", attempt)])
    #expect(harness.handle(.tick).isEmpty)
  }

  /// Ninety-nine long jobs fit the missing host only; the short one must not wait behind them.
  private func sweepForTwoHosts() -> Scheduler {
    Scheduler(
      entries: (0..<100).map { LedgerEntry(job: Harness.job($0), state: .waiting) },
      demand: { job in
        let isLarge = job.parameters.integer("index") < 99
        return JobDemand(
          cpuSeconds: isLarge ? 9 : 1, needs: Amounts(memoryBytes: isLarge ? 1 << 40 : 1))
      }, nextToken: 1, now: 0)
  }

  @Test func jobsForAMissingHost_holdUpNobody() {
    var scheduler = sweepForTwoHosts()
    _ = scheduler.handle(.hostsPending(2), at: 0)
    let orders = scheduler.handle(
      .joined(worker: "small", Self.capacity, holding: []), at: 1)
    #expect(orders.startedIndices == [99])
    let large = Amounts(threads: 2, memoryBytes: 2 << 40)
    let later = scheduler.handle(.joined(worker: "large", large, holding: []), at: 2)
    #expect(later.startedIndices == [0, 1], "they start as soon as the host comes")
  }

  @Test func jobsForAMissingHost_areSetAsideWhenItCannotCome() {
    var scheduler = sweepForTwoHosts()
    let small = Amounts(threads: 2, memoryBytes: 1 << 30)
    _ = scheduler.handle(.joined(worker: "small", small, holding: []), at: 1)
    _ = scheduler.handle(.cancel([Harness.key(3)]), at: 2)
    let orders = scheduler.handle(.hostsPending(0), at: 3)
    let moved = orders.count {
      if case .ledger(.moved(_, .setAside, _)) = $0 { true } else { false }
    }
    #expect(moved == 98)
    #expect(scheduler.counts.waiting == 0)
  }

  @Test func backOff_ofAJobThatWasFreedMeanwhile_doesNotCutTheNextOneShort() {
    var harness = Harness(costs: [1, 1])
    let first = harness.join("a", cores: 2).starts[0].attempt
    harness.handle(.failed(worker: "a", first, .jobFailed, message: "no"))
    harness.handle(.cancel([first.job]))
    let second = harness.handle(.free([first.job])).starts[0].attempt
    harness.handle(.failed(worker: "a", second, .jobFailed, message: "no"), after: 1)
    harness.handle(.heard(worker: "a"))
    #expect(harness.handle(.tick, after: 9).starts.isEmpty, "10 s, the end of the first back-off")
    #expect(harness.handle(.tick, after: 1).startedIndices == [0])
  }

  @Test func attempt_heldByAWorkerOfAnotherName_keepsItsLeaseThere() {
    let attempt = AttemptID(job: Harness.key(0), number: 1, token: 4)
    let entry = LedgerEntry(
      job: Harness.job(0), state: .running,
      open: LedgerEntry.OpenAttempt(attempt: attempt, worker: "old"), attempts: 1)
    var scheduler = Scheduler(
      entries: [entry], demand: { _ in JobDemand(cpuSeconds: 1, needs: Amounts(memoryBytes: 1)) },
      nextToken: 5,
      now: 0)
    let idle = scheduler.handle(
      .joined(worker: "new", Self.capacity, holding: [attempt]), at: 1)
    let confirmed = Directive.confirm(
      worker: "new", attempt, Placement(threads: 1, hostThreads: 1, timeoutSeconds: nil))
    #expect(idle == [confirmed], "the host was renamed; its job goes on")
    _ = scheduler.handle(.heard(worker: "new"), at: 19)
    #expect(scheduler.handle(.tick, at: 21).isEmpty, "the lease is the new name's")
    let orders = scheduler.handle(.succeeded(worker: "new", attempt), at: 22)
    #expect(orders.first == .ledger(.accepted(attempt)))
  }
}
