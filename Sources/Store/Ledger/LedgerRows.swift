import GRDB
import SweepModel

/// Reads jobs as the scheduler needs them.
struct LedgerRows {
  let database: Database
  let path: String

  private static let columns = """
    SELECT job.id, job.key, job.workload, job.parameters, job.state, job.attempts, job.freed_after
    """

  func entries(sweeps names: [String]) throws -> [LedgerEntry] {
    var seen: Set<Int> = []
    var entries: [LedgerEntry] = []
    for name in names {
      guard let sweep = try database.integer("SELECT id FROM sweep WHERE name = ?", [name]) else {
        throw StoreError.unknownSweep(name, path: path)
      }
      let cursor = try Row.fetchCursor(
        try database.makeStatement(
          sql: """
            \(Self.columns) FROM sweep_job JOIN job ON job.id = sweep_job.job
            WHERE sweep_job.sweep = ? ORDER BY sweep_job.position
            """), arguments: [sweep])
      while let row = try cursor.next() {
        if seen.insert(try row.get(0)).inserted { entries.append(try entry(row)) }
      }
    }
    return entries
  }

  func entries(jobs keys: [JobKey]) throws -> [LedgerEntry] {
    try keys.map { key in
      let row = try database.row("\(Self.columns) FROM job WHERE job.key = ?", [key.hex])
      guard let row else { throw JobRows.unknown(key.hex, path: path) }
      return try entry(row)
    }
  }

  private func entry(_ row: Row) throws -> LedgerEntry {
    let job = try JobRows.job(row, key: 1, workload: 2, parameters: 3)
    guard let state = JobState(rawValue: try row.get(4)) else { throw unreadable("a job's state") }
    let attempts = try row.count(5)
    var open: LedgerEntry.OpenAttempt?
    var failures: [LedgerEntry.Failure] = []
    if attempts > 0 {
      let past = try database.rows(
        """
        SELECT attempt.token, attempt.number, worker.name, attempt.outcome, attempt.cause
        FROM attempt JOIN worker ON worker.id = attempt.worker
        WHERE attempt.job = ? AND (attempt.token > ? OR attempt.outcome = 'open')
        ORDER BY attempt.number
        """, [try row.get(0) as Int, try row.get(6) as Int])
      for attempt in past {
        let cause: String? = try attempt.get(4)
        if try attempt.get(3) == "open" {
          open = LedgerEntry.OpenAttempt(
            attempt: AttemptID(
              job: job.key, number: try attempt.get(1), token: try attempt.get(0)),
            worker: try attempt.get(2))
        } else if let cause = cause.map(FailureCause.init(rawValue:)) {
          failures.append(LedgerEntry.Failure(worker: try attempt.get(2), cause: cause))
        }
      }
    }
    return LedgerEntry(
      job: job, state: state, open: open, failures: failures, attempts: attempts)
  }
}

/// Reads jobs.
enum JobRows {
  static func job(_ row: Row, key: Int, workload: Int, parameters: Int) throws -> Job {
    let hex: String = try row.get(key)
    guard let key = JobKey(hex: hex),
      let parameters = ParameterText.decode(try row.get(parameters))
    else { throw unreadable("job \(hex)") }
    return Job(key: key, workload: try row.get(workload), parameters: parameters)
  }

  static func unknown(_ key: String, path: String) -> StoreError {
    StoreError(
      .unknownJob, path: path, message: "The store \(path) has no job \(key).",
      remedy: "List the jobs of a sweep with `quanta jobs`.")
  }
}
