import GRDB
import SweepModel
import Testing

@testable import Store

@Suite struct LedgerTests {
  let folder = TemporaryFolder()

  @Test func commit_acceptedAttempt_isVisibleToASecondConnectionAndAfterReopening() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    let registration = try store.register(sweep("widths", 0..<3), at: 1)
    #expect(
      registration == Registration(isNew: true, jobs: 3, newJobs: 3, done: 0, removed: 0))
    try store.complete(1, token: 1)
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.result(of: key(1)) == result(1))
    #expect(try reader.result(of: key(0)) == nil)
    try store.close()
    let reopened = try LedgerStore.forTest(at: folder.store, creating: false)
    #expect(try reopened.nextToken() == 2)
    let entries = try reopened.ledger(forSweeps: ["widths"])
    #expect(entries.map(\.state) == [.waiting, .done, .waiting])
    #expect(entries.map(\.job) == (0..<3).map(job))
  }

  @Test func commit_badChangeInABatch_writesNothingOfIt() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    let first = attempt(0, token: 1)
    let found = code {
      try store.commit(
        [
          .leased(first, worker: "w"), .accepted(first),
          .leased(attempt(1, token: 1), worker: "w"),
        ], completions: [completion(first, result(0))], at: 2)
    }
    #expect(found == .impossibleChange)
    #expect(try store.nextToken() == 1)
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.result(of: key(0)) == nil)
    #expect(try reader.attempts(of: key(0)).isEmpty)
    #expect(try reader.sweep(named: "widths").counts[.waiting] == 3)
  }
}

extension LedgerTests {
  /// A store with jobs 0, 1 and 2, all waiting.
  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    return store
  }

  @Test func commit_impossibleChanges_throwAndWriteNothing() throws {
    let store = try store()
    let open = attempt(0, token: 5)
    try store.complete(1, token: 4)
    try store.commit([.leased(open, worker: "w")], at: 6)
    let good = completion(open, result(0))
    let impossible: [(String, [LedgerChange], [Completion])] = [
      ("token reused", [.leased(attempt(2, token: 5), worker: "w")], []),
      ("token shrinks", [.leased(attempt(2, token: 3), worker: "w")], []),
      ("number skips", [.leased(attempt(2, 2, token: 6), worker: "w")], []),
      ("job running", [.leased(attempt(0, 2, token: 6), worker: "w")], []),
      ("job done", [.leased(attempt(1, 2, token: 6), worker: "w")], []),
      ("job unknown", [.leased(attempt(9, token: 6), worker: "w")], []),
      ("no completion", [.accepted(open)], []),
      ("completion alone", [], [good]),
      ("two completions", [.accepted(open)], [good, completion(open, result(7))]),
      ("accepted twice", [.accepted(open), .accepted(open)], [good]),
      (
        "other token", [.accepted(attempt(0, token: 9))],
        [completion(attempt(0, token: 9), result(0))]
      ),
      (
        "other job", [.accepted(attempt(2, token: 5))],
        [completion(attempt(2, token: 5), result(0))]
      ),
      (
        "done again", [.accepted(attempt(1, token: 4))],
        [completion(attempt(1, token: 4), result(1))]
      ),
      ("ended is over", [.ended(attempt(1, token: 4), .timeout, message: "")], []),
      ("moved running", [.moved(key(0), .cancelled, reason: "")], []),
      ("moved done", [.moved(key(1), .waiting, reason: "")], []),
      ("moved to done", [.moved(key(2), .done, reason: "")], []),
      ("moved unknown", [.moved(key(9), .waiting, reason: "")], []),
    ]
    let reader = try StoreReader.open(at: folder.store)
    let before = try reader.jobs(of: "widths")
    for (name, changes, completions) in impossible {
      let found = code {
        try store.commit(
          [.moved(key(2), .setAside, reason: "must not stay")] + changes,
          completions: completions, at: 7)
      }
      #expect(found == .impossibleChange, "\(name)")
      #expect(try reader.jobs(of: "widths") == before, "\(name)")
    }
    #expect(try store.nextToken() == 6)
  }

  @Test func ledger_setAsideAndFreed_countsFailuresSinceThen() throws {
    let store = try store()
    for token in 1...3 {
      let attempt = attempt(0, token, token: token)
      try store.commit(
        [.leased(attempt, worker: "w\(token)"), .ended(attempt, .jobFailed, message: "exit 1")],
        at: Double(token))
    }
    try store.commit([.moved(key(0), .setAside, reason: "failed 3 times")], at: 4)
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.job(key(0).hex).reason == "failed 3 times")
    #expect(try store.ledger(forJobs: [key(0)])[0].failures.count == 3)
    try store.commit([.moved(key(0), .waiting, reason: "quanta retry")], at: 5)
    #expect(
      try store.ledger(forJobs: [key(0)])
        == [LedgerEntry(job: job(0), state: .waiting, attempts: 3)])
    let fourth = attempt(0, 4, token: 4)
    let fifth = attempt(0, 5, token: 5)
    try store.commit(
      [
        .leased(fourth, worker: "w9"), .ended(fourth, .timeout, message: "24 h"),
        .leased(fifth, worker: "w8"),
      ], at: 6)
    let entry = try store.ledger(forSweeps: ["widths"])[0]
    #expect(entry.failures == [LedgerEntry.Failure(worker: "w9", cause: .timeout)])
    #expect(entry.open == LedgerEntry.OpenAttempt(attempt: fifth, worker: "w8"))
    #expect(entry.attempts == 5)
    #expect(try reader.events().map(\.kind) == [.registered, .setAside, .freed])
  }

  @Test func ledger_unknownSweepOrJob_throws() throws {
    let store = try store()
    #expect(code { _ = try store.ledger(forSweeps: ["width"]) } == .unknownSweep)
    #expect(code { _ = try store.ledger(forJobs: [key(77)]) } == .unknownJob)
  }

  @Test func constraints_bypassingTheWriter_stillRefuseASecondResult() throws {
    let store = try store()
    try store.complete(0, token: 1)
    let forbidden = [
      "UPDATE scalar SET value = 0",
      "DELETE FROM scalar",
      "DELETE FROM curve",
      "UPDATE curve SET data = x''",
      "UPDATE job SET state = 'waiting', accepted = NULL WHERE accepted = 1",
      "UPDATE job SET state = 'done' WHERE accepted IS NULL",
      "UPDATE job SET state = 'done', accepted = 1 WHERE accepted IS NULL",
      "UPDATE attempt SET outcome = 'failed', cause = 'timeout'",
      "DELETE FROM attempt",
      "INSERT INTO attempt (token, job, number, worker, started_at) VALUES (2, 1, 2, 1, 0)",
      "INSERT INTO attempt (token, job, number, worker, started_at) VALUES (1, 2, 1, 1, 0)",
      "UPDATE job SET state = 'finished'",
    ]
    for sql in forbidden {
      #expect(code { try store.write { try $0.execute(sql: sql) } } == .impossibleChange, "\(sql)")
    }
  }

  @Test func commit_asynchronous_keepsTheOrderOfCalls() async throws {
    let store = try store()
    let first = attempt(0, token: 1)
    try await store.commit([.leased(first, worker: "w")], at: 1)
    try await store.commit(
      [.accepted(first)], completions: [completion(first, result(0))], at: 2)
    let reader = try StoreReader.open(at: folder.store)
    let states = try await reader.detached { reader throws(StoreError) in
      try reader.states(of: [key(0), key(1), key(50)])
    }
    #expect(states == [key(0): .done, key(1): .waiting])
  }
}
