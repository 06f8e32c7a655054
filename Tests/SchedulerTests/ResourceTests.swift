import SweepModel
import Testing

@testable import Scheduler

/// Named resources: who gets which one, and who waits for one.
@Suite struct ResourceTests {
  private static func scheduler(_ needs: [Amounts]) -> Scheduler {
    Scheduler(
      entries: needs.indices.map { LedgerEntry(job: Harness.job($0), state: .waiting) },
      demand: { JobDemand(cpuSeconds: 1, needs: needs[$0.parameters.integer("index")]) },
      nextToken: 1, now: 0)
  }

  private static func gpus(_ count: Int, memory: Int = 0) -> Amounts {
    Amounts(memoryBytes: memory, named: ["gpu": Amount(count)])
  }

  private static func host(_ gpus: Int, cores: Int = 8) -> Amounts {
    Amounts(threads: cores, memoryBytes: 1 << 30, named: ["gpu": Amount(gpus)])
  }

  private func given(_ orders: [Directive]) -> [[Int]] {
    orders.compactMap {
      guard case .start(_, _, let placement) = $0 else { return nil }
      return placement.held.map(\.index)
    }
  }

  @Test func jobs_getEachItsOwn_andWaitForMore() {
    var scheduler = Self.scheduler([1, 1, 2, 1].map { Self.gpus($0) })
    let orders = scheduler.handle(.joined(worker: "a", Self.host(3), holding: []), at: 0)
    #expect(given(orders) == [[0], [1], [2]])
    let first = orders.starts[0].attempt
    #expect(
      scheduler.explain(Harness.key(2), at: 0)
        == "waiting: it needs 2 gpu, and 3 of 3 gpu are in use")
    #expect(scheduler.heldBack(limit: 9) == [Harness.key(2)])
    #expect(scheduler.explain(first.job, at: 0) == "running on a with 1 thread, gpu 0")
    #expect(given(scheduler.handle(.succeeded(worker: "a", first), at: 1)).isEmpty)
    let second = scheduler.handle(.succeeded(worker: "a", orders.starts[1].attempt), at: 2)
    #expect(given(second) == [[0, 1]])
  }

  @Test func jobs_withoutNeedsOfIt_passThoseThatWait() {
    var scheduler = Self.scheduler([Self.gpus(1), Self.gpus(1), Amounts(), Amounts()])
    let orders = scheduler.handle(.joined(worker: "a", Self.host(1), holding: []), at: 0)
    #expect(orders.startedIndices.sorted() == [0, 2, 3])
  }

  @Test func job_goesWhereItsResourceIs_notWhereMostThreadsAre() {
    var scheduler = Self.scheduler([Self.gpus(1)])
    #expect(
      scheduler.handle(
        .joined(worker: "wide", Amounts(threads: 64, memoryBytes: 1 << 40), holding: []), at: 0
      ).starts.isEmpty)
    #expect(
      scheduler.handle(.joined(worker: "gpu", Self.host(1, cores: 2), holding: []), at: 0)
        .starts.map(\.worker) == ["gpu"])
  }

  @Test func job_thatNoHostCanEverHold_isGivenUpInWords() {
    var scheduler = Self.scheduler([Self.gpus(2), Amounts()])
    _ = scheduler.handle(.joined(worker: "a", Self.host(1), holding: []), at: 0)
    let orders = scheduler.handle(.hostsPending(0), at: 1)
    #expect(
      orders.contains(
        .ledger(
          .moved(
            Harness.key(0), .setAside,
            reason: "needs 2 gpu, which no host of the run has: name them in the cluster file"))))
  }

  /// The ledger does not say which ones a job has: its worker does.
  @Test func coordinator_thatStartsAnew_takesWhatTheWorkerSaysForTaken() {
    let attempt = AttemptID(job: Harness.key(0), number: 1, token: 1)
    var scheduler = Scheduler(
      entries: [
        LedgerEntry(
          job: Harness.job(0), state: .running, open: .init(attempt: attempt, worker: "a"),
          attempts: 1), LedgerEntry(job: Harness.job(1), state: .waiting),
      ],
      demand: { _ in JobDemand(cpuSeconds: 1, needs: Self.gpus(1)) }, nextToken: 2, now: 0)
    let orders = scheduler.handle(
      .joined(
        worker: "a", Self.host(2), holding: [attempt], with: [attempt: [.init("gpu", 0)]]), at: 0)
    #expect(given(orders) == [[1]])
    #expect(scheduler.running.map { $0.allocation.indices(of: "gpu") } == [[0], [1]])
  }

  /// Shares of one go where they fit, and leave whole ones whole as long as they can.
  @Test func shares_areTokenByToken_notByTheirSum() {
    func share(_ thousandths: Int) -> Amounts {
      Amounts(named: ["gpu": Amount(thousandths: thousandths)])
    }
    var scheduler = Self.scheduler([600, 600, 500, 300, 400, 1000].map { share($0) })
    let orders = scheduler.handle(.joined(worker: "a", Self.host(2), holding: []), at: 0)
    // 0.6 + 0.3 and 0.6 + 0.4: for 0.5 and for a whole one there is no room, though 0.1 is left.
    #expect(given(orders) == [[0], [1], [0], [1]])
    #expect(orders.startedIndices == [0, 1, 3, 4])
    #expect(
      scheduler.explain(Harness.key(2), at: 0)
        == "waiting: it needs 0.5 gpu, and 1.9 of 2 gpu are in use")
    #expect(
      scheduler.explain(Harness.key(3), at: 0) == "running on a with 1 thread, 0.3 of gpu 0")
    #expect(scheduler.heldBack(limit: 9) == [Harness.key(2), Harness.key(5)])
    #expect(
      given(scheduler.handle(.succeeded(worker: "a", orders.starts[1].attempt), at: 1)) == [[1]])
    _ = scheduler.handle(.succeeded(worker: "a", orders.starts[0].attempt), at: 2)
    let last = scheduler.handle(.succeeded(worker: "a", orders.starts[2].attempt), at: 3)
    #expect(given(last) == [[0]] && last.startedIndices == [5])
  }

  /// Ten tenths are one, of whatever has a name.
  @Test(arguments: [(100, 10), (250, 4), (500, 2), (333, 3), (334, 2), (999, 1)])
  func shares_ofOneSize_packExactly(thousandths: Int, each: Int) {
    let share = Amounts(named: ["licence": Amount(thousandths: thousandths)])
    let host = Amounts(threads: 64, memoryBytes: 1, named: ["licence": 3])
    #expect(share.multiples(in: host) == 3 * each)
    var scheduler = Self.scheduler(Array(repeating: share, count: 3 * each + 1))
    let orders = scheduler.handle(.joined(worker: "a", host, holding: []), at: 0)
    #expect(given(orders) == (0..<3 * each).map { [$0 / each] })
    let next = scheduler.handle(.succeeded(worker: "a", orders.starts[each].attempt), at: 1)
    #expect(given(next) == [[1]])
  }

  /// What runs on without a lease keeps what it has.
  @Test func attempt_thatLostItsLease_keepsItsOwn() {
    var scheduler = Self.scheduler([Self.gpus(1), Self.gpus(1)])
    let orders = scheduler.handle(.joined(worker: "a", Self.host(1), holding: []), at: 0)
    let first = orders.starts[0].attempt
    #expect(scheduler.handle(.cancel([first.job]), at: 1).starts.isEmpty)
    let end = Event.failed(worker: "a", first, .cancelled, message: "stopped")
    #expect(given(scheduler.handle(end, at: 2)) == [[0]])
  }
}
