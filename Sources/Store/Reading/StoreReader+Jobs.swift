import GRDB
public import SweepModel

extension StoreReader {
  /// Jobs of a sweep in grid order, with their scalars.
  ///
  /// - Parameters:
  ///   - name: The sweep; `unknownSweep` if there is none.
  ///   - state: Only jobs in this state; nil for all.
  ///   - quarantined: Only done jobs whose result a rerun contradicts, whatever the state.
  ///   - offset: How many of these to skip.
  ///   - limit: How many to return at most; nil for all.
  public func jobs(
    of name: String, in state: JobState? = nil, quarantined: Bool = false, offset: Int = 0,
    limit: Int? = nil
  ) throws(StoreError) -> [JobRecord] {
    try read { database in
      let sweep = try identifier(ofSweep: name, database)
      let page = Page(
        sweep: sweep, state: state, isQuarantined: quarantined, offset: max(0, offset),
        limit: limit)
      let scalars = try page.scalars(database)
      return try page.jobs(database).map { row in
        try Self.record(row, scalars: scalars[row.get(0)] ?? [])
      }
    }
  }

  /// The job whose key starts with `prefix`. Its index is its place in the sweep that holds it and
  /// was registered first, or 0.
  ///
  /// Throws `unknownJob`, or `ambiguousKey` with up to ten candidates.
  public func job(_ prefix: String) throws(StoreError) -> JobRecord {
    let key = try key(prefix)
    return try read { database in
      let row = try database.row(
        """
        SELECT coalesce((SELECT position FROM sweep_job WHERE job = job.id ORDER BY sweep), 0),
          job.key, job.workload, job.parameters, job.state, job.reason, job.attempts,
          quarantine.reason, job.accepted
        FROM job LEFT JOIN quarantine ON quarantine.job = job.id WHERE job.key = ?
        """, [key.hex])
      guard let row else { throw JobRows.unknown(prefix, path: layout.database) }
      let accepted: Int? = try row.get(8)
      return try Self.record(
        row,
        scalars: try accepted.map { try ResultRows(database: database).scalars(token: $0) } ?? [])
    }
  }

  /// The full key that starts with `prefix`. Throws `unknownJob`, or `ambiguousKey` with up to ten
  /// candidates.
  public func key(_ prefix: String) throws(StoreError) -> JobKey {
    let candidates = try read { database in
      // Keys are lowercase hexadecimal digits, so `g` is beyond all that start with the prefix.
      try String.fetchAll(
        try database.cachedStatement(
          sql: "SELECT key FROM job WHERE key >= ?1 AND key < ?1 || 'g' ORDER BY key LIMIT 11"),
        arguments: [prefix.lowercased()])
    }
    if candidates.count > 1 {
      let shown = candidates.prefix(10).map { String($0.prefix(max(10, prefix.count + 4))) }
      throw StoreError(
        .ambiguousKey, path: layout.database,
        message: "Several jobs have keys that start with \(prefix): "
          + shown.joined(separator: ", ") + (candidates.count > 10 ? ", …" : "") + ".",
        remedy: "Give more digits.")
    }
    guard !prefix.isEmpty, let hex = candidates.first, let key = JobKey(hex: hex) else {
      throw JobRows.unknown(prefix, path: layout.database)
    }
    return key
  }

  static func record(_ row: Row, scalars: [JobResult.Scalar]) throws -> JobRecord {
    let job = try JobRows.job(row, key: 1, workload: 2, parameters: 3)
    guard let state = JobState(rawValue: try row.get(4)) else { throw unreadable("a job's state") }
    return JobRecord(
      index: try row.get(0), job: job, state: state, reason: try row.get(5),
      attempts: try row.count(6), scalars: scalars, quarantine: try row.get(7))
  }
}

/// A range of a sweep's points, found through an index.
struct Page {
  let sweep: Int
  let state: JobState?
  let isQuarantined: Bool
  let offset: Int
  let limit: Int?

  /// Positions are dense from 0, so that without a filter a page is a range of them.
  private var points: String {
    if isQuarantined {
      return "SELECT sweep_job.position, sweep_job.job FROM quarantine CROSS JOIN sweep_job "
        + "ON sweep_job.job = quarantine.job AND sweep_job.sweep = :sweep "
        + "ORDER BY position LIMIT :limit OFFSET :offset"
    }
    return state == nil
      ? "SELECT position, job FROM sweep_job WHERE sweep = :sweep AND position >= :offset "
        + "ORDER BY position LIMIT :limit"
      : "SELECT position, job FROM sweep_job WHERE sweep = :sweep AND state = :state "
        + "ORDER BY position LIMIT :limit OFFSET :offset"
  }

  private var arguments: StatementArguments {
    var arguments: StatementArguments = [
      "sweep": sweep, "offset": offset, "limit": limit.map { max(0, $0) } ?? -1,
    ]
    if let state, !isQuarantined { arguments += ["state": state.rawValue] }
    return arguments
  }

  /// Rows `(position, key, workload, parameters, state, reason, attempts, quarantine)` in grid
  /// order.
  func jobs(_ database: Database) throws -> [Row] {
    try database.rows(
      """
      SELECT point.position, job.key, job.workload, job.parameters, job.state,
        CASE WHEN job.state = 'waiting' AND job.reason = '' AND job.attempts > 0 THEN
          COALESCE((SELECT 'last try: ' || attempt.message FROM attempt
            WHERE attempt.job = job.id AND attempt.message <> ''
            ORDER BY attempt.number DESC LIMIT 1), '')
          ELSE job.reason END,
        job.attempts, quarantine.reason
      FROM (\(points)) AS point JOIN job ON job.id = point.job
      LEFT JOIN quarantine ON quarantine.job = job.id ORDER BY point.position
      """, arguments)
  }

  /// Rows with the columns of the `runs` view, in grid order.
  func runs(_ database: Database) throws -> [Row] {
    try database.rows(
      """
      SELECT point.position, job.key AS job, job.parameters, job.state, job.reason, job.attempts,
        worker.name AS worker, machine.hostname AS host, machine.instruction_set,
        attempt.threads, attempt.wall_seconds, attempt.cpu_seconds, attempt.peak_memory_bytes,
        strftime('%Y-%m-%dT%H:%M:%fZ', attempt.started_at, 'unixepoch') AS started_at,
        strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at,
        quarantine.reason AS quarantine, \(try StoreSchema.origin(database)) AS origin
      FROM (\(points)) AS point JOIN job ON job.id = point.job
      LEFT JOIN attempt ON attempt.token = job.accepted
      LEFT JOIN worker ON worker.id = attempt.worker
      LEFT JOIN machine ON machine.id = attempt.machine
      LEFT JOIN quarantine ON quarantine.job = job.id
      ORDER BY point.position
      """, arguments)
  }

  /// The scalars of the page's done jobs by position.
  func scalars(_ database: Database) throws -> [Int: [JobResult.Scalar]] {
    let cursor = try Row.fetchCursor(
      try database.cachedStatement(
        sql: """
          SELECT metric.name, scalar.value, scalar.bits, point.position
          FROM (\(points)) AS point
          CROSS JOIN job ON job.id = point.job
          CROSS JOIN scalar ON scalar.attempt = job.accepted
          CROSS JOIN metric ON metric.id = scalar.metric
          ORDER BY point.position, scalar.position
          """), arguments: arguments)
    var scalars: [Int: [JobResult.Scalar]] = [:]
    while let row = try cursor.next() {
      scalars[try row.get(3), default: []].append(try ResultRows.scalar(row))
    }
    return scalars
  }
}
