import GRDB
public import SweepModel

/// How much of what a store holds.
public struct StoreInventory: Hashable, Sendable {
  /// Jobs in all.
  public var jobs = 0
  /// Jobs whose result is recorded.
  public var results = 0
  /// Recorded results of jobs that no sweep lists.
  public var unlistedResults = 0
  /// Curves of recorded results.
  public var curves = 0
  /// Bytes of all curves' values.
  public var curveBytes = 0
  /// Results that were discarded and are kept for the record.
  public var discarded = 0
  /// Bytes of the curves of discarded results.
  public var discardedBytes = 0
  /// Bytes of the curves of results that no sweep lists.
  public var unlistedBytes = 0
}

extension StoreReader {
  /// What the store holds. Reads every curve's row, not its values.
  public func inventory() throws(StoreError) -> StoreInventory {
    try read { database in
      func number(_ sql: String) throws -> Int { try database.integer(sql) ?? 0 }
      func bytes(_ condition: String) throws -> Int {
        try number(
          """
          SELECT coalesce(sum(length(curve.data)), 0) FROM curve
          WHERE curve.attempt IN (\(condition))
          """)
      }
      var inventory = StoreInventory()
      inventory.jobs = try number("SELECT count(*) FROM job")
      inventory.results = try number("SELECT count(*) FROM job WHERE accepted IS NOT NULL")
      inventory.unlistedResults = try number(
        "SELECT count(*) FROM job WHERE accepted IS NOT NULL AND \(Self.isUnlisted)")
      inventory.curves = try number("SELECT count(*) FROM curve")
      inventory.curveBytes = try number("SELECT coalesce(sum(length(data)), 0) FROM curve")
      inventory.unlistedBytes = try bytes(
        "SELECT accepted FROM job WHERE accepted IS NOT NULL AND \(Self.isUnlisted)")
      if try StoreSchema.version(database) >= StoreSchema.knowsDiscarded {
        inventory.discarded = try number("SELECT count(*) FROM superseded WHERE kept = 1")
        inventory.discardedBytes = try bytes("SELECT attempt FROM superseded WHERE kept = 1")
      }
      return inventory
    }
  }

  static let isUnlisted = "NOT EXISTS (SELECT 1 FROM sweep_job WHERE sweep_job.job = job.id)"

  /// Jobs with a recorded result that no sweep lists, in the order in which they became known. Their
  /// index is 0.
  public func unlistedJobs(limit: Int? = nil) throws(StoreError) -> [JobRecord] {
    try read { database in
      try database.rows(
        """
        SELECT 0, job.key, job.workload, job.parameters, job.state, job.reason, job.attempts,
          quarantine.reason, job.accepted
        FROM job LEFT JOIN quarantine ON quarantine.job = job.id
        WHERE job.accepted IS NOT NULL AND \(Self.isUnlisted) ORDER BY job.id LIMIT ?
        """, [limit ?? -1]
      ).map { row in
        try Self.record(row, scalars: ResultRows(database: database).scalars(token: row.get(8)))
      }
    }
  }

  /// Keys of jobs that no sweep lists, whatever their state, except running ones.
  public func unlistedKeys() throws(StoreError) -> Set<JobKey> {
    try keys("SELECT key FROM job WHERE state <> 'running' AND \(Self.isUnlisted)")
  }

  /// Keys of jobs with a recorded result.
  public func doneKeys() throws(StoreError) -> Set<JobKey> {
    try keys("SELECT key FROM job WHERE accepted IS NOT NULL")
  }

  /// Keys of all jobs.
  public func allKeys() throws(StoreError) -> Set<JobKey> { try keys("SELECT key FROM job") }

  private func keys(_ sql: String) throws(StoreError) -> Set<JobKey> {
    try read { database in
      Set(
        try String.fetchAll(try database.cachedStatement(sql: sql)).compactMap(JobKey.init(hex:)))
    }
  }

  /// The names of the sweeps that list any of some jobs, in the order of their registration.
  public func sweeps(listing keys: [JobKey]) throws(StoreError) -> [String] {
    try read { database in
      var found: Set<Int> = []
      for key in keys {
        let rows = try database.rows(
          """
          SELECT DISTINCT sweep_job.sweep FROM job JOIN sweep_job ON sweep_job.job = job.id
          WHERE job.key = ?
          """, [key.hex])
        for row in rows { found.insert(try row.get(0)) }
      }
      return try found.sorted().compactMap { sweep in
        try database.row("SELECT name FROM sweep WHERE id = ?", [sweep]).map { try $0.get(0) }
      }
    }
  }

  /// Every word among the parameters of jobs that some sweep lists.
  public func words() throws(StoreError) -> Set<String> {
    try read { database in
      Set(
        try String.fetchAll(
          try database.cachedStatement(
            sql: """
              SELECT DISTINCT entry.value FROM job, json_each(job.parameters) AS entry
              WHERE entry.type = 'text' AND NOT (\(Self.isUnlisted))
              """)))
    }
  }

  /// Points that a sweep of these keys would lack and the stored one of that name has, in its order;
  /// none when the store has no such sweep. Without their scalars.
  public func departures(from name: String, keeping keys: Set<JobKey>) throws(StoreError)
    -> [JobRecord]
  {
    try read { database in
      guard let sweep = try database.integer("SELECT id FROM sweep WHERE name = ?", [name]) else {
        return []
      }
      return try Departures.of(sweep, keeping: keys, database)
    }
  }
}

/// Points that leave a sweep.
enum Departures {
  static func of(
    _ sweep: Int, keeping keys: Set<JobKey>, _ database: Database
  ) throws -> [JobRecord] {
    let cursor = try Row.fetchCursor(
      try database.cachedStatement(
        sql: """
          SELECT sweep_job.position, job.key, job.workload, job.parameters, job.state, job.reason,
            job.attempts, quarantine.reason
          FROM sweep_job JOIN job ON job.id = sweep_job.job
          LEFT JOIN quarantine ON quarantine.job = job.id
          WHERE sweep_job.sweep = ? ORDER BY sweep_job.position
          """), arguments: [sweep])
    var departures: [JobRecord] = []
    while let row = try cursor.next() {
      let hex: String = try row.get(1)
      guard let key = JobKey(hex: hex) else { throw unreadable("job \(hex)") }
      if !keys.contains(key) { departures.append(try StoreReader.record(row, scalars: [])) }
    }
    return departures
  }
}
