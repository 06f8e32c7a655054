extension SchemaV1 {
  /// The scalars of an attempt as a JSON object, with numbers as SQLite writes them.
  static func scalars(of attempt: String) -> String {
    """
    (SELECT json_group_object(name, value) FROM (
        SELECT metric.name AS name,
          CASE WHEN scalar.value > 1.7976931348623157e308 THEN 'inf'
            WHEN scalar.value < -1.7976931348623157e308 THEN '-inf'
            ELSE scalar.value END AS value
        FROM scalar JOIN metric ON metric.id = scalar.metric
        WHERE scalar.attempt = \(attempt) ORDER BY scalar.position))
    """
  }

  /// The view `runs`: one row a job of a sweep; a later version has more columns at its end.
  static func runs(
    scalars: String = scalars(of: "job.accepted"), columns: String = "", joins: String = ""
  ) -> String {
    """
    CREATE VIEW runs AS
    SELECT
      sweep.name AS sweep, sweep_job.position AS position, job.key AS job,
      job.workload AS workload, job.state AS state, job.reason AS reason,
      job.parameters AS parameters,
      \(scalars) AS scalars,
      job.attempts AS attempts, worker.name AS worker, machine.hostname AS host,
      machine.processor AS processor, machine.instruction_set AS instruction_set,
      attempt.threads AS threads, attempt.wall_seconds AS wall_seconds,
      attempt.cpu_seconds AS cpu_seconds, attempt.peak_memory_bytes AS peak_memory_bytes,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.started_at, 'unixepoch') AS started_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at,
      machine.binary_hash AS binary_hash, machine.version AS version\(columns)
    FROM sweep
    JOIN sweep_job ON sweep_job.sweep = sweep.id
    JOIN job ON job.id = sweep_job.job
    LEFT JOIN attempt ON attempt.token = job.accepted
    LEFT JOIN worker ON worker.id = attempt.worker
    LEFT JOIN machine ON machine.id = attempt.machine\(joins);
    """
  }

  /// What notebooks and `sqlite3` read; see ``StoreReader`` for the columns and for examples.
  ///
  /// Times are ISO 8601 in UTC. In JSON, a scalar that is not finite is `null` (not a number) or
  /// the string `"inf"` or `"-inf"`, all of which Python's `float` and pandas understand.
  static let views = """
    \(runs())

    CREATE VIEW attempts AS
    SELECT
      attempt.token AS token, job.key AS job, attempt.number AS number, worker.name AS worker,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.started_at, 'unixepoch') AS started_at,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at,
      attempt.outcome AS outcome, attempt.cause AS cause, attempt.agrees AS agrees,
      attempt.message AS message, machine.hostname AS host, machine.processor AS processor,
      machine.instruction_set AS instruction_set, attempt.threads AS threads,
      attempt.wall_seconds AS wall_seconds, attempt.cpu_seconds AS cpu_seconds,
      attempt.peak_memory_bytes AS peak_memory_bytes, machine.binary_hash AS binary_hash,
      machine.version AS version
    FROM attempt
    JOIN job ON job.id = attempt.job
    JOIN worker ON worker.id = attempt.worker
    LEFT JOIN machine ON machine.id = attempt.machine;

    CREATE VIEW scalars AS
    SELECT job.key AS job, metric.name AS name, scalar.value AS value
    FROM job
    JOIN scalar ON scalar.attempt = job.accepted
    JOIN metric ON metric.id = scalar.metric;

    CREATE VIEW curves AS
    SELECT job.key AS job, metric.name AS name, curve.columns AS columns,
      curve.row_count AS row_count
    FROM job
    JOIN curve ON curve.attempt = job.accepted
    JOIN metric ON metric.id = curve.metric;

    CREATE VIEW curve_data AS
    SELECT job.key AS job, metric.name AS name, curve.columns AS columns,
      curve.row_count AS row_count, steps.steps AS steps, curve.data AS data
    FROM job
    JOIN curve ON curve.attempt = job.accepted
    JOIN metric ON metric.id = curve.metric
    JOIN steps ON steps.id = curve.steps;

    CREATE VIEW failures AS
    SELECT
      sweep.name AS sweep, sweep_job.position AS position, job.key AS job, job.state AS state,
      attempt.number AS number, worker.name AS worker, attempt.cause AS cause,
      attempt.message AS message,
      strftime('%Y-%m-%dT%H:%M:%fZ', attempt.ended_at, 'unixepoch') AS ended_at
    FROM attempt
    JOIN job ON job.id = attempt.job
    JOIN worker ON worker.id = attempt.worker
    LEFT JOIN sweep_job ON sweep_job.job = job.id
    LEFT JOIN sweep ON sweep.id = sweep_job.sweep
    WHERE attempt.cause IS NOT NULL;
    """
}
