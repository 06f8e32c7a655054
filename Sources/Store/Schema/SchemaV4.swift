/// The SQL of the fourth migration: recorded results that a person has discarded.
enum SchemaV4 {
  /// Attempts whose result was the recorded one until it was discarded. A row frees its job at the
  /// same moment, so that there is never a job of two recorded results or a result without its reason.
  static let superseded = """
    CREATE TABLE superseded (
      attempt INTEGER PRIMARY KEY REFERENCES attempt(token),
      at REAL NOT NULL,
      reason TEXT NOT NULL CHECK (reason <> ''),
      kept INTEGER NOT NULL DEFAULT 1 CHECK (kept IN (0, 1))
    ) STRICT;
    CREATE TRIGGER superseded_was_recorded BEFORE INSERT ON superseded
    WHEN NOT EXISTS (SELECT 1 FROM job WHERE accepted = new.attempt) BEGIN
      SELECT raise(ABORT, 'only a recorded result can be discarded');
    END;
    CREATE TRIGGER superseded_frees_job AFTER INSERT ON superseded BEGIN
      DELETE FROM quarantine WHERE job = (SELECT id FROM job WHERE accepted = new.attempt);
      UPDATE job SET state = 'waiting', accepted = NULL, reason = '',
        freed_after = (SELECT max(token) FROM attempt WHERE attempt.job = job.id)
      WHERE accepted = new.attempt;
    END;
    CREATE TRIGGER superseded_stays BEFORE DELETE ON superseded BEGIN
      SELECT raise(ABORT, 'a discarded result stays discarded');
    END;
    CREATE TRIGGER superseded_fixed BEFORE UPDATE ON superseded
    WHEN new.attempt <> old.attempt OR new.reason <> old.reason OR new.kept > old.kept BEGIN
      SELECT raise(ABORT, 'a discarded result stays discarded');
    END;
    """

  /// The rules of the first schema, which now know of discarded results.
  static let rules = """
    DROP INDEX attempt_accepted;
    CREATE INDEX attempt_accepted ON attempt(job) WHERE outcome = 'accepted';
    \(once(on: "INSERT", name: "attempt_accepted_once"))
    \(once(on: "UPDATE OF outcome", name: "attempt_accepted_only_once"))
    DROP TRIGGER job_done_kept;
    CREATE TRIGGER job_done_kept BEFORE UPDATE OF key, workload, parameters, state, accepted ON job
    WHEN old.state = 'done' AND NOT (
      new.state = 'waiting' AND new.accepted IS NULL AND new.key = old.key
      AND new.workload = old.workload AND new.parameters = old.parameters
      AND EXISTS (SELECT 1 FROM superseded WHERE attempt = old.accepted)) BEGIN
      SELECT raise(ABORT, 'a done job never changes');
    END;
    DROP TRIGGER scalar_kept;
    CREATE TRIGGER scalar_kept BEFORE DELETE ON scalar
    WHEN \(isKept) BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    DROP TRIGGER curve_kept;
    CREATE TRIGGER curve_kept BEFORE DELETE ON curve
    WHEN \(isKept) BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    """

  /// True where a row's result is recorded, or discarded and kept for the record.
  static let isKept = """
    (SELECT outcome FROM attempt WHERE token = old.attempt) = 'accepted'
      AND NOT EXISTS (SELECT 1 FROM superseded WHERE attempt = old.attempt AND kept = 0)
    """

  private static func once(on event: String, name: String) -> String {
    """
    CREATE TRIGGER \(name) BEFORE \(event) ON attempt
    WHEN new.outcome = 'accepted' AND EXISTS (
      SELECT 1 FROM attempt AS other WHERE other.job = new.job AND other.outcome = 'accepted'
        AND other.token <> new.token
        AND NOT EXISTS (SELECT 1 FROM superseded WHERE attempt = other.token)) BEGIN
      SELECT raise(ABORT, 'a job has one recorded result');
    END;
    """
  }

  /// `attempts` names what was discarded; `discarded` has its numbers and the reason.
  static let views = """
    DROP VIEW attempts;
    \(attempts())

    \(discarded(scalars: SchemaV1.scalars(of: "attempt.token")))
    """

  /// The view of attempts; a later version has more columns at its end.
  static func attempts(columns: String = "") -> String {
    """
    CREATE VIEW attempts AS
    SELECT
      attempt.token AS token, job.key AS job, attempt.number AS number, worker.name AS worker,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.started_at, 'unixepoch') AS started_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at,
      CASE WHEN superseded.attempt IS NULL THEN attempt.outcome ELSE 'discarded' END AS outcome,
      attempt.cause AS cause, attempt.agrees AS agrees,
      coalesce(superseded.reason, attempt.message) AS message, machine.hostname AS host,
      machine.processor AS processor, machine.instruction_set AS instruction_set,
      attempt.threads AS threads, attempt.wall_seconds AS wall_seconds,
      attempt.cpu_seconds AS cpu_seconds, attempt.peak_memory_bytes AS peak_memory_bytes,
      machine.binary_hash AS binary_hash, machine.version AS version\(columns)
    FROM attempt
    JOIN job ON job.id = attempt.job
    JOIN worker ON worker.id = attempt.worker
    LEFT JOIN machine ON machine.id = attempt.machine
    LEFT JOIN superseded ON superseded.attempt = attempt.token;
    """
  }

  /// The view of discarded results.
  static func discarded(scalars: String) -> String {
    """
    CREATE VIEW discarded AS
    SELECT
      job.key AS job, attempt.number AS number, attempt.token AS token,
      strftime('%Y-%m-%dT%H:%M:%fZ', superseded.at, 'unixepoch') AS at,
      superseded.reason AS reason, superseded.kept AS kept, job.parameters AS parameters,
      \(scalars) AS scalars
    FROM superseded
    JOIN attempt ON attempt.token = superseded.attempt
    JOIN job ON job.id = attempt.job;
    """
  }
}
