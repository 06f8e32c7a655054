import Foundation
import GRDB
public import SweepModel

extension LedgerStore {
  /// Writes a batch of changes with the results they need, in order, in one durable transaction.
  ///
  /// Throws `impossibleChange` when the ledger forbids one of them (a second result, a token that
  /// does not grow, an attempt that is not open, a missing completion); then none is written.
  ///
  /// A ``LedgerChange/late(_:)`` result is compared with the recorded one bit for bit. If its job
  /// has none yet, it is kept and compared when one is accepted; until then its attempt stands as
  /// failed. The recorded attempt's own result may come again, because an answer was lost: that
  /// changes nothing.
  ///
  /// - Parameters:
  ///   - changes: What happened, oldest first.
  ///   - completions: The results of the accepted and late attempts among `changes`.
  ///   - now: When it happened, seconds since 1970 UTC.
  public func commit(
    _ changes: [LedgerChange], completions: [Completion] = [], at now: Double
  ) throws(StoreError) {
    guard !changes.isEmpty || !completions.isEmpty else { return }
    // Files before the rows that name them: a result is never recorded without its weights.
    for completion in completions { try WeightFolder(layout).keep(completion.result.weights) }
    try write { database in
      let writer = try ChangeWriter(
        database, path: layout.database, now: now, completions: completions)
      try writer.checkCompletions(belongTo: changes)
      for change in changes { try writer.apply(change) }
    }
  }

  /// ``commit(_:completions:at:)-(_,_,Double)`` on a thread of its own. Calls are carried out in
  /// the order in which they are made; cancelling the task does not undo them.
  public func commit(
    _ changes: [LedgerChange], completions: [Completion] = [], at now: Double
  ) async throws(StoreError) {
    try await offCooperativePool { () throws(StoreError) in
      try self.commit(changes, completions: completions, at: now)
    }
  }

  /// Writes a remark into the event log.
  public func note(_ message: String, at now: Double) throws(StoreError) {
    try write { database in
      try EventRows.insert(database, at: now, .note, message: message)
    }
  }

  /// What the scheduler needs to know of the jobs of some sweeps, each job once, in the order of
  /// the sweeps and their points. Throws `unknownSweep`.
  public func ledger(forSweeps names: [String]) throws(StoreError) -> [LedgerEntry] {
    try read { try LedgerRows(database: $0, path: layout.database).entries(sweeps: names) }
  }

  /// What the scheduler needs to know of some jobs, in their order. Throws `unknownJob`.
  public func ledger(forJobs keys: [JobKey]) throws(StoreError) -> [LedgerEntry] {
    try read { try LedgerRows(database: $0, path: layout.database).entries(jobs: keys) }
  }

  /// The store's identity, 32 hexadecimal digits: workers belong to it, wherever it is copied.
  public func session() throws(StoreError) -> String {
    try read { database in
      try String.fetchOne(database, sql: "SELECT session FROM identity") ?? ""
    }
  }

  /// The first fencing token that no attempt has had.
  public func nextToken() throws(StoreError) -> Int {
    try read { database in
      let last = try database.integer("SELECT max(token) FROM attempt") ?? 0
      guard last < .max else { throw unreadable("the last token") }
      return last + 1
    }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    try Connection.explaining(layout.database) { try queue.read(body) }
  }
}
