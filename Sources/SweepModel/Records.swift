/// One job of a sweep as a reader of the store sees it.
public struct JobRecord: Hashable, Sendable {
  /// Its place in the sweep's grid, from 0.
  public let index: Int
  /// The job.
  public let job: Job
  /// Its state.
  public let state: JobState
  /// Why it failed or is cancelled; empty otherwise.
  public let reason: String
  /// Attempts made so far.
  public let attempts: Int
  /// The recorded scalars; empty unless done.
  public let scalars: [JobResult.Scalar]
  /// Why nothing may be concluded from the recorded result; nil unless a rerun contradicts it.
  public let quarantine: String?

  /// Whether there is a result that fits and figures may use.
  public var hasResult: Bool { state == .done && quarantine == nil }

  /// Creates a record.
  public init(
    index: Int, job: Job, state: JobState, reason: String = "", attempts: Int = 0,
    scalars: [JobResult.Scalar] = [], quarantine: String? = nil
  ) {
    self.index = index
    self.job = job
    self.state = state
    self.reason = reason
    self.attempts = attempts
    self.scalars = scalars
    self.quarantine = quarantine
  }

  /// A scalar of the result, or else a parameter that is a number.
  public func number(_ name: String) -> Double? {
    scalars.first { $0.name == name }?.value ?? job.parameters[name]?.number
  }
}

/// The last value of a metric that an unfinished job is known to have reached.
public struct LastMetric: Hashable, Sendable {
  /// The metric, such as `loss`.
  public let name: String
  /// The step of its last evaluation.
  public let step: Int
  /// Its value there.
  public let value: Double

  /// Creates a value.
  public init(name: String, step: Int, value: Double) {
    self.name = name
    self.step = step
    self.value = value
  }
}

extension LastMetric: CustomStringConvertible {
  /// `loss 0.03121 at step 197`, the value to four digits.
  public var description: String {
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12, value != 0 { scale *= 10 }
    return "\(name) \((value * scale).rounded() / scale) at step \(step)"
  }
}

/// One attempt as a reader of the store sees it.
public struct AttemptRecord: Hashable, Sendable {
  /// The attempt.
  public let attempt: AttemptID
  /// The worker's name.
  public let worker: String
  /// When its lease began, seconds since 1970 UTC.
  public let startedAt: Double
  /// When it ended, seconds since 1970 UTC; nil while open.
  public let endedAt: Double?
  /// How it stands.
  public let outcome: Outcome
  /// The error or reason; empty otherwise.
  public let message: String
  /// Where and how it ran; nil unless it brought a result.
  public let provenance: Provenance?

  /// How an attempt stands.
  public enum Outcome: Hashable, Sendable {
    /// Not known yet.
    case open
    /// Its result is the recorded one.
    case accepted
    /// Its result was the recorded one until a person discarded it, for this reason.
    case superseded(reason: String)
    /// It ended without a result.
    case failed(FailureCause)
    /// Its result came too late; `agrees` tells whether it equals the recorded one bit for bit.
    case late(agrees: Bool)
  }

  /// Creates a record.
  public init(
    attempt: AttemptID, worker: String, startedAt: Double, endedAt: Double?, outcome: Outcome,
    message: String, provenance: Provenance?
  ) {
    self.attempt = attempt
    self.worker = worker
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
    self.message = message
    self.provenance = provenance
  }
}
