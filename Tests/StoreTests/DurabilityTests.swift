import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

@Suite struct DurabilityTests {
  let folder = TemporaryFolder()

  /// What a process that is killed now would leave: the files as they are, no lock, and no shared
  /// memory that anyone keeps up to date.
  private func crash(_ name: String) throws -> String {
    let copy = folder.path + "/" + name
    try FileManager.default.copyItem(atPath: folder.store, toPath: copy)
    try? FileManager.default.removeItem(atPath: copy + "/store.sqlite-shm")
    return copy
  }

  @Test func commit_killedAfterIt_isThere() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<5), at: 1)
    for number in 0..<5 {
      try store.complete(number, token: number + 1)
      let reopened = try LedgerStore.forTest(at: try crash("after\(number)"))
      #expect(
        try reopened.ledger(forSweeps: ["widths"]).filter { $0.state == .done }.count
          == number + 1)
      let reader = try StoreReader.open(at: reopened.layout.directory)
      #expect(try reader.result(of: key(number)) == result(number))
    }
  }

  @Test func commit_killedInTheMiddle_leavesNothingOfIt() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<5), at: 1)
    let first = attempt(0, token: 1)
    try store.queue.writeWithoutTransaction { database in
      // So small a cache writes pages of an unfinished transaction into the log.
      try database.execute(sql: "PRAGMA cache_size = 5")
      try database.inTransaction {
        let large = result(0, rows: 50_000)
        let writer = try ChangeWriter(
          database, path: "", now: 2, completions: [completion(first, large)])
        try writer.apply(.leased(first, worker: "w"))
        try writer.apply(.accepted(first))
        let reopened = try LedgerStore.forTest(at: try crash("during"))
        #expect(try reopened.nextToken() == 1)
        let entries = try reopened.ledger(forSweeps: ["widths"])
        #expect(entries.map(\.state) == Array(repeating: .waiting, count: 5))
        try reopened.complete(0, token: 1, result: large)
        return .rollback
      }
    }
    #expect(try store.nextToken() == 1)
  }

  @Test func read_whileTheWriterCommits_neverBlocksNorSeesHalfABatch() async throws {
    let store = try LedgerStore.forTest(at: folder.store)
    let jobs = 200
    _ = try await store.register(sweep("widths", 0..<jobs), at: 1)
    let path = folder.store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let reader = try StoreReader.open(at: path)
          var done = 0
          while done < jobs {
            let counts = try reader.sweep(named: "widths").counts
            #expect(counts.total == jobs)
            #expect(counts[.running] == 0)
            #expect(counts[.done] >= done)
            #expect(counts[.done] % 2 == 0)
            done = counts[.done]
            for record in try reader.jobs(of: "widths", in: .done, limit: 10) {
              #expect(record.scalars == result(record.job.parameters.integer("width")).scalars)
            }
            await Task.yield()
          }
        }
      }
      for pair in 0..<jobs / 2 {
        let both = [2 * pair, 2 * pair + 1]
        let made = both.map { attempt($0, token: $0 + 1) }
        try await store.commit(
          made.flatMap { [.leased($0, worker: "w"), .accepted($0)] },
          completions: zip(made, both).map { completion($0, result($1)) }, at: Double(pair))
      }
      try await group.waitForAll()
    }
  }

  @Test func readers_manyOpenedAndClosedBesideTheWriter_keepItsLocks() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<20), at: 1)
    for number in 0..<20 {
      _ = try StoreReader.open(at: folder.store).sweeps()
      // A foreign connection that closes last would delete the log under the writer's feet.
      let queue = try DatabaseQueue(path: folder.store + "/store.sqlite")
      _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job") }
      try queue.close()
      try store.complete(number, token: number + 1)
    }
    try store.close()
    #expect(try StoreReader.open(at: folder.store).sweep(named: "widths").counts[.done] == 20)
  }

  @Test func register_thousandsOfJobs_countsAndPagesThem() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    let jobs = 20_000
    let registration = try store.register(sweep("large", 0..<jobs), at: 1)
    #expect(registration.newJobs == jobs)
    let made = (0..<500).map { attempt($0 * 40, token: $0 + 1) }
    try store.commit(
      made.flatMap { [.leased($0, worker: "w"), .accepted($0)] },
      completions: made.enumerated().map { completion($1, result($0)) }, at: 2)
    let reader = try StoreReader.open(at: folder.store)
    let counts = try reader.sweep(named: "large").counts
    #expect(counts == StateCounts([.waiting: jobs - 500, .done: 500]))
    #expect(
      try reader.jobs(of: "large", in: .done, offset: 498).map(\.index) == [19_920, 19_960])
    #expect(try reader.jobs(of: "large", offset: 19_998).map(\.index) == [19_998, 19_999])
    #expect(try store.ledger(forSweeps: ["large"]).count == jobs)
  }
}
