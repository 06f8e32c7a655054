import Scheduler
import SweepModel
import Testing

/// What `quanta-lab simulate` found, each as the shortest story that shows it. Seeds are those of the
/// simulator at the commit that added it ("Simulate clusters that fail").
@Suite struct FoundBySimulationTests {
  private static let gigabyte = Amounts(threads: 1, memoryBytes: 1 << 30)

  /// A scheduler that takes up a ledger in which `open` runs on worker a.
  private static func restarted(
    jobs: Int = 1, threads: Int? = nil, open attempt: AttemptID
  ) -> Scheduler {
    let entries = (0..<jobs).map { index in
      let isOpen = Harness.key(index) == attempt.job
      return LedgerEntry(
        job: Harness.job(index), state: isOpen ? .running : .waiting,
        open: isOpen ? LedgerEntry.OpenAttempt(attempt: attempt, worker: "a") : nil,
        attempts: isOpen ? attempt.number : 0)
    }
    return Scheduler(
      entries: entries,
      demand: { _ in
        JobDemand(
          cpuSeconds: 1, needs: Amounts(threads: threads ?? 0, memoryBytes: 1))
      },
      nextToken: attempt.token + 1, now: 0)
  }

  private static let first = AttemptID(job: Harness.key(0), number: 1, token: 1)

  /// Seed 2.
  @Test func restart_withFixedThreads_countsThoseOfAdoptedAttempts() {
    var scheduler = Self.restarted(jobs: 2, threads: 4, open: Self.first)
    let capacity = Amounts(threads: 6, memoryBytes: 1 << 30)
    let orders = scheduler.handle(
      .joined(worker: "a", capacity, holding: [Self.first]), at: 1)
    #expect(orders.starts.isEmpty, "two cores are free, the second job takes four")
  }

  /// Seed 9.
  @Test func outcome_ofAnotherSweepOfTheStore_staysWithItsWorker() {
    var harness = Harness(costs: [1])
    harness.join("a")
    let foreign = AttemptID(job: Harness.key(7), number: 1, token: 9)
    #expect(harness.handle(.succeeded(worker: "a", foreign)).isEmpty)
    let failed = Event.failed(worker: "a", foreign, .jobFailed, message: "no")
    #expect(harness.handle(failed).isEmpty)
  }

  /// Seed 54.
  @Test func attempt_foundUnderAnotherHostName_isAccepted() {
    var scheduler = Self.restarted(open: Self.first)
    let greeting = Event.joined(worker: "renamed", Self.gigabyte, holding: [Self.first])
    #expect(
      scheduler.handle(greeting, at: 1)
        == [
          .confirm(
            worker: "renamed", Self.first,
            Placement(threads: 1, hostThreads: 1, timeoutSeconds: nil))
        ], "neither stopped nor started again")
    #expect(scheduler.handle(.tick, at: 20).isEmpty, "the old name's lease means nothing")
    #expect(scheduler.handle(.tick, at: 21).contains { $0.isEnd }, "the new name's counts")
    scheduler = Self.restarted(open: Self.first)
    _ = scheduler.handle(greeting, at: 1)
    let orders = scheduler.handle(.succeeded(worker: "renamed", Self.first), at: 2)
    #expect(orders.contains(.ledger(.accepted(Self.first))))
  }

  /// Seed 12.
  @Test func run_whoseWorkersAreAllDrained_ends() {
    var harness = Harness(costs: [1, 1])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.hostsPending(0))
    #expect(harness.handle(.drainWorker("a")).ending == nil, "it finishes what it has")
    #expect(harness.handle(.succeeded(worker: "a", attempt)).ending == .noHosts)
  }

  /// Seeds 3 and 56: the coordinator told the loss first.
  @Test func lostHost_countedAsPendingBefore_endsNeitherItsJobsNorTheRun() {
    var harness = Harness(costs: [2, 1], memory: 1 << 30)
    harness.join("small", memory: 1)
    harness.join("large", memory: 1 << 30)
    harness.handle(.hostsPending(0))
    harness.handle(.hostsPending(1))
    #expect(harness.handle(.left(worker: "large")).isEmpty)
    #expect(harness.ledger[Harness.key(1)] == .waiting)
  }

  /// Seed 305, with the fixes above.
  @Test func attempt_cancelledInTheTurnThatLeasedIt_isNotStarted() {
    var harness = Harness(costs: [1, 1])
    var turn = Turn()
    turn.add(harness.join("a", cores: 2))
    turn.add(harness.handle(.cancel([Harness.key(0)])))
    turn.add([.ledger(.ended(Self.first, .cancelled, message: "cancelled by a person"))])
    #expect(turn.takeFacts()?.changes.count == 1)
    let orders = turn.takeOrders()
    #expect(orders.startedIndices == [1])
    #expect(orders.contains(.stop(worker: "a", Self.first)))
    #expect(turn.takeOrders().isEmpty)
  }

  /// Seed 396, with the fixes above.
  @Test func largeJob_whileTheLargeHostHandsOverFromAnOldBinary_waits() {
    var harness = Harness(costs: [1], memory: 1 << 30)
    harness.join("large", cores: 0, memory: 0)
    harness.join("small", memory: 1)
    #expect(harness.handle(.hostsPending(0)).isEmpty)
    #expect(harness.ledger[Harness.key(0)] == .waiting)
    #expect(harness.join("large").startedIndices == [0])
  }

  /// Found while the simulator was written.
  @Test func jobFreedAndFailedAgain_waitsForItsNewBackoff() {
    var harness = Harness(costs: [2, 1])
    var attempt = harness.join("a", cores: 2).starts[0].attempt
    harness.handle(.failed(worker: "a", attempt, .jobFailed, message: "no"))
    harness.handle(.cancel([Harness.key(0)]), after: 8)
    attempt = harness.handle(.free([Harness.key(0)])).starts[0].attempt
    harness.handle(.failed(worker: "a", attempt, .jobFailed, message: "no"))
    #expect(harness.handle(.tick, after: 2).starts.isEmpty, "the old back-off ends")
    #expect(harness.handle(.tick, after: 8).starts.count == 1, "the new one ends")
  }

  /// Found while the simulator was written.
  @Test func stopOrder_lostWithTheLink_isGivenAgain() {
    var harness = Harness(costs: [1])
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.stop)
    harness.handle(.left(worker: "a"))
    #expect(harness.join("a", holding: [attempt]) == [.stop(worker: "a", attempt)])
  }

  /// Seed 41499, with the fixes above.
  @Test func jobThatFits_behindManyThatAvoidTheIdleWorker_starts() {
    let sizes = Array(repeating: 4, count: 70) + [1]
    var scheduler = Scheduler(
      entries: sizes.indices.map { index in
        LedgerEntry(
          job: Harness.job(index), state: .waiting,
          failures: [LedgerEntry.Failure(worker: "bad", cause: .jobFailed)], attempts: 1)
      },
      demand: { job in
        let size = sizes[job.parameters.integer("index")]
        return JobDemand(cpuSeconds: Double(size), needs: Amounts(memoryBytes: size))
      }, nextToken: 1, now: 0)
    let bad = Event.joined(worker: "bad", Amounts(threads: 8, memoryBytes: 8), holding: [])
    #expect(scheduler.handle(bad, at: 0).isEmpty == false, "there is no other host yet")
    let good = Event.joined(worker: "good", Amounts(threads: 8, memoryBytes: 5), holding: [])
    #expect(scheduler.handle(good, at: 0).startedIndices == [2, 70])
  }

  /// Seed 53065 before workers were simulated by their production core: a host said that it held an
  /// attempt whose order had never reached it, and lived on.
  @Test func attempt_thatAWorkerOnlySaysItHolds_isOrderedAgain() {
    var harness = Harness(costs: [1], timeout: 5)
    let attempt = harness.join("a").starts[0].attempt
    harness.handle(.left(worker: "a"))
    let placement = Placement(threads: 1, hostThreads: 1, timeoutSeconds: 5)
    #expect(
      harness.join("a", holding: [attempt]) == [.confirm(worker: "a", attempt, placement)])
    // Not when it shall end: then the stop is what a link may have swallowed.
    harness.handle(.left(worker: "a"))
    harness.handle(.stop)
    #expect(harness.join("a", holding: [attempt]) == [.stop(worker: "a", attempt)])
  }

  /// Seed 205: a machine of two names, of which the first lost its lease with four threads at work.
  @Test func attempt_withoutALease_foundUnderAnotherName_takesTheThreadsItWasGiven() {
    var harness = Harness(costs: [1, 1], threads: 3)
    let attempt = harness.join("a", cores: 4).starts[0].attempt
    harness.handle(.left(worker: "a"))
    harness.handle(.tick, after: 21)
    let orders = harness.join("b", cores: 4, holding: [attempt])
    #expect(orders.starts.isEmpty, "one core is free")
    #expect(orders.contains(.stop(worker: "b", attempt)))
  }
}

extension Directive {
  /// It ends an attempt in the ledger.
  fileprivate var isEnd: Bool {
    if case .ledger(.ended) = self { return true }
    return false
  }
}
