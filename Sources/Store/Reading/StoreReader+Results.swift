import Foundation
import GRDB
public import SweepModel

extension StoreReader {
  /// The recorded result of a job with all its curves, and with its weights but for their content; nil
  /// unless it is done.
  public func result(of key: JobKey) throws(StoreError) -> JobResult? {
    try read { database in
      try Self.accepted(database, key).map { try ResultRows(database: database).read(token: $0) }
    }
  }

  /// A recorded curve; nil when the job is not done or has no such curve.
  public func curve(of key: JobKey, _ name: String) throws(StoreError) -> Curve? {
    try read { database in
      try database.row(
        """
        SELECT metric.name, curve.columns, steps.steps, curve.data FROM job
        JOIN curve ON curve.attempt = job.accepted
        JOIN metric ON metric.id = curve.metric JOIN steps ON steps.id = curve.steps
        WHERE job.key = ? AND metric.name = ? ORDER BY curve.position
        """, [key.hex, name]
      ).map(ResultRows.curve)
    }
  }

  /// The names of the recorded curves in the workload's order; empty unless the job is done.
  public func curveNames(of key: JobKey) throws(StoreError) -> [String] {
    try read { database in
      try database.rows(
        """
        SELECT metric.name FROM job JOIN curve ON curve.attempt = job.accepted
        JOIN metric ON metric.id = curve.metric WHERE job.key = ? ORDER BY curve.position
        """, [key.hex]
      ).map { try $0.get(0) }
    }
  }

  /// The jobs of a sweep whose recorded results were made elsewhere and imported.
  public func imported(in sweep: String) throws(StoreError) -> Set<JobKey> {
    try read { database in
      let rows = try database.rows(
        """
        SELECT job.key FROM sweep JOIN sweep_job ON sweep_job.sweep = sweep.id
        JOIN job ON job.id = sweep_job.job JOIN attempt ON attempt.token = job.accepted
        WHERE sweep.name = ? AND \(try StoreSchema.origin(database)) <> ?
        """, [sweep, Provenance.here])
      return Set(try rows.compactMap { JobKey(hex: try $0.get(0)) })
    }
  }

  /// The attempts at a job, oldest first; empty when the job is not known.
  public func attempts(of key: JobKey) throws(StoreError) -> [AttemptRecord] {
    try read { database in
      let discarded = try StoreSchema.version(database) >= StoreSchema.knowsDiscarded
      return try database.rows(
        """
        SELECT attempt.number, attempt.token, worker.name AS worker, attempt.started_at,
          attempt.ended_at, attempt.outcome, attempt.cause, attempt.agrees, attempt.message,
          attempt.threads, attempt.wall_seconds, attempt.cpu_seconds, attempt.peak_memory_bytes,
          machine.hostname, machine.processor, machine.instruction_set, machine.binary_hash,
          machine.version, \(try StoreSchema.origin(database)) AS origin,
          \(discarded ? "superseded.reason" : "NULL") AS discarded
        FROM job JOIN attempt ON attempt.job = job.id
        JOIN worker ON worker.id = attempt.worker
        LEFT JOIN machine ON machine.id = attempt.machine
        \(discarded ? "LEFT JOIN superseded ON superseded.attempt = attempt.token" : "")
        WHERE job.key = ? ORDER BY attempt.number
        """, [key.hex]
      ).map { try Self.attempt($0, of: key) }
    }
  }

  /// What each worker has done, in the order in which the workers first appeared. Its cost does
  /// not depend on the number of attempts.
  public func workers() throws(StoreError) -> [WorkerSummary] {
    try read { database in
      try database.rows(
        """
        SELECT worker.name, machine.hostname, worker.attempts, worker.done, worker.failed,
          worker.late, worker.cpu_seconds, worker.wall_seconds, worker.last_at
        FROM worker LEFT JOIN machine ON machine.id = worker.machine ORDER BY worker.id
        """
      ).map { row in
        WorkerSummary(
          name: try row.get(0), hostname: try row.get(1), attempts: try row.get(2),
          done: try row.get(3), failed: try row.get(4), late: try row.get(5),
          cpuSeconds: try row.get(6), wallSeconds: try row.get(7), lastAt: try row.get(8))
      }
    }
  }

  static func accepted(_ database: Database, _ key: JobKey) throws -> Int? {
    try database.integer(
      "SELECT accepted FROM job WHERE key = ? AND accepted IS NOT NULL", [key.hex])
  }

  private static func attempt(_ row: Row, of key: JobKey) throws -> AttemptRecord {
    AttemptRecord(
      attempt: AttemptID(job: key, number: try row.get("number"), token: try row.get("token")),
      worker: try row.get("worker"), startedAt: try row.get("started_at"),
      endedAt: try row.get("ended_at"), outcome: try outcome(row),
      message: try row.get("message"), provenance: try provenance(row))
  }

  private static func outcome(_ row: Row) throws -> AttemptRecord.Outcome {
    let outcome: String = try row.get("outcome")
    switch outcome {
    case "open": return .open
    case "accepted":
      let reason: String? = try row.get("discarded")
      return reason.map { .superseded(reason: $0) } ?? .accepted
    case "late": return .late(agrees: try row.get("agrees"))
    default:
      let cause: String? = try row.get("cause")
      guard let cause else { throw unreadable("an attempt's outcome") }
      return .failed(FailureCause(rawValue: cause))
    }
  }

  private static func provenance(_ row: Row) throws -> Provenance? {
    guard let hostname = try row.get("hostname") as String? else { return nil }
    return Provenance(
      hostname: hostname, processor: try row.get("processor"),
      instructionSet: try row.get("instruction_set"), threads: try row.get("threads"),
      wallSeconds: try row.get("wall_seconds") ?? .nan,
      cpuSeconds: try row.get("cpu_seconds") ?? .nan,
      peakMemoryBytes: try row.get("peak_memory_bytes"),
      binaryHash: try row.get("binary_hash"), version: try row.get("version"),
      origin: try row.get("origin"))
  }
}

/// What a worker has done in a store.
public struct WorkerSummary: Hashable, Sendable {
  /// The worker's name.
  public let name: String
  /// The name of its host, as of its last result; nil before the first.
  public let hostname: String?
  /// Attempts that it was given.
  public let attempts: Int
  /// Attempts whose result is recorded.
  public let done: Int
  /// Attempts that ended without a result that counts.
  public let failed: Int
  /// Attempts whose result came too late.
  public let late: Int
  /// CPU time of all its results, seconds.
  public let cpuSeconds: Double
  /// Wall time of all its results, seconds.
  public let wallSeconds: Double
  /// When an attempt of it last began or ended, seconds since 1970 UTC.
  public let lastAt: Double?
}
