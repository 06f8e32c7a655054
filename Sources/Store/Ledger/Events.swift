import GRDB
public import SweepModel

/// Something worth knowing that is no attempt: sweeps, jobs that failed or were freed, late results.
public struct StoreEvent: Hashable, Sendable {
  /// Its number; grows with every event of the store.
  public let id: Int
  /// When it was written, seconds since 1970 UTC.
  public let at: Double
  /// Its kind.
  public let kind: Kind
  /// The sweep's name, if it concerns one.
  public let sweep: String?
  /// The job, if it concerns one.
  public let job: JobKey?
  /// What happened, one sentence.
  public let message: String

  /// The kinds of events.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A sweep was registered for the first time.
    case registered
    /// A sweep of a known name got other points or settings.
    case changed
    /// A job gave up.
    case setAside
    /// A person cancelled a job.
    case cancelled
    /// A job that failed or was cancelled waits again.
    case freed
    /// A result came too late and equals the recorded one bit for bit.
    case late
    /// A result came too late and differs from the recorded one.
    case lateDisagrees
    /// A result came too late for its lease and waits until there is one to compare it with.
    case latePending
    /// A rerun contradicts a recorded result.
    case quarantined
    /// A rerun agrees with a result that was quarantined; it counts again.
    case reinstated
    /// A person discarded a recorded result; its job waits again.
    case discarded
    /// A sweep got another name.
    case renamed
    /// A sweep was forgotten; its results stayed.
    case forgotten
    /// Results of another store were taken over.
    case merged
    /// A result of another store differs from the recorded one.
    case mergeDisagrees
    /// Results that another tool recorded were adopted.
    case imported
    /// A result that another tool recorded differs from the recorded one.
    case importDisagrees
    /// What nobody needs any more was removed.
    case pruned
    /// A remark of the coordinator.
    case note
  }

  /// Creates an event.
  public init(
    id: Int, at: Double, kind: Kind, sweep: String?, job: JobKey?, message: String
  ) {
    self.id = id
    self.at = at
    self.kind = kind
    self.sweep = sweep
    self.job = job
    self.message = message
  }
}

/// The rows of the event table.
enum EventRows {
  static func insert(
    _ database: Database, at: Double, _ kind: StoreEvent.Kind, sweep: String? = nil,
    job: JobKey? = nil, message: String
  ) throws {
    try database.run(
      "INSERT INTO event (at, kind, sweep, job, message) VALUES (?, ?, ?, ?, ?)",
      [at, kind.rawValue, sweep, job?.hex, message])
  }

  static func read(_ database: Database, after id: Int, limit: Int) throws -> [StoreEvent] {
    try database.rows(
      "SELECT id, at, kind, sweep, job, message FROM event WHERE id > ? ORDER BY id LIMIT ?",
      [id, limit]
    ).map { row in
      let job: String? = try row.get(4)
      return StoreEvent(
        id: try row.get(0), at: try row.get(1),
        kind: StoreEvent.Kind(rawValue: try row.get(2)) ?? .note, sweep: try row.get(3),
        job: job.flatMap(JobKey.init(hex:)), message: try row.get(5))
    }
  }
}
