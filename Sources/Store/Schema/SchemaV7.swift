/// The SQL of the seventh migration: weights that jobs keep.
enum SchemaV7 {
  /// The weights of a result by the steps after which they were kept; the content is in the file
  /// `weights/HASH`.
  static let snapshots = """
    CREATE TABLE snapshot (
      attempt INTEGER NOT NULL REFERENCES attempt(token),
      step INTEGER NOT NULL CHECK (step >= 0),
      hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
      size INTEGER NOT NULL CHECK (size > 0),
      PRIMARY KEY (attempt, step)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX snapshot_by_hash ON snapshot(hash);
    CREATE TRIGGER snapshot_kept BEFORE DELETE ON snapshot
    WHEN \(SchemaV4.isKept) BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    CREATE TRIGGER snapshot_fixed BEFORE UPDATE ON snapshot BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    """

  /// The weights of recorded results, a row a step.
  static let views = """
    CREATE VIEW weights AS
    SELECT
      sweep.name AS sweep, sweep_job.position AS position, job.key AS job,
      snapshot.step AS step, snapshot.hash AS hash, snapshot.size AS size,
      'weights/' || snapshot.hash AS file, job.parameters AS parameters,
      quarantine.reason AS quarantine
    FROM snapshot
    JOIN job ON job.accepted = snapshot.attempt
    LEFT JOIN sweep_job ON sweep_job.job = job.id
    LEFT JOIN sweep ON sweep.id = sweep_job.sweep
    LEFT JOIN quarantine ON quarantine.job = job.id;
    """
}
