extension SchemaV1 {
  /// Counters that make `status` independent of the number of jobs.
  static let counters = """
    CREATE TRIGGER sweep_added AFTER INSERT ON sweep BEGIN
      INSERT INTO sweep_count (sweep, state, jobs) VALUES
        (new.id, 'waiting', 0), (new.id, 'running', 0), (new.id, 'done', 0),
        (new.id, 'setAside', 0), (new.id, 'cancelled', 0);
    END;
    CREATE TRIGGER sweep_job_added AFTER INSERT ON sweep_job BEGIN
      UPDATE sweep_count SET jobs = jobs + 1 WHERE sweep = new.sweep AND state = new.state;
    END;
    CREATE TRIGGER sweep_job_removed AFTER DELETE ON sweep_job BEGIN
      UPDATE sweep_count SET jobs = jobs - 1 WHERE sweep = old.sweep AND state = old.state;
    END;
    CREATE TRIGGER sweep_job_moved AFTER UPDATE OF state ON sweep_job
    WHEN old.state <> new.state BEGIN
      UPDATE sweep_count SET jobs = jobs - 1 WHERE sweep = old.sweep AND state = old.state;
      UPDATE sweep_count SET jobs = jobs + 1 WHERE sweep = new.sweep AND state = new.state;
    END;
    CREATE TRIGGER job_moved AFTER UPDATE OF state ON job WHEN old.state <> new.state BEGIN
      UPDATE sweep_job SET state = new.state WHERE job = new.id;
    END;
    CREATE TRIGGER attempt_added AFTER INSERT ON attempt BEGIN
      UPDATE job SET attempts = attempts + 1 WHERE id = new.job;
      UPDATE worker SET attempts = attempts + 1, last_at = new.started_at WHERE id = new.worker;
    END;
    CREATE TRIGGER attempt_changed AFTER UPDATE ON attempt BEGIN
      UPDATE worker SET
        done = done + (new.outcome = 'accepted') - (old.outcome = 'accepted'),
        failed = failed + (new.outcome = 'failed') - (old.outcome = 'failed'),
        late = late + (new.outcome = 'late') - (old.outcome = 'late'),
        cpu_seconds = cpu_seconds + coalesce(new.cpu_seconds, 0) - coalesce(old.cpu_seconds, 0),
        wall_seconds = wall_seconds + coalesce(new.wall_seconds, 0) - coalesce(old.wall_seconds, 0),
        machine = coalesce(new.machine, machine),
        last_at = max(coalesce(last_at, 0), coalesce(new.ended_at, 0))
      WHERE id = new.worker;
    END;
    """

  /// The rules of the ledger, as the last line of defence against a bug above them.
  static let rules = """
    CREATE TRIGGER attempt_token_grows BEFORE INSERT ON attempt
    WHEN new.token <= (SELECT coalesce(max(token), 0) FROM attempt) BEGIN
      SELECT raise(ABORT, 'a fencing token must exceed all earlier ones');
    END;
    CREATE TRIGGER attempt_number_grows BEFORE INSERT ON attempt
    WHEN new.number <> (SELECT attempts FROM job WHERE id = new.job) + 1 BEGIN
      SELECT raise(ABORT, 'attempts of a job are numbered without gaps');
    END;
    CREATE TRIGGER attempt_needs_waiting_job BEFORE INSERT ON attempt
    WHEN (SELECT state FROM job WHERE id = new.job) <> 'waiting' BEGIN
      SELECT raise(ABORT, 'only a waiting job can be leased');
    END;
    CREATE TRIGGER attempt_identity_kept BEFORE UPDATE OF token, job, number, worker ON attempt
    BEGIN
      SELECT raise(ABORT, 'an attempt keeps its identity');
    END;
    CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt BEGIN
      SELECT raise(ABORT, 'attempts are never deleted');
    END;
    CREATE TRIGGER attempt_accepted_kept BEFORE UPDATE ON attempt
    WHEN old.outcome = 'accepted' BEGIN
      SELECT raise(ABORT, 'an accepted attempt never changes');
    END;
    CREATE TRIGGER attempt_accepted_was_open BEFORE UPDATE OF outcome ON attempt
    WHEN new.outcome = 'accepted' AND old.outcome <> 'open' BEGIN
      SELECT raise(ABORT, 'only an open attempt can be accepted');
    END;
    CREATE TRIGGER job_done_kept BEFORE UPDATE OF key, workload, parameters, state, accepted ON job
    WHEN old.state = 'done' BEGIN
      SELECT raise(ABORT, 'a done job never changes');
    END;
    CREATE TRIGGER job_kept BEFORE DELETE ON job BEGIN
      SELECT raise(ABORT, 'jobs are never deleted');
    END;
    CREATE TRIGGER job_accepts_its_attempt BEFORE UPDATE OF accepted ON job
    WHEN new.accepted IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM attempt
      WHERE token = new.accepted AND job = new.id AND outcome = 'accepted') BEGIN
      SELECT raise(ABORT, 'a job accepts only an accepted attempt of its own');
    END;
    CREATE TRIGGER scalar_kept BEFORE DELETE ON scalar
    WHEN (SELECT outcome FROM attempt WHERE token = old.attempt) = 'accepted' BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    CREATE TRIGGER scalar_fixed BEFORE UPDATE ON scalar BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    CREATE TRIGGER curve_kept BEFORE DELETE ON curve
    WHEN (SELECT outcome FROM attempt WHERE token = old.attempt) = 'accepted' BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    CREATE TRIGGER curve_fixed BEFORE UPDATE ON curve BEGIN
      SELECT raise(ABORT, 'a recorded result never changes');
    END;
    """
}
