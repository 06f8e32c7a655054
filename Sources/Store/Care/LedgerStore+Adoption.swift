import Basics
import Foundation
import GRDB
public import SweepModel

/// A result that was made elsewhere, by another store's workers or another tool.
public struct AdoptedResult: Sendable {
  /// Its job.
  public let job: Job
  /// The result.
  public let result: JobResult
  /// Where and how it was made, with its origin.
  public let provenance: Provenance
  /// The worker that attempts are listed under.
  public let worker: String
  /// When its making began, seconds since 1970 UTC.
  public let startedAt: Double
  /// When it ended.
  public let endedAt: Double

  /// Creates a result to adopt.
  public init(
    job: Job, result: JobResult, provenance: Provenance, worker: String, startedAt: Double,
    endedAt: Double
  ) {
    self.job = job
    self.result = result
    self.provenance = provenance
    self.worker = worker
    self.startedAt = startedAt
    self.endedAt = endedAt
  }
}

/// What became of a result that a store was to adopt.
public enum AdoptionOutcome: Hashable, Sendable {
  /// It is the recorded one now.
  case adopted
  /// The store had it, bit for bit.
  case same
  /// The store has another one, which stays; how they differ.
  case differs(String)
}

extension LedgerStore {
  /// Adopts results that another tool has recorded, in one transaction, each under a new fencing token.
  /// A job that has a result keeps it, and the other is compared with it bit for bit.
  ///
  /// - Parameter source: What they come from, for the event log.
  /// - Returns: What became of each, in their order.
  public func adopt(
    _ results: [AdoptedResult], from source: String, at now: Double
  ) throws(StoreError) -> [AdoptionOutcome] {
    try write { database in
      let adopter = try Adopter(database, path: layout.database, now: now)
      let outcomes = try results.map { item -> AdoptionOutcome in
        switch try adopter.take(item, displacing: "an imported result took its place") {
        case .adopted: return .adopted
        case .same: return .same
        case .differs(let difference):
          try EventRows.insert(
            database, at: now, .importDisagrees, job: item.job.key,
            message: "\(item.provenance.origin) is another result: \(difference)")
          return .differs(difference)
        }
      }
      let count = outcomes.count { $0 == .adopted }
      if count > 0 {
        try EventRows.insert(
          database, at: now, .imported, message: "\(counted(count, "result")) from \(source)")
      }
      return outcomes
    }
  }
}

/// Records results that were made elsewhere, inside one transaction: the one way in beside leases.
final class Adopter {
  /// What became of a result.
  enum Taken {
    case adopted(job: Int, number: Int)
    case same
    case differs(String)
  }

  let writer: ChangeWriter
  private var token: Int
  private var database: Database { writer.database }

  init(_ database: Database, path: String, now: Double) throws {
    writer = try ChangeWriter(database, path: path, now: now, completions: [])
    token = writer.lastToken
  }

  /// Records a result as that of a new attempt, unless its job has one: then they are compared.
  ///
  /// - Parameter reason: Why whoever holds the job's lease loses it. What it still brings is compared,
  ///   as any late result is.
  func take(_ item: AdoptedResult, displacing reason: String) throws -> Taken {
    let sweeps = SweepWriter(database: database, now: writer.now, path: writer.path)
    let job = try sweeps.identifierOfJob(item.job)
    if let accepted = try database.integer("SELECT accepted FROM job WHERE id = ?", [job]) {
      let recorded = try ResultRows(database: database).read(token: accepted)
      return recorded.difference(from: item.result.arranged(like: recorded)).map(Taken.differs)
        ?? .same
    }
    try database.run(
      """
      UPDATE attempt SET outcome = 'failed', cause = 'cancelled', ended_at = ?, message = ?
      WHERE job = ? AND outcome = 'open'
      """, [writer.now, reason, job])
    try database.run(
      "UPDATE job SET state = 'waiting', reason = '' WHERE id = ? AND state <> 'waiting'", [job])
    token += 1
    let number = (try database.integer("SELECT attempts FROM job WHERE id = ?", [job]) ?? 0) + 1
    let attempt = AttemptID(job: item.job.key, number: number, token: token)
    try database.run(
      "INSERT INTO attempt (token, job, number, worker, started_at) VALUES (?, ?, ?, ?, ?)",
      [token, job, number, try writer.identifier(ofWorker: item.worker), item.startedAt])
    try ResultRows(database: database).insert(item.result, token: token)
    try writer.record(
      item.provenance, of: attempt, setting: "outcome = 'accepted', ended_at = ?", [item.endedAt])
    try database.run(
      "UPDATE job SET state = 'done', reason = '', accepted = ? WHERE id = ?", [token, job])
    try LateResults(writer).settle(job: job, key: item.job.key, recorded: item.result)
    return .adopted(job: job, number: number)
  }
}
