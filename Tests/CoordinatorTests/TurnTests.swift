import Foundation
import Posix
import Scheduler
import Store
import SweepModel
import Testing
import Transport
import Wire

@testable import Coordinator

/// The coordinator's turn with hosts in this process and a clock that the test moves: a real store,
/// real frames, no process and no waiting.
@Suite struct TurnTests {
  /// A coordinator of some jobs, its hosts, and the time, seconds.
  private final class Run {
    var hosts: [InProcessHost]
    let pool: ChangingHosts
    let coordinator: Coordinator
    let store: LedgerStore
    let folder = NSTemporaryDirectory() + "quanta-turn-" + UUID().uuidString
    private let start = monotonicSeconds()
    private var elapsed = 0.0

    init(jobs: Int, hosts names: [String] = ["one"], mayGrow: Bool = false) throws {
      let start = start
      hosts = names.map { InProcessHost($0, at: start) }
      pool = ChangingHosts(hosts, mayGrow: mayGrow)
      store = try LedgerStore.open(at: folder, now: 0)
      let sweep = try LyingHostTests.sweep(jobs)
      _ = try store.register(sweep, at: 0)
      coordinator = try Coordinator(
        Coordinator.Run(
          sweep: sweep, signature: LyingHostTests.signature, pools: [pool],
          binary: WorkerBinary(path: "/", hash: "0", architecture: "x86_64", sizeBytes: 1)),
        store: store)
      coordinator.clock = { [unowned self] in self.start + self.elapsed }
      coordinator.handle(coordinator.book.pending)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Turns, a second apart.
    func pass(_ seconds: Int) throws {
      for _ in 0..<seconds {
        elapsed += 1
        for host in hosts { host.turn(at: start + elapsed) }
        for input in coordinator.inbox.take(waiting: 0) { coordinator.take(input) }
        try coordinator.takeTurn()
      }
    }

    func add(_ name: String) {
      hosts.append(InProcessHost(name, at: start + elapsed))
      hosts.last.map { pool.tell(.added($0)) }
    }

    func finish(_ host: Int) {
      hosts[host].finish { _ in
        .succeeded(LyingHostTests.result(1), LyingHostTests.provenance("one"))
      }
    }

    func states() throws -> [JobState] {
      try store.ledger(forSweeps: ["trial"]).map(\.state)
    }
  }

  @Test func worker_thatGreets_isGivenJobs_andTheirResultsAreRecorded() throws {
    let run = try Run(jobs: 3)
    try run.pass(3)
    #expect(run.hosts[0].begun.count == 2, "it has two cores")
    #expect(try run.states() == [.running, .running, .waiting])
    run.finish(0)
    try run.pass(3)
    #expect(try run.states() == [.done, .done, .running])
    #expect(run.hosts[0].held == [run.hosts[0].begun[2]], "what is recorded is acknowledged")
    run.finish(0)
    try run.pass(1)
    #expect(run.coordinator.ending == .complete)
  }

  @Test func host_thatIsSilentForALease_isGivenUp_andItsJobsGoElsewhere() throws {
    let run = try Run(jobs: 2, hosts: ["one", "two"])
    run.hosts[1].trouble = .unreachable
    try run.pass(3)
    let first = run.hosts[0].begun
    #expect(first.count == 2)
    run.hosts[0].isMute = true
    run.hosts[1].trouble = nil
    try run.pass(15)
    #expect(run.hosts[1].begun == [], "the lease has not ended")
    try run.pass(15)
    #expect(run.hosts[1].begun.map(\.job) == first.map(\.job))
    #expect(run.coordinator.book.hosts[0].state != .ready)
    // It comes back with what it has: that is stopped there, and counts nowhere.
    run.hosts[0].isMute = false
    run.hosts[0].breakLinks()
    try run.pass(40)
    #expect(run.hosts[0].stopped == first)
    #expect(run.hosts[0].held == [])
    run.finish(1)
    try run.pass(2)
    #expect(run.coordinator.ending == .complete)
  }

  @Test func host_thatDoesNotAnswer_isTriedEveryHeartbeat() throws {
    let run = try Run(jobs: 1)
    run.hosts[0].trouble = .unreachable
    try run.pass(61)
    // Each takes a turn to fail and a heartbeat to be due again; more and more rarely would be six.
    #expect((20...31).contains(run.hosts[0].tries), "\(run.hosts[0].tries) tries in a minute")
  }

  @Test func host_whoseLinksBreak_isTriedMoreAndMoreRarely_andKeepsItsJobs() throws {
    let run = try Run(jobs: 2)
    try run.pass(3)
    run.hosts[0].breakLinks()
    run.hosts[0].trouble = .lost
    try run.pass(14)
    #expect(run.hosts[0].tries == 1 + 3, "after 1, 2 and 4 s")
    run.hosts[0].trouble = nil
    try run.pass(10)
    #expect(run.hosts[0].begun.count == 2, "nothing was given twice")
    run.finish(0)
    try run.pass(2)
    #expect(run.coordinator.ending == .complete)
  }

  @Test func run_thatIsStopped_endsWhenItsJobsHave() throws {
    let run = try Run(jobs: 3)
    try run.pass(3)
    run.coordinator.take(.interrupt)
    try run.pass(1)
    #expect(run.coordinator.ending == nil && run.hosts[0].stopped == [])
    run.coordinator.take(.interrupt)
    try run.pass(2)
    #expect(run.hosts[0].stopped.count == 2)
    #expect(run.coordinator.ending == .interrupted)
    #expect(try run.states() == [.waiting, .waiting, .waiting])
  }

  @Test func host_thatIsAddedWhileTheRunLasts_isGivenJobs() throws {
    let run = try Run(jobs: 4)
    try run.pass(3)
    #expect(try run.states() == [.running, .running, .waiting, .waiting])
    run.add("two")
    try run.pass(3)
    #expect(run.hosts[1].begun.count == 2)
    #expect(try run.states() == [.running, .running, .running, .running])
    run.pool.tell(.added(run.hosts[0]))
    try run.pass(3)
    #expect(run.hosts[0].tries == 1, "it is there already")
    run.finish(0)
    run.finish(1)
    try run.pass(1)
    #expect(run.coordinator.ending == .complete)
  }

  @Test func host_thatIsTakenAway_isLikeOneThatIsLost_andItsJobsCountOnce() throws {
    let run = try Run(jobs: 2, hosts: ["one", "two"])
    run.hosts[1].trouble = .unreachable
    try run.pass(3)
    let first = run.hosts[0].begun
    #expect(first.count == 2)
    run.pool.tell(.removed("one"))
    run.hosts[1].trouble = nil
    try run.pass(5)
    #expect(run.hosts[0].tries == 1 && run.hosts[0].begun == first)
    #expect(run.hosts[1].begun == [], "the leases have not ended")
    #expect(run.hosts[0].held == first, "its worker goes on with what it has")
    try run.pass(20)
    #expect(run.hosts[1].begun.map(\.job) == first.map(\.job))
    #expect(run.hosts[1].begun.map(\.number) == [2, 2])
    // It ends what it has while nobody listens, and comes back when the jobs are done elsewhere.
    run.finish(0)
    run.finish(1)
    run.pool.tell(.added(run.hosts[0]))
    try run.pass(1)
    #expect(run.coordinator.ending == .complete)
    let entries = try run.store.ledger(forSweeps: ["trial"])
    #expect(entries.map(\.state) == [.done, .done])
    let causes = entries.flatMap { $0.failures.map(\.cause) }
    #expect(causes == [.cancelled, .cancelled], "that a host was taken away is nobody's fault")
    #expect(entries.map(\.attempts) == [2, 2])
  }

  @Test func run_withoutHosts_endsUnlessAPoolMayAddSome() throws {
    let settled = try Run(jobs: 1)
    settled.pool.tell(.removed("one"))
    try settled.pass(1)
    #expect(settled.coordinator.ending == .noHosts)
    let growing = try Run(jobs: 1, hosts: [], mayGrow: true)
    try growing.pass(1000)
    #expect(growing.coordinator.ending == nil)
    growing.add("late")
    try growing.pass(3)
    #expect(growing.hosts[0].begun.count == 1)
    growing.pool.tell(.removed("late"))
    growing.pool.tell(.settled)
    try growing.pass(40)
    #expect(growing.coordinator.ending == .noHosts)
  }

  @Test func turn_whoseFactsTheDiskRefuses_ordersAndAcknowledgesNothing() throws {
    let run = try Run(jobs: 3)
    try run.pass(3)
    let held = run.hosts[0].held
    run.finish(0)
    try run.store.close()
    #expect(throws: StoreError.self) { try run.pass(1) }
    #expect(run.hosts[0].held == held, "its worker keeps every result")
    #expect(run.hosts[0].begun.count == 2)
  }
}
