import Foundation
import GRDB

/// Opens the database of a store; everything is checked before anything is written.
enum Connection {
  /// Opens for writing: WAL, and every commit waits for the disk.
  static func writer(_ path: String) throws(StoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "quanta.store.writer"
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = FULL;
          PRAGMA wal_autocheckpoint = 8192;
          PRAGMA secure_delete = OFF;
          PRAGMA cache_size = -65536;
          PRAGMA temp_store = MEMORY;
          """)
    }
    let settings = configuration
    return try explaining(path) { try DatabaseQueue(path: path, configuration: settings) }
  }

  /// Opens read-only. `immutable` promises SQLite that nobody writes: it then needs neither locks
  /// nor shared memory, and so no writable folder.
  static func reader(_ path: String, immutable: Bool) throws(StoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "quanta.store.reader"
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let settings = configuration
    return try explaining(path) {
      try DatabaseQueue(
        path: immutable ? immutableAddress(path) : path, configuration: settings)
    }
  }

  /// Checks that a directory holds a store of a known version, and creates no file doing so.
  ///
  /// SQLite itself reads the header: closing a descriptor of our own would drop the locks of any
  /// other connection in this process.
  static func check(_ layout: StoreLayout) throws(StoreError) {
    try checkFiles(layout)
    let path = layout.database
    do {
      let queue = try DatabaseQueue(
        path: immutableAddress(path), configuration: readOnlyConfiguration())
      try queue.read { database in
        try StoreSchema.check(
          applicationID: Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
          userVersion: Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0, path: path)
      }
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
      throw .sqlite(error, path: path)
    } catch {
      // A checkpoint may be under way; the real connection, which takes locks, will tell.
    }
  }

  /// The largest file that is read whole before anything is added to it, bytes.
  private static let fullCheckLimit = 16 << 20

  /// Throws when pages, tables and their indexes contradict each other: what is added to such a file
  /// may not be found again. A larger file would take seconds; SQLite tells of its damage when it
  /// meets it.
  static func checkIntegrity(_ database: Database, path: String) throws {
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    guard pages * size <= fullCheckLimit else { return }
    let finding = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "ok"
    guard finding != "ok" else { return }
    throw StoreError.damaged(finding, path: path)
  }

  private static func readOnlyConfiguration() -> Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    return configuration
  }

  private static func checkFiles(_ layout: StoreLayout) throws(StoreError) {
    var information = stat()
    guard stat(layout.directory, &information) == 0 else {
      guard errno == ENOENT else { throw .system(errno, "open", path: layout.directory) }
      throw StoreError(
        .notFound, path: layout.directory,
        message: "There is no store at \(layout.directory).",
        remedy:
          "`quanta run SWEEP` makes one, and `quanta presets` lists ready sweeps; or give its folder with "
          + "--store.")
    }
    guard information.st_mode & S_IFMT == S_IFDIR else {
      throw notAStore(layout, "it is no folder")
    }
    guard stat(layout.database, &information) == 0 else {
      guard errno == ENOENT else { throw .system(errno, "open", path: layout.database) }
      throw notAStore(layout, "it has no store.sqlite")
    }
    guard information.st_mode & S_IFMT == S_IFREG, information.st_size > 0 else {
      throw notAStore(layout, "its store.sqlite is empty or no file")
    }
    guard access(layout.database, R_OK) == 0 else {
      throw .system(errno, "read", path: layout.database)
    }
  }

  static func notAStore(_ layout: StoreLayout, _ why: String) -> StoreError {
    StoreError(
      .notAStore, path: layout.directory, message: "\(layout.directory) is not a store: \(why).",
      remedy: "Give the folder of a store, or a new one, with --store.")
  }

  private static func immutableAddress(_ path: String) -> String {
    let reserved = CharacterSet(charactersIn: "?#%").union(.controlCharacters)
    let escaped = path.addingPercentEncoding(withAllowedCharacters: reserved.inverted) ?? path
    return "file:\(escaped)?immutable=1"
  }

  /// Runs `body` and turns what SQLite or GRDB throws into a ``StoreError``.
  static func explaining<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws(StoreError) -> Result {
    do {
      return try body()
    } catch {
      throw explanation(of: error, path: path)
    }
  }

  /// The ``StoreError`` for any error met at `path`.
  static func explanation(of error: any Error, path: String) -> StoreError {
    switch error {
    case let error as StoreError: error
    case let error as DatabaseError: .sqlite(error, path: path)
    case is RowDecodingError: .sqlite(unreadable("a value"), path: path)
    default:
      StoreError(
        .inputOutput, path: path, message: "Cannot use \(path): \(error).",
        remedy: "Check the disk and the system's log.")
    }
  }
}
