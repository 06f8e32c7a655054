import Scheduler
import SweepModel
import Testing

@Suite struct SchedulerTests {
  @Test func jobs_ofDifferentCost_startLongestFirst() {
    var harness = Harness(costs: [1, 5, 3, 5])
    #expect(harness.join("a", cores: 3).startedIndices == [1, 3, 2])
  }

  @Test func everyJob_afterSuccess_isAcceptedOnceAndTheRunCompletes() {
    var harness = Harness(costs: [1, 2])
    var orders = harness.join("a")
    #expect(orders.starts.count == 1)
    let first = orders.starts[0].attempt
    orders = harness.handle(.succeeded(worker: "a", first))
    #expect(orders.first == .acknowledge(worker: "a", first))
    let second = orders.starts[0].attempt
    orders = harness.handle(.succeeded(worker: "a", second))
    #expect(orders.ending == .complete)
    #expect(harness.ledger.values.allSatisfy { $0 == .done })
  }

  @Test func result_toldTwice_isLateAndAcknowledgedAgain() {
    var harness = Harness(costs: [1, 2])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.succeeded(worker: "a", attempt))
    let again = harness.handle(.succeeded(worker: "a", attempt))
    #expect(again == [.acknowledge(worker: "a", attempt)])
  }

  @Test func silentWorker_atTheEndOfItsLease_losesItsJobToAnother() {
    var harness = Harness(costs: [1])
    let first = harness.join("a").starts[0].attempt
    harness.join("b")
    harness.handle(.heard(worker: "b"), after: 19)
    #expect(harness.handle(.tick, after: 0.5).starts.isEmpty)
    let orders = harness.handle(.tick, after: 0.5)
    #expect(orders.starts.map(\.worker) == ["b"])
    let late = harness.handle(.succeeded(worker: "a", first))
    #expect(late == [.acknowledge(worker: "a", first)], "a dead attempt's result never counts")
    let second = orders.starts[0].attempt
    #expect(harness.handle(.succeeded(worker: "b", second)).ending == .complete)
  }

  @Test func silentWorker_whenHeardAgain_getsWorkOnceItHasStoppedWhatItLost() {
    var harness = Harness(costs: [1])
    let lost = harness.join("a").starts[0].attempt
    #expect(harness.handle(.tick, after: 25).starts.isEmpty)
    #expect(harness.handle(.heard(worker: "a")) == [.stop(worker: "a", lost)], "its core is busy")
    let orders = harness.handle(.failed(worker: "a", lost, .cancelled, message: "stopped"))
    #expect(orders.starts.count == 1)
  }

  @Test func worker_comingBackWithItsAttempt_keepsIt() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.left(worker: "a"), after: 5)
    let orders = harness.handle(
      .joined(
        worker: "a", Amounts(threads: 1, memoryBytes: 1 << 30), holding: [attempt]), after: 5)
    let confirmed = Directive.confirm(
      worker: "a", attempt, Placement(threads: 1, hostThreads: 1, timeoutSeconds: nil))
    #expect(orders == [confirmed], "whoever has it passes that over")
    #expect(harness.handle(.succeeded(worker: "a", attempt)).ending == .complete)
  }

  @Test func worker_comingBackWithoutItsAttempt_isGivenItAnewAtOnce() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.left(worker: "a"))
    let orders = harness.join("a")
    #expect(orders.starts.count == 1)
    #expect(orders.starts[0].attempt.number == attempt.number + 1)
  }

  @Test func failedJob_isRetriedWithBackoffThatDoubles() {
    var harness = Harness(costs: [1])
    var attempt = harness.join("a").starts[0].attempt
    for wait in [10.0, 20, 40] {
      let failed = Event.failed(worker: "a", attempt, .jobFailed, message: "no")
      #expect(harness.handle(failed).starts.isEmpty)
      harness.handle(.heard(worker: "a"), after: wait - 1)
      let orders = harness.handle(.tick, after: 1)
      #expect(orders.starts.count == 1, "after \(wait) s")
      attempt = orders.starts[0].attempt
      harness.handle(.heard(worker: "a"))
    }
    let last = harness.handle(.failed(worker: "a", attempt, .jobFailed, message: "no"))
    #expect(last.ending == .someFailed)
    #expect(harness.ledger[attempt.job] == .setAside)
  }

  @Test func job_failingOnTwoHosts_isSetAside() {
    var harness = Harness(costs: [1])
    harness.join("b", cores: 0)
    let first = harness.join("a").starts[0]
    harness.join("b")
    harness.handle(.failed(worker: "a", first.attempt, .jobFailed, message: "no"))
    let orders = harness.handle(.tick, after: 10)
    #expect(orders.starts.map(\.worker) == ["b"], "the other host is tried")
    let failed = Event.failed(worker: "b", orders.starts[0].attempt, .jobFailed, message: "no")
    #expect(harness.handle(failed).ending == .someFailed)
    #expect(harness.ledger[Harness.key(0)] == .setAside)
  }

  @Test func threads_withManyJobs_areOneEach() {
    var harness = Harness(costs: [1, 1, 1, 1, 1], usefulThreads: 4)
    #expect(harness.join("a", cores: 4).starts.map(\.threads) == [1, 1, 1, 1])
  }

  @Test func threads_forTheLastJobs_shareTheIdleCores() {
    var harness = Harness(costs: [1, 2], usefulThreads: 8)
    #expect(harness.join("a", cores: 8).starts.map(\.threads) == [4, 4])
  }

  @Test func threads_fixedBySweep_areKeptAndCountAsCores() {
    var harness = Harness(costs: [1, 1, 1], threads: 2)
    #expect(harness.join("a", cores: 4).starts.map(\.threads) == [2, 2])
  }

  @Test func job_tooLargeForEveryHost_isSetAsideWithReason() {
    var harness = Harness(costs: [1], memory: 1 << 40)
    #expect(harness.join("a").ending == nil, "a larger host may still join")
    #expect(harness.handle(.hostsPending(0)).ending == .someFailed)
    #expect(harness.ledger[Harness.key(0)] == .setAside)
  }

  @Test func drain_startsNothingNewAndEndsWithTheLastJob() {
    var harness = Harness(costs: [1, 1])
    let attempt = harness.join("a").starts[0].attempt
    #expect(harness.handle(.drain).isEmpty)
    let orders = harness.handle(.succeeded(worker: "a", attempt))
    #expect(orders.starts.isEmpty)
    #expect(orders.ending == .interrupted)
  }

  @Test func stop_endsRunningAttemptsAndKeepsTheirJobsWaiting() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    #expect(harness.handle(.stop) == [.stop(worker: "a", attempt)])
    let orders = harness.handle(.failed(worker: "a", attempt, .cancelled, message: "stopped"))
    #expect(orders.ending == .interrupted)
    #expect(harness.ledger[attempt.job] == .waiting)
  }

  @Test func cancelledJob_whenFreed_runs() {
    var harness = Harness(costs: [1, 1])
    harness.handle(.pause(true))
    harness.join("a", cores: 2)
    harness.handle(.cancel([Harness.key(0)]))
    #expect(harness.ledger[Harness.key(0)] == .cancelled)
    #expect(harness.handle(.pause(false)).startedIndices == [1])
    #expect(harness.handle(.free([Harness.key(0)])).startedIndices == [0])
  }

  @Test func noHost_thatCanStillJoin_endsTheRun() {
    var harness = Harness(costs: [1])
    harness.handle(.hostsPending(1))
    #expect(harness.handle(.tick).ending == nil)
    #expect(harness.handle(.hostsPending(0)).ending == .noHosts)
  }

  @Test func restart_withAnOpenAttempt_waitsForItsWorker() {
    let attempt = AttemptID(job: Harness.key(0), number: 1, token: 4)
    let entry = LedgerEntry(
      job: Harness.job(0), state: .running,
      open: LedgerEntry.OpenAttempt(attempt: attempt, worker: "a"), attempts: 1)
    var scheduler = Scheduler(
      entries: [entry], demand: { _ in JobDemand(cpuSeconds: 1, needs: Amounts(memoryBytes: 1)) },
      nextToken: 5,
      now: 100)
    let capacity = Amounts(threads: 1, memoryBytes: 1 << 30)
    let idle = scheduler.handle(.joined(worker: "b", capacity, holding: []), at: 101)
    #expect(idle.isEmpty, "the lease is held by a")
    _ = scheduler.handle(.joined(worker: "a", capacity, holding: [attempt]), at: 102)
    let orders = scheduler.handle(.succeeded(worker: "a", attempt), at: 103)
    #expect(orders.contains(.ledger(.accepted(attempt))))
    #expect(orders.contains(.end(.complete)))
  }
}
