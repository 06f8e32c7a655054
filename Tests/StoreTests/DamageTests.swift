import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

/// What a damaged file may hold although the schema forbids it: an error, never a crash.
@Suite struct DamageTests {
  let folder = TemporaryFolder()

  private func store() throws -> LedgerStore {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    try store.complete(1, token: 1)
    return store
  }

  /// Changes the database behind the back of the schema's rules.
  private func damage(_ table: String, _ sql: String) throws {
    let path = folder.store + "/store.sqlite"
    let rewriting = try DatabaseQueue(path: path)
    try rewriting.writeWithoutTransaction { database in
      let triggers = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger)") }
      try database.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET sql = replace(replace(replace(sql, 'TEXT NOT NULL', 'TEXT'),
            'INTEGER NOT NULL', 'INTEGER'), 'REAL NOT NULL', 'REAL') WHERE name = '\(table)';
          """)
    }
    try rewriting.close()
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA ignore_check_constraints = ON; \(sql)")
    }
    try queue.close()
  }

  private func read(_ body: (StoreReader) throws -> Void) -> StoreError.Code? {
    code { try body(StoreReader.open(at: folder.store)) }
  }

  @Test func sweep_withoutItsOrigin_isCorrupt() throws {
    try store().close()
    try damage("sweep", "UPDATE sweep SET origin = NULL")
    #expect(read { _ = try $0.sweeps() } == .corrupt)
  }

  @Test func job_withoutStateOrCount_isCorrupt() throws {
    try store().close()
    try damage("job", "UPDATE job SET state = NULL, attempts = \(Int.max) WHERE id = 1")
    #expect(read { _ = try $0.jobs(of: "widths") } == .corrupt)
    #expect(read { _ = try $0.ledger(forJobs: [key(0)]) } == .corrupt)
  }

  @Test func attempt_withoutWorker_isCorruptOrAbsent() throws {
    try store().close()
    try damage("attempt", "UPDATE attempt SET outcome = NULL, started_at = NULL")
    #expect(read { _ = try $0.attempts(of: key(1)) } == .corrupt)
  }

  @Test func curve_withImpossibleColumns_isCorrupt() throws {
    try store().close()
    try damage("curve", "UPDATE curve SET columns = \(Int.max)")
    #expect(read { _ = try $0.result(of: key(1)) } == .corrupt)
  }

  @Test func counts_beyondAnySum_areCorrupt() throws {
    try store().close()
    try damage("sweep_count", "UPDATE sweep_count SET jobs = \(Int.max)")
    #expect(read { _ = try $0.sweeps() } == .corrupt)
  }

  @Test func token_atTheEndOfAllNumbers_isCorrupt() throws {
    try store().close()
    try damage("attempt", "UPDATE attempt SET token = \(Int.max)")
    let store = try LedgerStore.forTest(at: folder.store)
    #expect(code { _ = try store.nextToken() } == .corrupt)
  }
}
