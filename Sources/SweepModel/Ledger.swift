/// One durable fact about jobs and attempts: the scheduler orders it, the store writes it.
///
/// Facts of one batch are written in one transaction, in order. Payloads of results travel beside
/// them (``Completion``), so that the scheduler stays small.
public enum LedgerChange: Hashable, Sendable {
  /// A worker holds the job from now on: the attempt is open and its job `running`.
  case leased(AttemptID, worker: String)
  /// The attempt's result counts: its job is `done`. Its completion must accompany the batch.
  case accepted(AttemptID)
  /// The attempt is over without a result; its job goes back to `waiting`.
  case ended(AttemptID, FailureCause, message: String)
  /// A result came for a job that has one already, or from an attempt that had lost its lease:
  /// it is compared with the recorded one and logged, never counted.
  case late(AttemptID)
  /// An attempt that ended as ``FailureCause/workerLost`` was not lost: its worker came back with
  /// it. That end no longer counts against its job.
  case withdrawn(AttemptID, message: String)
  /// A job changes state for a reason other than an attempt: failed, cancelled, freed.
  case moved(JobKey, JobState, reason: String)
}

/// What a successful attempt brought.
public struct Completion: Hashable, Sendable {
  /// The attempt.
  public let attempt: AttemptID
  /// Its result.
  public let result: JobResult
  /// Where and how it ran.
  public let provenance: Provenance

  /// Creates a completion.
  public init(attempt: AttemptID, result: JobResult, provenance: Provenance) {
    self.attempt = attempt
    self.result = result
    self.provenance = provenance
  }
}

/// What the store knows of one job, as the scheduler needs it when a coordinator starts.
public struct LedgerEntry: Hashable, Sendable {
  /// The job.
  public let job: Job
  /// Its state.
  public let state: JobState
  /// The attempt that holds the lease, with its worker; only while `running`.
  public let open: OpenAttempt?
  /// Attempts that ended without a result since the job was last freed, oldest first.
  public let failures: [Failure]
  /// Attempts made so far, of any outcome.
  public let attempts: Int

  /// An attempt whose outcome is not known.
  public struct OpenAttempt: Hashable, Sendable {
    /// The attempt.
    public let attempt: AttemptID
    /// The worker's name.
    public let worker: String

    /// Creates an open attempt.
    public init(attempt: AttemptID, worker: String) {
      self.attempt = attempt
      self.worker = worker
    }
  }

  /// An attempt that ended without a result.
  public struct Failure: Hashable, Sendable {
    /// The worker's name.
    public let worker: String
    /// Why it ended.
    public let cause: FailureCause

    /// Creates a failure.
    public init(worker: String, cause: FailureCause) {
      self.worker = worker
      self.cause = cause
    }
  }

  /// Creates an entry.
  public init(
    job: Job, state: JobState, open: OpenAttempt? = nil, failures: [Failure] = [],
    attempts: Int = 0
  ) {
    self.job = job
    self.state = state
    self.open = open
    self.failures = failures
    self.attempts = attempts
  }
}
