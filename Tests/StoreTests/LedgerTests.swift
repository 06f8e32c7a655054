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
