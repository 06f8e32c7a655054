import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

/// Stores of older versions, made by the migrations that they had.
@Suite struct MigrationTests {
  let folder = TemporaryFolder()

  /// A store of the version before results could be discarded.
  @Test func storeOfTheThirdSchema_isReadAsItIsAndBroughtUpToDate() throws {
    let layout = StoreLayout(directory: folder.store)
    try FileManager.default.createDirectory(
      atPath: folder.store, withIntermediateDirectories: true)
    let queue = try DatabaseQueue(path: layout.database)
    try StoreSchema.migrator.migrate(queue, upTo: "3 images")
    try queue.write { database in
      try database.execute(
        sql: """
          INSERT INTO job (key, workload, parameters) VALUES ('\(key(0).hex)', 'w', '{}');
          INSERT INTO worker (name) VALUES ('w');
          INSERT INTO machine (hostname, processor, instruction_set, binary_hash, version)
          VALUES ('h', 'p', 'i', 'b', 'v');
          INSERT INTO attempt (token, job, number, worker, started_at) VALUES (1, 1, 1, 1, 0);
          UPDATE attempt SET outcome = 'accepted', ended_at = 1, machine = 1, threads = 1,
            peak_memory_bytes = 1;
          UPDATE job SET state = 'done', accepted = 1;
          """)
    }
    try queue.close()
    let old = try StoreReader.open(at: folder.store)
    #expect(try old.attempts(of: key(0)).map(\.outcome) == [.accepted])
    #expect(try old.inventory().results == 1)
    let store = try LedgerStore.forTest(at: folder.store)
    try store.discard([key(0)], reason: "r", at: 2)
    #expect(try old.attempts(of: key(0)).map(\.outcome) == [.superseded(reason: "r")])
  }

  /// Views, triggers and indexes are the users' to add; a definition that somebody has edited is not.
  @Test(arguments: [
    ("CREATE VIEW mine AS SELECT name, threads FROM sweep", "error in view mine", "DROP VIEW mine"),
    (
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'cause IN (', 'cause  IN (');
      PRAGMA writable_schema = RESET
      """, "the definition of the table attempt",
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'cause  IN (', 'cause IN (');
      PRAGMA writable_schema = RESET
      """
    ),
  ])
  func storeThatCannotBeBroughtUpToDate_saysWhyAndStaysAsItIs(
    change: String, words: String, remedy: String
  ) throws {
    let layout = StoreLayout(directory: folder.store)
    try FileManager.default.createDirectory(
      atPath: folder.store, withIntermediateDirectories: true)
    let queue = try DatabaseQueue(path: layout.database)
    try StoreSchema.migrator.migrate(queue, upTo: "5 exact numbers in views")
    try queue.writeWithoutTransaction { try $0.execute(sql: change) }
    do {
      try LedgerStore.forTest(at: folder.store).close()
      Issue.record("it was opened")
    } catch {
      let error = try #require(error as? StoreError)
      #expect(error.code == .olderVersion && error.message.contains(words), "\(error)")
      #expect(!error.remedy.contains("disk"))
    }
    let version = try queue.read { try StoreSchema.version($0) }
    #expect(version == 5)
    try queue.writeWithoutTransaction { try $0.execute(sql: remedy) }
    try queue.close()
    try LedgerStore.forTest(at: folder.store).close()
  }
}
