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
    CREATE VIEW runs AS
    SELECT
      sweep.name AS sweep, sweep_job.position AS position, job.key AS job,
      job.workload AS workload, job.state AS state, job.reason AS reason,
      job.parameters AS parameters,
      (SELECT json_group_object(name, value) FROM (
        SELECT metric.name AS name,
          CASE WHEN scalar.value > 1.7976931348623157e308 THEN 'inf'
            WHEN scalar.value < -1.7976931348623157e308 THEN '-inf'
            ELSE scalar.value END AS value
        FROM scalar JOIN metric ON metric.id = scalar.metric
        WHERE scalar.attempt = job.accepted ORDER BY scalar.position)) AS scalars,
      job.attempts AS attempts, worker.name AS worker, machine.hostname AS host,
      machine.processor AS processor, machine.instruction_set AS instruction_set,
      attempt.threads AS threads, attempt.wall_seconds AS wall_seconds,
      attempt.cpu_seconds AS cpu_seconds, attempt.peak_memory_bytes AS peak_memory_bytes,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.started_at, 'unixepoch') AS started_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at,
      machine.binary_hash AS binary_hash, machine.version AS version,
      quarantine.reason AS quarantine
    FROM sweep
    JOIN sweep_job ON sweep_job.sweep = sweep.id
    JOIN job ON job.id = sweep_job.job
    LEFT JOIN attempt ON attempt.token = job.accepted
    LEFT JOIN worker ON worker.id = attempt.worker
    LEFT JOIN machine ON machine.id = attempt.machine
    LEFT JOIN quarantine ON quarantine.job = job.id;
    """
}
