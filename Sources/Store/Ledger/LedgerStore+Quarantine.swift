import GRDB
public import SweepModel

extension LedgerStore {
  /// Marks recorded results that a rerun contradicts: each stays as it is, with the reason for
  /// which nothing may be concluded from it. A second reason takes the place of the first.
  ///
  /// Throws `unknownJob`, or `impossibleChange` for a job that is not done; then none is marked.
  public func quarantine(
    _ results: [(key: JobKey, reason: String)], at now: Double
  ) throws(StoreError) {
    try write { database in
      for (key, reason) in results {
        try database.run(
          """
          INSERT INTO quarantine (job, at, reason) SELECT id, ?, ? FROM job WHERE key = ?
          ON CONFLICT (job) DO UPDATE SET at = excluded.at, reason = excluded.reason
          """, [now, reason, key.hex])
        guard database.changesCount > 0 else {
          throw JobRows.unknown(key.hex, path: layout.database)
        }
        try EventRows.insert(database, at: now, .quarantined, job: key, message: reason)
      }
    }
  }

  /// Lets results count again that a rerun agrees with; jobs that are not quarantined are left alone.
  public func reinstate(
    _ results: [(key: JobKey, reason: String)], at now: Double
  ) throws(StoreError) {
    try write { database in
      for (key, reason) in results {
        try database.run(
          "DELETE FROM quarantine WHERE job = (SELECT id FROM job WHERE key = ?)", [key.hex])
        guard database.changesCount > 0 else { continue }
        try EventRows.insert(database, at: now, .reinstated, job: key, message: reason)
      }
    }
  }
}
