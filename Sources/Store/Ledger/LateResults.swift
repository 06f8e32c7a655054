import GRDB
import SweepModel

/// Compares results that came too late with the recorded one, bit for bit.
///
/// A late result for a job that is not done yet is kept under its own token, out of every view,
/// until the job's result is accepted; then it is compared. A result that disagrees stays stored,
/// as evidence; one that agrees does not.
struct LateResults {
  private let writer: ChangeWriter
  private var database: Database { writer.database }

  init(_ writer: ChangeWriter) { self.writer = writer }

  /// Handles a late result; the same one may arrive any number of times.
  ///
  /// An attempt that this store never granted comes from a time that the store has forgotten: it was
  /// restored from an older copy. Its result is noted and dropped.
  func compare(_ attempt: AttemptID) throws {
    guard try writer.knows(attempt) else {
      return try EventRows.insert(
        database, at: writer.now, .note, job: attempt.job,
        message: "attempt \(attempt.number), token \(attempt.token), is none of this store's; its "
          + "result was dropped: was the store restored from a copy?")
    }
    let row = try writer.storedAttempt(attempt)
    let completion = try writer.completion(of: attempt)
    guard row.outcome != "open" else {
      throw writer.impossible("attempt \(attempt) is open, so its result is not late")
    }
    // Its result was recorded, then discarded; the worker sends it again because our answer was lost.
    if try writer.isDiscarded(attempt) { return }
    let accepted = try database.integer("SELECT accepted FROM job WHERE id = ?", [row.job])
    guard let accepted else {
      // What was compared with a result that was discarded since is not kept to be compared again.
      return row.outcome == "late" ? () : try keep(completion)
    }
    let recorded = try ResultRows(database: database).read(token: accepted)
    let difference = recorded.difference(from: completion.result)
    if accepted == attempt.token {
      // The worker sends the recorded result again, because our answer was lost.
      guard let difference else { return }
      return try EventRows.insert(
        database, at: writer.now, .lateDisagrees, job: attempt.job,
        message: "attempt \(attempt.number) sent another result: \(difference)")
    }
    let isNew = row.outcome != "late"
    try writer.record(
      completion.provenance, of: attempt, setting: "outcome = 'late', agrees = ?",
      [difference == nil])
    try ResultRows(database: database).delete(token: attempt.token)
    if difference != nil {
      try ResultRows(database: database).insert(completion.result, token: attempt.token)
    }
    if isNew || difference != nil {
      try report(difference, number: attempt.number, token: attempt.token, key: attempt.job)
    }
  }

  /// Compares the results that were kept for a job whose result has just been accepted.
  func settle(job: Int, key: JobKey, recorded: JobResult) throws {
    let kept = try database.rows(
      """
      SELECT token, number FROM attempt
      WHERE job = ? AND outcome = 'failed' AND machine IS NOT NULL ORDER BY token
      """, [job])
    for row in kept {
      let token: Int = try row.get(0)
      let results = ResultRows(database: database)
      let difference = recorded.difference(from: try results.read(token: token))
      try database.run(
        "UPDATE attempt SET outcome = 'late', agrees = ? WHERE token = ?",
        [difference == nil, token])
      if difference == nil { try results.delete(token: token) }
      try report(difference, number: try row.get(1), token: token, key: key)
    }
  }

  private func keep(_ completion: Completion) throws {
    let attempt = completion.attempt
    let isNew =
      try database.integer(
        "SELECT 1 FROM attempt WHERE token = ? AND machine IS NULL", [attempt.token]) != nil
    try writer.record(
      completion.provenance, of: attempt, setting: "ended_at = coalesce(ended_at, ?)",
      [writer.now])
    try ResultRows(database: database).delete(token: attempt.token)
    try ResultRows(database: database).insert(completion.result, token: attempt.token)
    guard isNew else { return }
    try EventRows.insert(
      database, at: writer.now, .latePending, job: attempt.job,
      message: "attempt \(attempt.number) had lost its lease; its result waits for comparison")
  }

  private func report(_ difference: String?, number: Int, token: Int, key: JobKey) throws {
    if let difference {
      try database.run(
        "UPDATE attempt SET message = ? WHERE token = ?",
        ["late result disagrees: \(difference)", token])
    }
    try EventRows.insert(
      database, at: writer.now, difference == nil ? .late : .lateDisagrees, job: key,
      message: difference.map { "attempt \(number) came late and disagrees: \($0)" }
        ?? "attempt \(number) came late and agrees bit for bit")
  }
}
