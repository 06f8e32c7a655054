import Foundation
import GRDB
import LabSupport
import SweepModel
import Testing

@testable import Store

/// Stores of every schema version, each made by a program of that time.
@Suite struct ArchivedStoreTests {
  let folder = TemporaryFolder()

  private func unpack(_ version: Int) throws -> String {
    try ArchivedStore(version: version).unpack(to: folder.path)
    return folder.path + "/quanta-store"
  }

  /// A new version needs one, made by the commit that brings it.
  @Test func versions_allOfThem_areArchived() {
    #expect(ArchivedStore.versions == Array(1...StoreSchema.migrations.count))
  }

  @Test(arguments: ArchivedStore.versions)
  func open_storeOfEveryVersion_migratesAndKeepsAll(version: Int) throws {
    let path = try unpack(version)
    let before = try userVersion(path)
    #expect(before == version)
    try LedgerStore.forTest(at: path).close()
    #expect(try userVersion(path) == StoreSchema.migrations.count)

    let reader = try StoreReader.open(at: path)
    let counts = try ["widths", "endings", "long"].map { try reader.sweep(named: $0).counts }
    #expect(
      counts == [
        StateCounts([.done: 12]), StateCounts([.done: 5, .setAside: 10]),
        StateCounts([.waiting: 1]),
      ])
    let done = try reader.jobs(of: "widths")
    for job in done.map(\.job) {
      let result = try #require(try reader.result(of: job.key))
      #expect(result.scalar("loss.final")?.isFinite == true)
      #expect(result.curve("loss")?.steps == [100, 200, 300, 400])
      #expect(result.curve("loss.subtasks")?.columns == 8)
      #expect(try reader.attempts(of: job.key).count == 1)
    }
    let long = try #require(try reader.jobs(of: "long").first).job
    let layout = StoreLayout(directory: path)
    // The first version's checkpoints have no checksum: they count as damaged.
    let checkpoint = try CheckpointFolder(layout).read(long.key)
    #expect((checkpoint?.isEmpty == false) == (version > 1))
    let crashed = try reader.jobs(of: "endings", in: .setAside)
    for job in crashed.map(\.job) {
      #expect(LogReader(layout).attempts(of: job.key).isEmpty == false)
      #expect(
        try reader.attempts(of: job.key).map(\.outcome)
          == [.failed(.jobFailed), .failed(.jobFailed)])
    }
  }

  private func userVersion(_ path: String) throws -> Int? {
    let queue = try DatabaseQueue(path: path + "/store.sqlite")
    defer { try? queue.close() }
    return try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
  }
}
