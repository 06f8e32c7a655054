import GRDB
public import SweepModel

/// Reads what jobs have taken that are done.
enum UseRows {
  /// Costs are learnt from so many jobs at most.
  private static let most = 1024

  /// Of an even sample of jobs, as far as their first attempt did them.
  static func uses(_ keys: [JobKey], _ database: Database) throws -> [JobKey: JobUse] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT attempt.threads, attempt.wall_seconds, attempt.cpu_seconds,
          attempt.peak_memory_bytes
        FROM job JOIN attempt ON attempt.token = job.accepted
        WHERE job.key = ? AND attempt.number = 1
        """)
    var uses: [JobKey: JobUse] = [:]
    for part in 0..<min(most, keys.count) {
      let key = keys[part * keys.count / min(most, keys.count)]
      guard let row = try Row.fetchOne(statement, arguments: [key.hex]) else { continue }
      uses[key] = JobUse(
        threads: try row.get(0) ?? 0, wallSeconds: try row.get(1) ?? 0,
        cpuSeconds: try row.get(2) ?? 0, memoryBytes: try row.get(3) ?? 0)
    }
    return uses
  }
}

extension StoreReader {
  /// What some jobs have taken that are done; of many, an even sample.
  public func uses(of keys: [JobKey]) throws(StoreError) -> [JobKey: JobUse] {
    try read { try UseRows.uses(keys, $0) }
  }
}

extension LedgerStore {
  /// What some jobs have taken that are done; of many, an even sample.
  public func uses(of keys: [JobKey]) throws(StoreError) -> [JobKey: JobUse] {
    try read { try UseRows.uses(keys, $0) }
  }
}
