import Foundation
import GRDB
import SweepModel

/// Applies ledger changes inside one transaction; throws at the first impossible one.
final class ChangeWriter {
  let database: Database
  let path: String
  let now: Double
  private let completions: [Int: Completion]
  /// The greatest token so far; nobody else grants any while the transaction lasts.
  private(set) var lastToken: Int
  /// Rows that this transaction has looked up, by worker and by where a result was computed.
  private var workers: [String: Int] = [:]
  private var machines: [[String]: Int] = [:]

  /// Throws when two completions of one attempt differ.
  init(_ database: Database, path: String, now: Double, completions: [Completion]) throws {
    self.database = database
    self.path = path
    self.now = now
    var known: [Int: Completion] = [:]
    for completion in completions {
      if let other = known.updateValue(completion, forKey: completion.attempt.token),
        other.attempt != completion.attempt
          || other.result.difference(from: completion.result) != nil
      {
        throw StoreError.impossible(
          "two different completions for attempt \(completion.attempt)", path: path)
      }
    }
    self.completions = known
    lastToken = try database.integer("SELECT max(token) FROM attempt") ?? 0
  }

  /// Applies one change.
  func apply(_ change: LedgerChange) throws {
    switch change {
    case .leased(let attempt, let worker): try lease(attempt, worker: worker)
    case .accepted(let attempt): try accept(attempt)
    case .ended(let attempt, let cause, let message):
      try end(attempt, cause: cause, message: message)
    case .late(let attempt): try LateResults(self).compare(attempt)
    case .withdrawn(let attempt, let message): try withdraw(attempt, message: message)
    case .moved(let key, let state, let reason): try move(key, to: state, reason: reason)
    }
  }

  /// Throws when a completion belongs to no change of the batch.
  func checkCompletions(belongTo changes: [LedgerChange]) throws {
    var expected: Set<AttemptID> = []
    for case .accepted(let attempt) in changes { expected.insert(attempt) }
    for case .late(let attempt) in changes { expected.insert(attempt) }
    for completion in completions.values where !expected.contains(completion.attempt) {
      throw impossible("a completion of attempt \(completion.attempt) without its change")
    }
  }

  private func lease(_ attempt: AttemptID, worker: String) throws {
    let job = try job(attempt.job)
    guard job.state == .waiting else {
      throw impossible("job \(attempt.job.short) is \(job.state.rawValue), so nobody can lease it")
    }
    guard attempt.token > lastToken else {
      throw impossible("token \(attempt.token) of \(attempt) does not exceed \(lastToken)")
    }
    guard attempt.number == job.attempts + 1 else {
      throw impossible("\(attempt) follows \(job.attempts) attempts of its job")
    }
    try database.run(
      "INSERT INTO attempt (token, job, number, worker, started_at) VALUES (?, ?, ?, ?, ?)",
      [
        attempt.token, job.id, attempt.number, try identifier(ofWorker: worker), now,
      ])
    lastToken = attempt.token
    try database.run("UPDATE job SET state = 'running', reason = '' WHERE id = ?", [job.id])
  }

  private func accept(_ attempt: AttemptID) throws {
    let row = try openAttempt(attempt)
    let completion = try completion(of: attempt)
    try ResultRows(database: database).insert(completion.result, token: attempt.token)
    try record(
      completion.provenance, of: attempt, setting: "outcome = 'accepted', ended_at = ?",
      [now])
    try database.run(
      "UPDATE job SET state = 'done', reason = '', accepted = ? WHERE id = ?",
      [attempt.token, row.job])
    // Only an earlier attempt can have left a result that waits for this one.
    if attempt.number > 1 {
      try LateResults(self).settle(job: row.job, key: attempt.job, recorded: completion.result)
    }
  }

  private func end(_ attempt: AttemptID, cause: FailureCause, message: String) throws {
    let row = try openAttempt(attempt)
    try database.run(
      """
      UPDATE attempt SET outcome = 'failed', cause = ?, message = ?, ended_at = ?
      WHERE token = ?
      """, [cause.rawValue, message, now, attempt.token])
    try database.run("UPDATE job SET state = 'waiting', reason = '' WHERE id = ?", [row.job])
  }

  /// Takes back that an attempt was lost. Whatever else became of it stays.
  private func withdraw(_ attempt: AttemptID, message: String) throws {
    guard try storedAttempt(attempt).outcome != "open" else {
      throw impossible("attempt \(attempt) is open, so it is not lost")
    }
    try database.run(
      """
      UPDATE attempt SET cause = 'cancelled', message = message || '; ' || ?
      WHERE token = ? AND cause = 'workerLost'
      """, [message, attempt.token])
  }

  private func move(_ key: JobKey, to state: JobState, reason: String) throws {
    let job = try job(key)
    let movable: [JobState] = [.waiting, .setAside, .cancelled]
    guard movable.contains(job.state), movable.contains(state) else {
      throw impossible(
        "job \(key.short) cannot move from \(job.state.rawValue) to \(state.rawValue)")
    }
    try database.run(
      "UPDATE job SET state = ?, reason = ? WHERE id = ?",
      [state.rawValue, state == .waiting ? "" : reason, job.id])
    guard state != job.state else { return }
    if state == .waiting {
      try database.run(
        """
        UPDATE job SET freed_after = (SELECT coalesce(max(token), 0) FROM attempt WHERE job = ?1)
        WHERE id = ?1
        """, [job.id])
    }
    let kind: StoreEvent.Kind =
      switch state {
      case .setAside: .setAside
      case .cancelled: .cancelled
      case .waiting, .running, .done: .freed
      }
    try EventRows.insert(database, at: now, kind, job: key, message: reason)
  }
}

extension ChangeWriter {
  /// A stored attempt, as far as the rules need it.
  struct AttemptRow {
    let job: Int
    let outcome: String
  }

  func impossible(_ why: String) -> StoreError { .impossible(why, path: path) }

  func job(_ key: JobKey) throws -> (id: Int, state: JobState, attempts: Int) {
    let row = try database.row("SELECT id, state, attempts FROM job WHERE key = ?", [key.hex])
    guard let row else { throw impossible("there is no job \(key.short)") }
    guard let state = JobState(rawValue: try row.get(1)) else {
      throw unreadable("the state of job \(key)")
    }
    return (try row.get(0), state, try row.count(2))
  }

  /// The stored attempt; job, number and token must all agree.
  func storedAttempt(_ attempt: AttemptID) throws -> AttemptRow {
    let row = try database.row(
      """
      SELECT attempt.job, attempt.outcome FROM attempt JOIN job ON job.id = attempt.job
      WHERE attempt.token = ? AND attempt.number = ? AND job.key = ?
      """, [attempt.token, attempt.number, attempt.job.hex])
    guard let row else {
      throw impossible("there is no attempt \(attempt) with token \(attempt.token)")
    }
    return AttemptRow(job: try row.get(0), outcome: try row.get(1))
  }

  /// Whether the ledger has granted the attempt; job, number and token must all agree.
  func knows(_ attempt: AttemptID) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM attempt JOIN job ON job.id = attempt.job
      WHERE attempt.token = ? AND attempt.number = ? AND job.key = ?
      """, [attempt.token, attempt.number, attempt.job.hex]) != nil
  }

  /// Whether the attempt's result was the recorded one and a person discarded it.
  func isDiscarded(_ attempt: AttemptID) throws -> Bool {
    try database.integer("SELECT 1 FROM superseded WHERE attempt = ?", [attempt.token]) != nil
  }

  private func openAttempt(_ attempt: AttemptID) throws -> AttemptRow {
    let row = try storedAttempt(attempt)
    guard row.outcome == "open" else {
      throw impossible("attempt \(attempt) is not open but \(row.outcome)")
    }
    return row
  }

  func completion(of attempt: AttemptID) throws -> Completion {
    guard let completion = completions[attempt.token], completion.attempt == attempt else {
      throw impossible("the completion of attempt \(attempt) is missing")
    }
    return completion
  }

  /// Writes where and how an attempt ran, with further columns in the same update.
  func record(
    _ provenance: Provenance, of attempt: AttemptID, setting columns: String,
    _ values: [(any DatabaseValueConvertible)?]
  ) throws {
    let run: [(any DatabaseValueConvertible)?] = [
      try identifier(ofMachine: provenance), provenance.threads, provenance.wallSeconds,
      provenance.cpuSeconds, provenance.peakMemoryBytes,
      provenance.origin == Provenance.here ? nil : provenance.origin, attempt.token,
    ]
    try database.run(
      """
      UPDATE attempt SET \(columns), machine = ?, threads = ?, wall_seconds = ?,
        cpu_seconds = ?, peak_memory_bytes = ?, origin = ?
      WHERE token = ?
      """, StatementArguments(values + run))
  }

  func identifier(ofWorker name: String) throws -> Int {
    if let known = workers[name] { return known }
    let identifier = try database.identifier(of: name, in: "worker")
    workers[name] = identifier
    return identifier
  }

  private func identifier(ofMachine provenance: Provenance) throws -> Int {
    let machine = [
      provenance.hostname, provenance.processor, provenance.instructionSet,
      provenance.binaryHash, provenance.version,
    ]
    if let known = machines[machine] { return known }
    let find = """
      SELECT id FROM machine WHERE hostname = ? AND processor = ? AND instruction_set = ?
        AND binary_hash = ? AND version = ?
      """
    let known = try database.integer(find, StatementArguments(machine))
    if known == nil {
      try database.run(
        """
        INSERT INTO machine (hostname, processor, instruction_set, binary_hash, version)
        VALUES (?, ?, ?, ?, ?)
        """, StatementArguments(machine))
    }
    let identifier = known ?? Int(database.lastInsertedRowID)
    machines[machine] = identifier
    return identifier
  }
}
