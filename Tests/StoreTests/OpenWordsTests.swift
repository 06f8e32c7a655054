import Foundation
import GRDB
import LabSupport
import SweepModel
import Testing

@testable import Store

/// What is open since schema 6: resources by name, causes and origins of other versions.
@Suite struct OpenWordsTests {
  let folder = TemporaryFolder()

  @Test func cause_ofAnotherVersion_isKeptByItsWord() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<1), at: 1)
    let failed = attempt(0, token: 1)
    try store.commit(
      [.leased(failed, worker: "w"), .ended(failed, .other("requeued"), message: "exit 75")], at: 2)
    let reader = try StoreReader.open(at: folder.store)
    let attempts = try reader.attempts(of: key(0))
    #expect(attempts.map(\.outcome) == [.failed(.other("requeued"))])
    #expect(
      try reader.ledger(forJobs: [key(0)]).first?.failures.map(\.cause) == [.other("requeued")])
  }

  @Test func origin_ofAnImportedResult_isStoredAndTheLastColumn() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<3), at: 1)
    try store.complete(0, token: 1)
    let imported = attempt(1, token: 2)
    var from = provenance
    from.origin = Provenance.imported(from: "runs/7/metrics.json")
    try store.commit(
      [.leased(imported, worker: "w"), .accepted(imported)],
      completions: [Completion(attempt: imported, result: result(1), provenance: from)], at: 2)
    let reader = try StoreReader.open(at: folder.store)
    #expect(try reader.attempts(of: key(1)).first?.provenance == from)
    let columns = try reader.runColumns(of: "widths")
    #expect(columns.last?.title == "origin")
    var origins: [Value?] = []
    try reader.forEachRun(of: "widths", columns) { origins.append($0.last ?? nil) }
    #expect(origins == [.text("run here"), .text("imported from runs/7/metrics.json"), nil])
    let rows = try reader.read { database in
      try String.fetchAll(
        database, sql: "SELECT coalesce(origin, '-') FROM runs ORDER BY position")
    }
    #expect(rows == ["run here", "imported from runs/7/metrics.json", "-"])
  }

  @Test func amounts_byName_comeBack() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    let plain = sweep("widths", 0..<1)
    let needs = Amounts(threads: 2, memoryBytes: 1 << 30, named: ["gpu": 2, "licence": 1])
    _ = try store.register(
      Sweep(
        name: plain.name, workload: plain.workload, axes: plain.axes, jobs: plain.jobs,
        resources: Resources(needs, timeoutSeconds: 5), retries: plain.retries, fits: plain.fits,
        source: plain.source), at: 1)
    let record = try StoreReader.open(at: folder.store).sweep(named: "widths")
    #expect(record.resources == Resources(needs, timeoutSeconds: 5))
  }

  /// A store is read as it is, too: a run of the version that wrote it may hold it.
  @Test(arguments: ArchivedStore.versions.filter { $0 >= StoreSchema.oldestReadable })
  func storeOfEveryVersion_readBeforeAndAfterMigration_saysTheSame(version: Int) throws {
    try ArchivedStore(version: version).unpack(to: folder.path)
    let path = folder.path + "/quanta-store"
    func all() throws -> [String] {
      let reader = try StoreReader.open(at: path)
      return try reader.sweeps().flatMap { sweep in
        var lines = ["\(sweep.name) \(sweep.resources) \(sweep.source.data)"]
        let columns = try reader.runColumns(of: sweep.name)
        try reader.forEachRun(of: sweep.name, columns) { lines.append("\($0)") }
        for job in try reader.jobs(of: sweep.name) {
          lines.append("\(try reader.attempts(of: job.job.key))")
        }
        return lines
      }
    }
    let before = try all()
    try LedgerStore.forTest(at: path).close()
    #expect(try all() == before && before.contains { $0.contains("run here") })
  }

  /// The check on causes goes, every other rule of the table stays.
  @Test func attempts_afterMigration_haveTheirOtherRules() throws {
    try ArchivedStore(version: 5).unpack(to: folder.path)
    let path = folder.path + "/quanta-store"
    let before = try triggers(path)
    try LedgerStore.forTest(at: path).close()
    #expect(try triggers(path) == before && before.count > 8)
    let queue = try DatabaseQueue(path: path + "/store.sqlite")
    try queue.write { database in
      #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
      let sql = try #require(
        try String.fetchOne(database, sql: "SELECT sql FROM sqlite_schema WHERE name = 'attempt'"))
      #expect(
        !sql.contains("cause IN") && sql.contains("CHECK (outcome IN") && sql.hasSuffix("STRICT"))
      #expect(throws: DatabaseError.self) {
        try database.execute(sql: "UPDATE attempt SET outcome = 'lost'")
      }
    }
  }

  private func triggers(_ path: String) throws -> Set<String> {
    let queue = try DatabaseQueue(path: path + "/store.sqlite")
    defer { try? queue.close() }
    return try queue.read {
      try String.fetchSet(
        $0,
        sql:
          "SELECT sql FROM sqlite_schema WHERE tbl_name = 'attempt' AND sql IS NOT NULL AND type <> 'table'"
      )
    }
  }
}
