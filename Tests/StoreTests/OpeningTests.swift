import Foundation
import GRDB
import SweepModel
import Testing

@testable import Store

@Suite struct OpeningTests {
  let folder = TemporaryFolder()

  /// Opens for reading and for writing, and expects the same error and no change from both.
  private func expect(
    _ expected: StoreError.Code, creating: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try folder.contents()
    let reading = code { _ = try StoreReader.open(at: folder.store) }
    let writing = code { _ = try LedgerStore.forTest(at: folder.store, creating: creating) }
    #expect(reading == expected, sourceLocation: sourceLocation)
    #expect(writing == expected, sourceLocation: sourceLocation)
    #expect(try folder.contents() == before, sourceLocation: sourceLocation)
  }

  private func makeDatabase(_ sql: String...) throws {
    try FileManager.default.createDirectory(
      atPath: folder.store, withIntermediateDirectories: true)
    let queue = try DatabaseQueue(path: folder.store + "/store.sqlite")
    try queue.writeWithoutTransaction { database in
      for sql in sql { try database.execute(sql: sql) }
    }
    try queue.close()
  }

  @Test func open_missingFolder_saysNotFound() throws {
    try expect(.notFound, creating: false)
  }

  @Test func open_missingParentFolder_saysNotFoundAlsoWhenCreating() throws {
    let found = code { _ = try LedgerStore.forTest(at: folder.store + "/a/b") }
    #expect(found == .notFound)
    #expect(try folder.contents().isEmpty)
  }

  @Test func open_folderOfOtherThings_saysNotAStore() throws {
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.store + "/notes.txt"))
    try expect(.notAStore)
  }

  @Test func open_plainFile_saysNotAStore() throws {
    try Data("notes".utf8).write(to: URL(fileURLWithPath: folder.store))
    try expect(.notAStore)
  }

  @Test func open_fileThatIsNotSQLite_saysNotAStore() throws {
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    let text = String(repeating: "width,loss\n", count: 1000)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.store + "/store.sqlite"))
    try expect(.notAStore)
  }

  @Test func open_emptyDatabaseFile_saysNotAStore() throws {
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: folder.store + "/store.sqlite"))
    try expect(.notAStore)
  }

  @Test func open_databaseOfAnotherApplication_saysSo() throws {
    try makeDatabase("CREATE TABLE t(x)", "PRAGMA application_id = 12345")
    try expect(.otherApplication)
  }

  @Test func open_walDatabaseOfAnotherApplication_saysSoAndLeavesNoFile() throws {
    try makeDatabase("PRAGMA journal_mode = WAL", "CREATE TABLE t(x)")
    try expect(.otherApplication)
  }

  @Test func open_newerUserVersion_saysNewerVersion() throws {
    try LedgerStore.forTest(at: folder.store).close()
    try makeDatabase("PRAGMA user_version = 99")
    try expect(.newerVersion)
  }

  @Test func open_unknownMigration_saysNewerVersion() throws {
    try LedgerStore.forTest(at: folder.store).close()
    try makeDatabase("INSERT INTO grdb_migrations VALUES ('77 something new')")
    #expect(code { _ = try StoreReader.open(at: folder.store) } == .newerVersion)
    #expect(code { _ = try LedgerStore.forTest(at: folder.store) } == .newerVersion)
  }

  @Test func read_olderSchema_saysOlderVersion() throws {
    try LedgerStore.forTest(at: folder.store).close()
    try makeDatabase(
      "PRAGMA user_version = 0", "DELETE FROM grdb_migrations")
    #expect(code { _ = try StoreReader.open(at: folder.store) } == .olderVersion)
  }

  @Test func open_damagedDatabase_saysCorrupt() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<500), at: 1)
    try store.close()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.store + "/store.sqlite"))
    let size = try file.seekToEnd()
    for page in 1..<(size / 4096) {
      try file.seek(toOffset: page * 4096)
      try file.write(contentsOf: Data(repeating: 0xA5, count: 200))
    }
    try file.close()
    let reading = code {
      _ = try StoreReader.open(at: folder.store).jobs(of: "widths")
    }
    #expect(reading == .corrupt)
    #expect(code { _ = try LedgerStore.forTest(at: folder.store) } == .corrupt)
  }

  @Test func open_secondWriter_saysLockedWithTheHolder() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    do {
      _ = try LedgerStore.forTest(at: folder.store)
      Issue.record("a second writer opened the store")
    } catch {
      let error = try #require(error as? StoreError)
      #expect(error.code == .locked)
      #expect(
        error.message
          == "The store \(folder.store) is in use by another coordinator (process \(getpid()) on "
          + "\(ProcessInfo.processInfo.hostName), since \(describeLocalTime(1_700_000_000))).")
    }
    try store.close()
    _ = try LedgerStore.forTest(at: folder.store)
  }

  @Test func isCoordinatorAlive_probedWhileOpening_neverLocksTheWriterOut() async throws {
    let layout = StoreLayout(directory: folder.store)
    let live = LiveFile(layout)
    #expect(!live.isCoordinatorAlive)
    try LedgerStore.forTest(at: folder.store).close()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask { for _ in 0..<2000 { _ = live.isCoordinatorAlive } }
      }
      for _ in 0..<20 {
        let store = try LedgerStore.forTest(at: folder.store)
        #expect(live.isCoordinatorAlive)
        try store.close()
        #expect(!live.isCoordinatorAlive)
      }
      try await group.waitForAll()
    }
  }

  @Test func open_interruptedCreation_startsOver() throws {
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    for name in ["lock", "store.sqlite.unfinished", "store.sqlite.unfinished-journal"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: folder.store + "/" + name))
    }
    let store = try LedgerStore.forTest(at: folder.store)
    _ = try store.register(sweep("widths", 0..<2), at: 1)
    try store.close()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.store).sorted()
        == ["checkpoints", "lock", "logs", "requests", "store.sqlite"])
    #expect(try StoreReader.open(at: folder.store).jobs(of: "widths").count == 2)
  }

  @Test func writer_afterOpening_usesWALAndFullSynchronization() throws {
    let store = try LedgerStore.forTest(at: folder.store)
    let modes = try store.queue.read { database in
      (
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(database, sql: "PRAGMA synchronous"),
        try Int.fetchOne(database, sql: "PRAGMA foreign_keys")
      )
    }
    #expect(modes == ("wal", 2, 1))
  }

  @Test(arguments: ["nfs4", "cifs", "lustre", "gpfs", "fuse.sshfs", "9p", "ceph", "beegfs"])
  func open_networkFileSystem_refusesAndCreatesNothing(type: String) throws {
    let layout = StoreLayout(directory: folder.store)
    let found = code {
      _ = try LedgerStore.open(layout, now: 0, creating: true, fileSystem: type)
    }
    #expect(found == .networkFileSystem)
    #expect(try folder.contents().isEmpty)
  }

  @Test(arguments: ["ext4", "xfs", "tmpfs", "overlay", "btrfs", "fuseblk", nil])
  func open_localFileSystem_isAccepted(type: String?) throws {
    let layout = StoreLayout(directory: folder.store)
    _ = try LedgerStore.open(layout, now: 0, creating: true, fileSystem: type)
  }

  @Test func fileSystemType_nestedMountsAndEscapes_takesTheInnermost() {
    let table = """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      30 22 0:40 / /home rw - nfs4 server:/home rw,vers=4.2
      31 30 0:41 / /home/my\\040disk rw shared:3 master:1 - xfs /dev/sdb rw
      """
    #expect(FileSystemKind.type(of: "/tmp/store", mountTable: table) == "ext4")
    #expect(FileSystemKind.type(of: "/home/ann/store", mountTable: table) == "nfs4")
    #expect(FileSystemKind.type(of: "/homestead", mountTable: table) == "ext4")
    #expect(FileSystemKind.type(of: "/home/my disk/store", mountTable: table) == "xfs")
    #expect(FileSystemKind.type(of: "/", mountTable: "") == nil)
    #expect(FileSystemKind.type(of: "/proc/self") == "proc")
  }
}
