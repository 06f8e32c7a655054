import Foundation
import GRDB
public import SweepModel

/// Reads a store while a coordinator writes to it, or a copy of one on a read-only disk.
///
/// A reader never blocks the writer. Each call sees one consistent state; two calls may see two.
/// Calls on one reader are carried out one after the other, from any thread; open several readers
/// to read in parallel. Errors are ``StoreError``s.
///
/// Notebooks read the same file through views, which are part of the interface. One row is:
///
/// - `runs`, a point of a sweep: `sweep`, `position`, `job`, `workload`, `state`, `reason`,
///   `parameters` (JSON), `scalars` (JSON), `attempts`, `worker`, `host`, `processor`,
///   `instruction_set`, `threads`, `wall_seconds`, `cpu_seconds`, `peak_memory_bytes`,
///   `started_at`, `ended_at` (ISO 8601, UTC), `binary_hash`, `version`, `quarantine` (why the
///   result must not be used; NULL for nearly all), `origin` (`run here`, or `imported from …`)
/// - `attempts`, a try: `token`, `job`, `number`, `worker`, `started_at`, `ended_at`, `outcome`
///   (`discarded` for a result that was recorded once), `cause`, `agrees`, `message`, and where it
///   ran as in `runs`, `origin` last
/// - `discarded`, a result that a person discarded: `job`, `number`, `token`, `at`, `reason`,
///   `kept` (0 once its numbers were pruned), `parameters` (JSON), `scalars` (JSON)
/// - `scalars`, a number of a recorded result: `job`, `name`, `value`; in the JSON columns, too, it has
///   every bit
/// - `curves`, a recorded curve: `job`, `name`, `columns`, `row_count`
/// - `curve_data`, the same with its blobs `steps` and `data`
/// - `weights`, the weights of a recorded result after a step: `sweep`, `position`, `job`, `step`, `hash`
///   (SHA-256), `size` (bytes), `file` (in the store's folder, safetensors), `parameters` (JSON),
///   `quarantine`
/// - `failures`, an attempt without a result that counts: `sweep`, `position`, `job`, `state`,
///   `number`, `worker`, `cause`, `message`, `ended_at`
///
/// ```python
/// db = sqlite3.connect("file:quanta-store/store.sqlite?mode=ro", uri=True)
/// runs = pandas.read_sql("SELECT * FROM runs WHERE sweep = 'widths'", db)
/// steps, data, columns = db.execute(
///     "SELECT steps, data, columns FROM curve_data WHERE job = ? AND name = 'loss'", [key]
/// ).fetchone()
/// steps = numpy.frombuffer(steps, "<i8")
/// loss = numpy.frombuffer(data, "<f4").reshape(-1, columns)
/// ```
public final class StoreReader: Sendable {
  /// Where the store's files lie.
  public let layout: StoreLayout
  /// Whether this reader sees the store as it was when it was opened, for ever: nobody was writing,
  /// and the folder is not writable for this user, so that later commits cannot be followed.
  public let isSnapshot: Bool

  let queue: DatabaseQueue
  private let thread = DispatchQueue(label: "quanta.store.reads")

  private init(layout: StoreLayout, isSnapshot: Bool, queue: DatabaseQueue) {
    self.layout = layout
    self.isSnapshot = isSnapshot
    self.queue = queue
  }

  /// Opens the store in a directory, read-only.
  public static func open(at directory: String) throws(StoreError) -> StoreReader {
    let layout = StoreLayout(directory: directory)
    try Connection.check(layout)
    let immutable = try mustBeImmutable(layout)
    let queue = try Connection.reader(layout.database, immutable: immutable)
    try Connection.explaining(layout.database) {
      try queue.read { database in
        try StoreSchema.check(database, path: layout.database)
        let readable = StoreSchema.migrations.prefix(StoreSchema.oldestReadable).map(\.name)
        guard try Set(readable).isSubset(of: StoreSchema.migrator.appliedIdentifiers(database))
        else {
          throw olderVersion(layout)
        }
      }
    }
    return StoreReader(layout: layout, isSnapshot: immutable, queue: queue)
  }

  /// A reader needs the shared-memory file, and to make it, a writable folder. Without one the
  /// database is taken as immutable, unless somebody writes to it or a write-ahead log holds the
  /// latest commits: then the shared memory must be there.
  private static func mustBeImmutable(_ layout: StoreLayout) throws(StoreError) -> Bool {
    guard access(layout.directory, W_OK) != 0, !StoreLock.isHeld(layout) else { return false }
    var log = stat()
    guard stat(layout.database + "-wal", &log) == 0, log.st_size > 0 else { return true }
    guard access(layout.database + "-shm", R_OK) != 0 else { return false }
    throw StoreError(
      .readOnlyDisk, path: layout.directory,
      message: "The latest results of \(layout.directory) lie in its write-ahead log, which "
        + "cannot be read in a folder that is not writable.",
      remedy: "Copy store.sqlite and store.sqlite-wal to a writable folder and read them there.")
  }

  private static func olderVersion(_ layout: StoreLayout) -> StoreError {
    StoreError(
      .olderVersion, path: layout.directory,
      message: "The store \(layout.directory) was written by an older version of Quanta.",
      remedy: "Start a coordinator on it once (`quanta resume`); that brings it up to date.")
  }

  /// Runs several reads on a thread outside Swift's cooperative pool.
  public func detached<Result: Sendable>(
    _ body: @escaping @Sendable (StoreReader) throws(StoreError) -> Result
  ) async throws(StoreError) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      thread.async {
        continuation.resume(
          returning: Swift.Result { () throws(StoreError) in try body(self) })
      }
    }
    return try outcome.get()
  }

  /// Runs one consistent read.
  func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    try Connection.explaining(layout.database) { try queue.read(body) }
  }
}

extension StoreReader {
  /// All sweeps in the order of their registration, with their counts. Its cost does not depend on
  /// the number of jobs.
  public func sweeps() throws(StoreError) -> [SweepRecord] {
    try read { try SweepRows.read($0, name: nil) }
  }

  /// The sweep of a name; throws `unknownSweep`.
  public func sweep(named name: String) throws(StoreError) -> SweepRecord {
    guard let record = try read({ try SweepRows.read($0, name: name) }).first else {
      throw .unknownSweep(name, path: layout.database)
    }
    return record
  }

  /// The events after the one with number `id` (0: from the start), oldest first.
  public func events(after id: Int = 0, limit: Int = 1000) throws(StoreError) -> [StoreEvent] {
    try read { try EventRows.read($0, after: id, limit: limit) }
  }

  /// What the scheduler would be told of some jobs; `unknownJob` if one was never registered.
  public func ledger(forJobs keys: [JobKey]) throws(StoreError) -> [LedgerEntry] {
    try read { try LedgerRows(database: $0, path: layout.database).entries(jobs: keys) }
  }

  /// The states of those among `keys` that the store knows.
  public func states(of keys: [JobKey]) throws(StoreError) -> [JobKey: JobState] {
    try read { database in
      var states: [JobKey: JobState] = [:]
      for key in keys {
        let row = try database.row("SELECT state FROM job WHERE key = ?", [key.hex])
        states[key] = try row.flatMap { JobState(rawValue: try $0.get(0)) }
      }
      return states
    }
  }
}
