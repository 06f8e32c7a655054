import Basics
import Foundation
import GRDB
public import SweepModel

// What a person does to a store between runs. Each is one transaction: a kill leaves all or nothing.

extension LedgerStore {
  /// Discards recorded results: their jobs wait again, as if never run, and the results stay in the
  /// store with the reason, out of every listing, fit and figure.
  ///
  /// Throws `unknownJob`, or `impossibleChange` for a job that is not done; then none is discarded.
  public func discard(_ keys: [JobKey], reason: String, at now: Double) throws(StoreError) {
    // A checkpoint that outlived its result would let the new attempt go on from the old one.
    let checkpoints = CheckpointFolder(layout)
    for key in keys { try checkpoints.delete(key) }
    try write { database in
      for key in keys {
        try database.run(
          """
          INSERT INTO superseded (attempt, at, reason)
          SELECT job.accepted, ?, ? || coalesce('; it was quarantined: ' || quarantine.reason, '')
          FROM job LEFT JOIN quarantine ON quarantine.job = job.id
          WHERE job.key = ? AND job.accepted IS NOT NULL
          """, [now, reason, key.hex])
        guard database.changesCount > 0 else {
          guard try database.integer("SELECT 1 FROM job WHERE key = ?", [key.hex]) != nil else {
            throw JobRows.unknown(key.hex, path: layout.database)
          }
          throw StoreError.impossible("job \(key.short) has no result", path: layout.database)
        }
        try EventRows.insert(database, at: now, .discarded, job: key, message: reason)
      }
    }
  }

  /// Gives a sweep another name and the source that says so. Throws `unknownSweep`, or
  /// `sweepExists` when another sweep has that name.
  public func rename(
    _ name: String, to other: String, source: SweepSource, at now: Double
  ) throws(StoreError) {
    try write { database in
      guard try database.integer("SELECT 1 FROM sweep WHERE name = ?", [other]) == nil else {
        throw StoreError(
          .sweepExists, path: layout.database,
          message: "The store \(layout.directory) has a sweep named \(other) already.",
          remedy: "Choose another name, or `quanta store forget \(other)` first.")
      }
      try database.run(
        "UPDATE sweep SET name = ?, overrides = ?, changed_at = ? WHERE name = ?",
        [other, try SweepRows.json(source.overrides), now, name])
      guard database.changesCount > 0 else {
        throw StoreError.unknownSweep(name, path: layout.database)
      }
      try EventRows.insert(database, at: now, .renamed, sweep: other, message: "it was \(name)")
    }
    try LaunchWords(layout).note(LaunchWords(layout)[name], of: other)
    try LaunchWords(layout).note([], of: name)
  }

  /// Forgets a sweep. Its jobs and results stay, whether another sweep lists them or not. Throws
  /// `unknownSweep`.
  public func forget(_ name: String, at now: Double) throws(StoreError) {
    try write { database in
      guard let sweep = try database.integer("SELECT id FROM sweep WHERE name = ?", [name]) else {
        throw StoreError.unknownSweep(name, path: layout.database)
      }
      let source = try String.fetchOne(
        database, sql: "SELECT source FROM sweep WHERE id = ?", arguments: [sweep])
      for table in ["sweep_job", "sweep_count"] {
        try database.run("DELETE FROM \(table) WHERE sweep = ?", [sweep])
      }
      try database.run("DELETE FROM sweep WHERE id = ?", [sweep])
      try EventRows.insert(
        database, at: now, .forgotten, sweep: name, message: "its file was:\n\(source ?? "")")
    }
    try LaunchWords(layout).note([], of: name)
  }

  /// Removes the numbers, curves and weights of results that no sweep lists, among `keys`, and of all that were
  /// discarded before if asked to; returns how many results. Jobs and attempts stay as a record of
  /// what ran, so that their tokens are never granted again; a pruned job waits, should a sweep list
  /// it once more.
  public func prune(
    unlisted keys: [JobKey], discarded: Bool, at now: Double
  ) throws(StoreError) -> Int {
    try write { database in
      for key in keys {
        try database.run(
          """
          INSERT INTO superseded (attempt, at, reason, kept)
          SELECT accepted, ?, 'pruned: no sweep listed it', 0 FROM job
          WHERE key = ? AND accepted IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM sweep_job WHERE sweep_job.job = job.id)
          """, [now, key.hex])
      }
      if discarded { try database.run("UPDATE superseded SET kept = 0 WHERE kept = 1") }
      let count =
        try database.integer(
          """
          SELECT count(*) FROM superseded
          WHERE kept = 0 AND EXISTS (SELECT 1 FROM scalar WHERE attempt = superseded.attempt)
          """) ?? 0
      let gone = "attempt IN (SELECT attempt FROM superseded WHERE kept = 0)"
      try database.run("DELETE FROM scalar WHERE \(gone)")
      try database.run("DELETE FROM curve WHERE \(gone)")
      try database.run("DELETE FROM snapshot WHERE \(gone)")
      try database.run("DELETE FROM steps WHERE id NOT IN (SELECT steps FROM curve)")
      if count > 0 {
        try EventRows.insert(
          database, at: now, .pruned,
          message: "\(counted(count, "result")) \(count == 1 ? "was" : "were") removed for good")
      }
      return count
    }
  }

  /// Gives the space of removed rows back to the disk; needs as much free space meanwhile.
  public func compact() throws(StoreError) {
    try Connection.explaining(layout.database) {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM")
        try database.checkpoint(.truncate)
      }
    }
  }
}
