import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

@Suite struct ReaderTests {
  let folder = TemporaryFolder()

  /// Jobs 0–4 in `widths`, 3–6 in `depths`; 1 and 3 done.
  private func stores() throws -> (LedgerStore, StoreReader) {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<5), at: 10)
    _ = try store.register(sweep("depths", 3..<7), at: 20)
    try store.complete(1, token: 1)
    try store.complete(3, token: 2)
    return (store, try StoreReader.open(at: folder.store))
  }

  @Test func register_sharedPoints_shareResultsAndCounts() throws {
    let (store, reader) = try stores()
    let sweeps = try reader.sweeps()
    #expect(sweeps.map(\.name) == ["widths", "depths"])
    #expect(sweeps.map { $0.counts[.done] } == [2, 1])
    #expect(sweeps.map { $0.counts.total } == [5, 4])
    #expect(try store.ledger(forSweeps: ["widths", "depths"]).map(\.job) == (0..<7).map(job))
    let third = try store.register(sweep("both", [3, 1, 9]), at: 30)
    #expect(third == Registration(isNew: true, jobs: 3, newJobs: 1, done: 2, removed: 0))
  }

  @Test func register_again_isIdempotentAndOtherPointsReplaceTheOld() throws {
    let (store, reader) = try stores()
    let again = try store.register(sweep("widths", 0..<5), at: 30)
    #expect(again == Registration(isNew: false, jobs: 5, newJobs: 0, done: 2, removed: 0))
    #expect(try reader.sweep(named: "widths").changedAt == 10)
    let other = try store.register(sweep("widths", [8, 1]), at: 40)
    #expect(other == Registration(isNew: false, jobs: 2, newJobs: 1, done: 1, removed: 4))
    let record = try reader.sweep(named: "widths")
    #expect(record.changedAt == 40)
    #expect(record.createdAt == 10)
    #expect(record.counts == StateCounts([.waiting: 1, .done: 1]))
    #expect(try reader.result(of: key(3)) == result(3))
    #expect(try reader.job(key(0).hex).state == .waiting)
    #expect(try reader.events().map(\.kind) == [.registered, .registered, .changed])
  }

  @Test func sweep_settings_comeBackAsTheyWere() throws {
    let (_, reader) = try stores()
    let expected = sweep("widths", 0..<5)
    let record = try reader.sweep(named: "widths")
    #expect(record.workload == expected.workload)
    #expect(record.axes == expected.axes)
    #expect(record.resources == expected.resources)
    #expect(record.retries == expected.retries)
    #expect(record.fits == expected.fits)
    #expect(record.source == expected.source)
    #expect(code { _ = try reader.sweep(named: "width") } == .unknownSweep)
  }

  @Test func jobs_filterOffsetAndLimit_takeThatPartInGridOrder() throws {
    let (_, reader) = try stores()
    #expect(try reader.jobs(of: "widths").map(\.index) == [0, 1, 2, 3, 4])
    #expect(try reader.jobs(of: "widths", offset: 1, limit: 2).map(\.index) == [1, 2])
    #expect(try reader.jobs(of: "widths", in: .done).map(\.index) == [1, 3])
    #expect(try reader.jobs(of: "widths", in: .waiting, offset: 1, limit: 1).map(\.index) == [2])
    #expect(try reader.jobs(of: "widths", in: .cancelled).isEmpty)
    #expect(try reader.jobs(of: "widths", offset: 9).isEmpty)
    #expect(try reader.jobs(of: "depths", in: .done).map(\.index) == [0])
    let done = try reader.jobs(of: "widths", in: .done)[1]
    #expect(
      done
        == JobRecord(
          index: 3, job: job(3), state: .done, attempts: 1, scalars: result(3).scalars))
    #expect(done.number("loss.final") == 0.25)
    #expect(done.number("width") == 3)
    #expect(code { _ = try reader.jobs(of: "width") } == .unknownSweep)
  }

  @Test func job_prefix_findsOneOrListsTheCandidates() throws {
    let (_, reader) = try stores()
    #expect(try reader.job(String(key(3).hex.prefix(12)).uppercased()).job == job(3))
    #expect(try reader.key(key(4).hex) == key(4))
    #expect(code { _ = try reader.job("nothing") } == .unknownJob)
    #expect(code { _ = try reader.job(key(3).hex + "0") } == .unknownJob)
    let shared = JobKey(hex: String(key(3).hex.prefix(60)) + "0000")
    let twin = try #require(shared)
    try LedgerStoreAccess.insert(twin, folder.store)
    do {
      _ = try reader.job(String(key(3).hex.prefix(12)))
      Issue.record("an ambiguous prefix was taken")
    } catch {
      #expect(error.code == .ambiguousKey)
      #expect(error.message.contains(String(key(3).hex.prefix(16))))
      #expect(error.remedy == "Give more digits.")
    }
  }

  @Test func attemptsAndWorkers_afterResults_tellWhereTheyRan() throws {
    let (_, reader) = try stores()
    #expect(
      try reader.attempts(of: key(1))
        == [
          AttemptRecord(
            attempt: attempt(1, token: 1), worker: "w1", startedAt: 1, endedAt: 1,
            outcome: .accepted, message: "", provenance: provenance)
        ])
    #expect(try reader.attempts(of: key(77)).isEmpty)
    #expect(
      try reader.workers()
        == [
          WorkerSummary(
            name: "w1", hostname: "node1", attempts: 1, done: 1, failed: 0, late: 0,
            cpuSeconds: 2.5, wallSeconds: 1.5, lastAt: 1),
          WorkerSummary(
            name: "w2", hostname: "node1", attempts: 1, done: 1, failed: 0, late: 0,
            cpuSeconds: 2.5, wallSeconds: 1.5, lastAt: 2),
        ])
  }

  /// A job that waits for its next attempt says why the last one ended.
  @Test func reason_ofAJobThatIsTriedAgain_isThatOfItsLastAttempt() throws {
    let (store, reader) = try stores()
    let (first, second) = (attempt(0, 1, token: 7), attempt(0, 2, token: 8))
    try store.commit(
      [
        .leased(first, worker: "w1"), .ended(first, .jobFailed, message: "exit status 1"),
        .leased(second, worker: "w1"), .ended(second, .jobFailed, message: "exit status 2"),
      ], at: 3)
    let jobs = try reader.jobs(of: "widths")
    #expect(jobs.map(\.reason) == ["last try: exit status 2", "", "", "", ""])
  }

  @Test func curves_ofADoneJob_comeByName() throws {
    let (store, reader) = try stores()
    #expect(try reader.curveNames(of: key(1)) == ["loss", "loss.subtasks"])
    #expect(try reader.curve(of: key(1), "loss.subtasks") == result(1).curves[1])
    #expect(try reader.curve(of: key(1), "accuracy") == nil)
    #expect(try reader.curve(of: key(0), "loss") == nil)
    #expect(try reader.curveNames(of: key(0)).isEmpty)
    #expect(try store.queue.read { try $0.integer("SELECT count(*) FROM steps") } == 1)
  }

  @Test func events_afterANumber_areTheLaterOnes() throws {
    let (store, reader) = try stores()
    try store.note("worker w3 joined", at: 50)
    let events = try reader.events()
    #expect(events.map(\.kind) == [.registered, .registered, .note])
    #expect(events.map(\.sweep) == ["widths", "depths", nil])
    #expect(try reader.events(after: events[1].id) == [events[2]])
    #expect(events[2].message == "worker w3 joined")
    #expect(try reader.events(limit: 1).count == 1)
  }

  @Test func forEachRun_parametersAndScalars_areColumnsOfTheirOwn() throws {
    let (_, reader) = try stores()
    let columns = try reader.runColumns(of: "widths")
    #expect(
      columns.map(\.title) == [
        "position", "job", "state", "reason", "attempts", "worker", "host", "instruction_set",
        "threads", "wall_seconds", "cpu_seconds", "peak_memory_bytes", "started_at", "ended_at",
        "quarantine", "alpha", "bias", "regime", "width", "loss.final", "parameters",
        "origin",
      ])
    var rows: [[Value?]] = []
    try reader.forEachRun(of: "widths", columns) { rows.append($0) }
    #expect(rows.count == 5)
    let expected: [Value?] = [
      .integer(3), .text(key(3).hex), .text("done"), .text(""), .integer(1), .text("w2"),
      .text("node1"), .text("portable"), .integer(2), .real(1.5), .real(2.5),
      .integer(1_000_000), .text("1970-01-01T00:00:02.000Z"), .text("1970-01-01T00:00:02.000Z"),
      nil, .real(1.0), .flag(true), .text("online"), .integer(3), .real(0.25), .real(3),
      .text("run here"),
    ]
    #expect(rows[3] == expected)
    #expect(rows[0][2] == .text("waiting"))
    #expect(rows[0][19] == nil)
  }

  @Test func runColumns_nameTakenTwice_isPrefixed() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    var parameters = job(1).parameters
    parameters["state"] = .text("solid")
    let clashing = Job(key: key(1), workload: "sparse-parity", parameters: parameters)
    let one = sweep("one", [1])
    _ = try store.register(
      Sweep(
        name: "one", workload: one.workload, axes: [], jobs: [clashing],
        resources: one.resources, retries: one.retries, fits: [], source: one.source), at: 1)
    try store.complete(
      1, token: 1, result: JobResult(scalars: [JobResult.Scalar("width", 2)], curves: []))
    let titles = try StoreReader.open(at: folder.store).runColumns(of: "one").map(\.title)
    #expect(
      titles.suffix(7) == [
        "alpha", "bias", "regime", "parameter.state", "width", "scalar.width", "origin",
      ])
  }
}

/// Rows that no interface writes.
enum LedgerStoreAccess {
  static func insert(_ key: JobKey, _ path: String) throws {
    let queue = try DatabaseQueue(path: path + "/store.sqlite")
    try queue.write { database in
      try database.execute(
        sql: "INSERT INTO job (key, workload, parameters) VALUES (?, 'w', '{}')",
        arguments: [key.hex])
    }
  }
}
