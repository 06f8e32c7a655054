/// Why an attempt ended without a result.
public enum FailureCause: Hashable, Sendable {
  /// The worker or its host went silent; says nothing about the job.
  case workerLost
  /// The job itself failed: it threw, crashed or was killed.
  case jobFailed
  /// The attempt outran its time limit.
  case timeout
  /// It was called off: by a person, or because another attempt at its job took over.
  case cancelled
  /// It asked to be run again, as programs do whose batch system wants them gone: exit status 75.
  case requeued
  /// The machine was about to be taken away: by a batch system whose time was over, or for others.
  case evicted
  /// Another version's cause, by its word: kept as it came, and taken for a failure of the job.
  case other(String)

  /// How a worker's message begins when its host ended a job's process, by a limit of any kind.
  public static let hostWords = "the host ended the job's process: "
  /// How it goes on when memory was short, which others beside may be to blame for.
  public static let memoryWords = "out of memory: "

  /// What follows from a cause: all that is decided by it, in one place.
  public struct Policy: Hashable, Sendable {
    /// What an end so counts as.
    public enum Count: Hashable, Sendable {
      /// Nothing: nobody is to blame.
      case nothing
      /// A loss of the worker, for which the job is blamed only after many.
      case loss
      /// A failure of the job, of which it may have as many as it has retries.
      case failure
    }

    /// What it counts as against its job.
    public let counts: Count
    /// The job goes to another host if there is one, and two hosts are enough to give it up.
    public let avoidsHost: Bool
    /// The job waits before it is tried again, twice as long every time; else it is tried at once.
    public let backsOff: Bool
    /// It needs an order or a limit: a worker that ends an attempt so without one has lost it.
    public let needsReason: Bool
  }

  /// What follows from it. Whatever the cause, the next attempt goes on from the last checkpoint.
  public var policy: Policy {
    switch self {
    case .workerLost:
      Policy(counts: .loss, avoidsHost: false, backsOff: false, needsReason: false)
    case .jobFailed:
      Policy(counts: .failure, avoidsHost: true, backsOff: true, needsReason: false)
    case .timeout:
      Policy(counts: .failure, avoidsHost: false, backsOff: false, needsReason: true)
    case .cancelled:
      Policy(counts: .nothing, avoidsHost: false, backsOff: false, needsReason: true)
    case .requeued:
      Policy(counts: .nothing, avoidsHost: false, backsOff: true, needsReason: false)
    case .evicted:
      Policy(counts: .nothing, avoidsHost: false, backsOff: false, needsReason: true)
    case .other:
      Policy(counts: .failure, avoidsHost: false, backsOff: true, needsReason: false)
    }
  }
}

extension FailureCause: RawRepresentable {
  /// Those that this version knows.
  public static let known: [FailureCause] = [
    .workerLost, .jobFailed, .timeout, .cancelled, .requeued, .evicted,
  ]

  /// The cause of a word in stores and messages; a word that is not known is kept.
  public init(rawValue: String) {
    self = Self.known.first { $0.rawValue == rawValue } ?? .other(rawValue)
  }

  /// The word in stores and messages.
  public var rawValue: String {
    switch self {
    case .workerLost: "workerLost"
    case .jobFailed: "jobFailed"
    case .timeout: "timeout"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .evicted: "evicted"
    case .other(let word): word
    }
  }

  /// How an attempt ended, wherever a person or JSON sees it.
  public var word: String {
    switch self {
    case .workerLost: "worker lost"
    case .jobFailed: "failed"
    case .timeout: "time limit"
    case .cancelled: "cancelled"
    case .requeued: "requeued"
    case .evicted: "machine taken"
    case .other(let word): word
    }
  }
}
