import Foundation
import GRDB
import Posix

/// Makes the database of a new store. The caller holds the store's lock.
enum StoreCreation {
  /// Builds the database under another name and renames it into place, so that a store exists
  /// completely or not at all, whenever the process dies.
  static func createDatabase(_ layout: StoreLayout) throws(StoreError) {
    guard access(layout.database, F_OK) != 0 else { return }
    let path = layout.unfinishedDatabase
    remove(path)
    do throws(StoreError) {
      try build(path)
      guard rename(path, layout.database) == 0 else {
        throw .system(errno, "create", path: layout.database)
      }
      AtomicFile.synchronizeFolder(of: layout.database)
    } catch {
      remove(path)
      throw error
    }
  }

  /// A rollback journal, not WAL, so that the one file holds everything when it is closed.
  private static func build(_ path: String) throws(StoreError) {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = EXTRA") }
    let settings = configuration
    try Connection.explaining(path) {
      let queue = try DatabaseQueue(path: path, configuration: settings)
      try StoreSchema.migrate(queue, path: path)
      try queue.close()
    }
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
  }
}
