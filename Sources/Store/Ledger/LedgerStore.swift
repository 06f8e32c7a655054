import Foundation
import GRDB
import SweepModel
import Synchronization

/// The one writer of a store: registers sweeps and commits what happened to their jobs.
///
/// Responsible for: exactly one accepted attempt a job, results that never change once recorded,
/// durability before return. Leaves out: deciding what to run (the scheduler), logs, checkpoints
/// and the mailbox (``LogStore``, ``CheckpointFolder``, ``Mailbox``).
///
/// Every method is one transaction, durable when it returns and absent when it throws. Methods may
/// be called from any thread; they wait for the disk, so in asynchronous code use the `async`
/// forms. Errors are ``StoreError``s.
public final class LedgerStore: Sendable {
  /// Where the store's files lie.
  public let layout: StoreLayout

  let queue: DatabaseQueue
  private let lock: StoreLock
  private let thread = DispatchQueue(label: "quanta.store.calls")
  private let isClosed = Mutex(false)

  private init(layout: StoreLayout, queue: DatabaseQueue, lock: StoreLock) {
    self.layout = layout
    self.queue = queue
    self.lock = lock
  }

  /// Opens the store in a directory, for the one coordinator that may write to it.
  ///
  /// - Parameters:
  ///   - directory: The store's directory.
  ///   - now: The time, seconds since 1970 UTC; others who find the store locked are told it.
  ///   - creating: Whether to create the store when the directory is absent or empty.
  ///   - allowsNetworkFileSystem: Whether to trust a network file system's locks.
  public static func open(
    at directory: String, now: Double, creating: Bool = true, allowsNetworkFileSystem: Bool = false
  ) throws(StoreError) -> LedgerStore {
    let layout = StoreLayout(directory: directory)
    return try open(
      layout, now: now, creating: creating,
      fileSystem: allowsNetworkFileSystem ? nil : FileSystemKind.type(of: layout.directory))
  }

  static func open(
    _ layout: StoreLayout, now: Double, creating: Bool, fileSystem: String?
  ) throws(StoreError) -> LedgerStore {
    try FileSystemKind.refuseNetwork(type: fileSystem, path: layout.directory)
    let isNew = try isMissing(layout, creating: creating)
    let madeDirectory = isNew && mkdir(layout.directory, 0o755) == 0
    if isNew, !madeDirectory, errno != EEXIST {
      throw .system(errno, "create", path: layout.directory)
    }
    do throws(StoreError) {
      let lock = try StoreLock.take(layout, since: now)
      do throws(StoreError) {
        if isNew { try StoreCreation.createDatabase(layout) }
        let queue = try openDatabase(layout)
        return LedgerStore(layout: layout, queue: queue, lock: lock)
      } catch {
        lock.release(undoing: true)
        throw error
      }
    } catch {
      if madeDirectory { rmdir(layout.directory) }
      throw error
    }
  }

  /// Whether the store must be created; throws when there is something else in its place.
  private static func isMissing(
    _ layout: StoreLayout, creating: Bool
  ) throws(StoreError) -> Bool {
    do {
      try Connection.check(layout)
      return false
    } catch {
      switch error.code {
      case .notFound where creating: return true
      case .notAStore where creating && layout.holdsOnlyOwnFiles(): return true
      default: throw error
      }
    }
  }

  private static func openDatabase(_ layout: StoreLayout) throws(StoreError) -> DatabaseQueue {
    let queue = try Connection.writer(layout.database)
    try Connection.explaining(layout.database) {
      try queue.read { database in
        try StoreSchema.check(database, path: layout.database)
        try Connection.checkIntegrity(database, path: layout.database)
      }
      try StoreSchema.migrate(queue, path: layout.database)
    }
    for folder in [layout.logs, layout.checkpoints, layout.requests] {
      try DurableFile.makeDirectory(folder)
    }
    return queue
  }

  /// Writes everything into the one database file, closes it and gives up the lock.
  ///
  /// Without it the store is just as safe; the next opening replays the write-ahead log. A second call
  /// does nothing.
  public func close() throws(StoreError) {
    let wasClosed = isClosed.withLock { closed in
      defer { closed = true }
      return closed
    }
    if wasClosed { return }
    defer { lock.release() }
    try Connection.explaining(layout.database) {
      _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try queue.close()
    }
  }

  /// Runs one durable transaction.
  func write<Result>(
    _ body: (Database) throws -> Result
  ) throws(StoreError) -> Result {
    try Connection.explaining(layout.database) { try queue.write(body) }
  }

  /// Runs blocking work in order on a thread outside Swift's cooperative pool.
  func offCooperativePool<Result: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> Result
  ) async throws(StoreError) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      thread.async {
        continuation.resume(returning: Swift.Result(catching: body))
      }
    }
    return try outcome.get()
  }
}
