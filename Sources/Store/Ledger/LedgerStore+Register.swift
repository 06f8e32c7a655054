import Basics
import Foundation
import GRDB
public import SweepModel

/// What registering a sweep found.
public struct Registration: Hashable, Sendable {
  /// Whether the sweep's name was new.
  public let isNew: Bool
  /// Points of the sweep.
  public let jobs: Int
  /// Points that the store had never seen.
  public let newJobs: Int
  /// Points whose result is already recorded.
  public let done: Int
  /// Points that the sweep of this name had before and has no longer; their results stay.
  public let removed: Int

  /// Creates a registration.
  public init(isNew: Bool, jobs: Int, newJobs: Int, done: Int, removed: Int) {
    self.isNew = isNew
    self.jobs = jobs
    self.newJobs = newJobs
    self.done = done
    self.removed = removed
  }
}

extension LedgerStore {
  /// Makes a sweep known, or gives the sweep of that name these points and settings.
  ///
  /// Idempotent. Jobs that other sweeps or an earlier version of this one had keep their state and
  /// results, also when no sweep holds them any longer.
  public func register(_ sweep: Sweep, at now: Double) throws(StoreError) -> Registration {
    try write { database in
      try SweepWriter(database: database, now: now, path: layout.database).register(sweep)
    }
  }

  /// ``register(_:at:)-(_,Double)`` on a thread of its own.
  public func register(_ sweep: Sweep, at now: Double) async throws(StoreError) -> Registration {
    try await offCooperativePool { () throws(StoreError) in
      try self.register(sweep, at: now)
    }
  }
}

/// Writes sweeps and their points inside one transaction.
struct SweepWriter {
  let database: Database
  let now: Double
  let path: String

  func register(_ sweep: Sweep) throws -> Registration {
    guard !sweep.name.isEmpty else {
      throw StoreError.impossible("a sweep has no name", path: path)
    }
    let settings = try SweepRows.arguments(of: sweep)
    let known = try database.integer("SELECT id FROM sweep WHERE name = ?", [sweep.name])
    var settingsChanged = false
    let identifier: Int
    if let known {
      identifier = known
      try database.run(SweepRows.update, StatementArguments(settings + [now, known] + settings))
      settingsChanged = database.changesCount > 0
    } else {
      try database.run(SweepRows.insert, StatementArguments([sweep.name, now, now] + settings))
      identifier = Int(database.lastInsertedRowID)
    }
    let before = try database.integer("SELECT max(id) FROM job") ?? 0
    let jobs = try sweep.jobs.map(identifierOfJob)
    let newJobs = Set(jobs.filter { $0 > before }).count
    let removed = try replacePoints(of: identifier, with: jobs, sweep: sweep.name)
    if known != nil, removed.changed {
      try database.run("UPDATE sweep SET changed_at = ? WHERE id = ?", [now, identifier])
    }
    if known == nil || settingsChanged || removed.changed {
      try EventRows.insert(
        database, at: now, known == nil ? .registered : .changed, sweep: sweep.name,
        message: "\(counted(jobs.count, "job")), \(newJobs) of them new")
    }
    let done = try database.integer(
      "SELECT jobs FROM sweep_count WHERE sweep = ? AND state = 'done'", [identifier])
    return Registration(
      isNew: known == nil, jobs: jobs.count, newJobs: newJobs, done: done ?? 0,
      removed: removed.count)
  }

  /// The row of a job, added if it is new. Parameters that do not decide the result may have
  /// changed; a job that is done keeps those with which it was computed.
  func identifierOfJob(_ job: Job) throws -> Int {
    let text = ParameterText.encode(job.parameters)
    let row = try database.row(
      "SELECT id, workload, parameters, state FROM job WHERE key = ?", [job.key.hex])
    guard let row else {
      try database.run(
        "INSERT INTO job (key, workload, parameters) VALUES (?, ?, ?)",
        [job.key.hex, job.workload, text])
      return Int(database.lastInsertedRowID)
    }
    guard try row.get(1) == job.workload else {
      throw StoreError.impossible(
        "job \(job.key.short) belongs to workload \(try row.get(1) as String), not \(job.workload)",
        path: path)
    }
    let identifier: Int = try row.get(0)
    if try row.get(2) != text, try row.get(3) != JobState.done.rawValue {
      try database.run("UPDATE job SET parameters = ? WHERE id = ?", [text, identifier])
    }
    return identifier
  }

  private func replacePoints(
    of sweep: Int, with jobs: [Int], sweep name: String
  ) throws -> (count: Int, changed: Bool) {
    let old = try Int.fetchAll(
      try database.cachedStatement(
        sql: "SELECT job FROM sweep_job WHERE sweep = ? ORDER BY position"), arguments: [sweep])
    guard old != jobs else { return (0, false) }
    guard Set(jobs).count == jobs.count else {
      throw StoreError.impossible("sweep \(name) holds a job twice", path: path)
    }
    try database.run("DELETE FROM sweep_job WHERE sweep = ?", [sweep])
    for (position, job) in jobs.enumerated() {
      try database.run(
        """
        INSERT INTO sweep_job (sweep, position, job, state)
        SELECT ?, ?, id, state FROM job WHERE id = ?
        """, [sweep, position, job])
    }
    return (Set(old).subtracting(jobs).count, true)
  }
}
