import Scheduler
import SweepModel
import Testing

/// A run in which jobs wait until they are chosen.
@Suite struct ChoiceTests {
  private static func scheduler(_ count: Int, open: AttemptID? = nil) -> Scheduler {
    let entries = (0..<count).map { index in
      let isOpen = open?.job == Harness.key(index)
      return LedgerEntry(
        job: Harness.job(index), state: isOpen ? .running : .waiting,
        open: isOpen ? open.map { LedgerEntry.OpenAttempt(attempt: $0, worker: "a") } : nil,
        attempts: isOpen ? 1 : 0)
    }
    return Scheduler(
      entries: entries, demand: { _ in JobDemand(cpuSeconds: 1, needs: Amounts(memoryBytes: 1)) },
      nextToken: 10, unchosen: true, now: 0)
  }

  private static let two = Event.joined(
    worker: "a", Amounts(threads: 2, memoryBytes: 1 << 30), holding: [])

  private static func started(_ directives: [Directive]) -> [JobKey] {
    directives.compactMap { if case .start(_, let attempt, _) = $0 { attempt.job } else { nil } }
  }

  @Test func onlyChosenJobsStart() {
    var scheduler = Self.scheduler(3)
    #expect(Self.started(scheduler.handle(Self.two, at: 0)).isEmpty)
    #expect(scheduler.counts.waiting == 3)
    let why = scheduler.explain(Harness.key(0), at: 0)
    #expect(why == "waiting: it runs once the fit so far asks for it (`--until`)")
    let orders = scheduler.handle(.choose([Harness.key(2)]), at: 1)
    #expect(Self.started(orders) == [Harness.key(2)])
    #expect(Self.started(scheduler.handle(.choose([Harness.key(2)]), at: 2)).isEmpty, "once")
    #expect(Self.started(scheduler.handle(.free([Harness.key(0)]), at: 3)).isEmpty)
  }

  @Test func whatSuffices_endsTheRun_afterWhatRuns() {
    var scheduler = Self.scheduler(3)
    _ = scheduler.handle(Self.two, at: 0)
    let orders = scheduler.handle(.choose([Harness.key(1)]), at: 1)
    guard case .start(_, let attempt, _) = orders.last else {
      Issue.record("nothing started: \(orders)")
      return
    }
    #expect(!scheduler.handle(.drain, at: 2).contains(.end(.interrupted)), "one still runs")
    let end = scheduler.handle(.succeeded(worker: "a", attempt), at: 3)
    #expect(end.contains(.end(.interrupted)))
  }

  @Test func anUnchosenJob_canBeCancelled_andFreedToRun() {
    var scheduler = Self.scheduler(2)
    _ = scheduler.handle(Self.two, at: 0)
    _ = scheduler.handle(.cancel([Harness.key(0)]), at: 1)
    #expect(scheduler.counts.cancelled == 1 && scheduler.counts.failed == 0)
    let orders = scheduler.handle(.free([Harness.key(0)]), at: 2)
    #expect(scheduler.counts.cancelled == 0)
    #expect(Self.started(orders) == [Harness.key(0)], "who frees a job wants it run")
  }

  @Test func whatRanBefore_goesOn() {
    let open = AttemptID(job: Harness.key(1), number: 1, token: 3)
    var scheduler = Self.scheduler(2, open: open)
    let capacity = Amounts(threads: 2, memoryBytes: 1 << 30)
    let orders = scheduler.handle(.joined(worker: "a", capacity, holding: [open]), at: 0)
    let confirmed = Directive.confirm(
      worker: "a", open, Placement(threads: 1, hostThreads: 2, timeoutSeconds: nil))
    #expect(orders == [confirmed], "neither stopped nor joined by another")
    #expect(scheduler.holdsLease(open))
  }
}
