/// The SQL of the second migration: results that a rerun contradicts, and cheaper counting.
enum SchemaV2 {
  /// Recorded results that must not be used. The result itself stays as it is.
  static let quarantine = """
    CREATE TABLE quarantine (
      job INTEGER PRIMARY KEY REFERENCES job(id),
      at REAL NOT NULL,
      reason TEXT NOT NULL CHECK (reason <> '')
    ) STRICT;
    CREATE TRIGGER quarantine_needs_result BEFORE INSERT ON quarantine
    WHEN (SELECT state FROM job WHERE id = new.job) <> 'done' BEGIN
      SELECT raise(ABORT, 'only a recorded result can be quarantined');
    END;
    """

  /// Counts a job that moves in one statement rather than two.
  static let counters = """
    DROP TRIGGER sweep_job_moved;
    CREATE TRIGGER sweep_job_moved AFTER UPDATE OF state ON sweep_job
    WHEN old.state <> new.state BEGIN
      UPDATE sweep_count SET jobs = jobs + (state = new.state) - (state = old.state)
      WHERE sweep = new.sweep AND state IN (old.state, new.state);
    END;
    """

  /// `runs` with the reason for which a result is quarantined, in a last column.
  static let views = """
    DROP VIEW runs;
    \(SchemaV1.runs(
      columns: ", quarantine.reason AS quarantine",
      joins: " LEFT JOIN quarantine ON quarantine.job = job.id"))
    """
}
