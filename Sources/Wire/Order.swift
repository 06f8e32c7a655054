import Basics
public import SweepModel

/// What a coordinator tells a worker, and a worker its slot.
public enum Order: Hashable, Sendable {
  /// The first message on every link.
  case hello(Settings)
  /// Run a job.
  case start(Assignment)
  /// A piece of the checkpoint that an attempt will go on from, which is started after the last piece.
  /// Each is answered by ``Report/checkpointTaken(_:bytes:)``.
  case checkpointPart(AttemptID, CheckpointPart)
  /// End an attempt at its next step; its checkpoint stays.
  case stop(AttemptID)
  /// The outcome of an attempt is durable: forget it. From a worker to its slot: the piece of a
  /// checkpoint that was told last is on its way, and the next may be told.
  case acknowledge(AttemptID)
  /// No more work will come: exit as soon as nothing is held.
  case shutdown
  /// A sign of life, sent at every heartbeat interval.
  case heartbeat
  /// Who gives the orders; only to workers that have told who they are, older ones do not know it.
  case run(RunIdentity)

  /// How the worker shall behave; the same for all its jobs.
  public struct Settings: Hashable, Sendable {
    /// Time between signs of life in both directions, seconds.
    public let heartbeatSeconds: Double
    /// Time that the worker goes on without work and without a coordinator, seconds.
    public let graceSeconds: Double

    /// Creates settings.
    public init(heartbeatSeconds: Double, graceSeconds: Double) {
      self.heartbeatSeconds = heartbeatSeconds
      self.graceSeconds = graceSeconds
    }
  }

  /// One attempt with all that a slot needs to run it.
  public struct Assignment: Hashable, Sendable {
    /// The attempt.
    public let attempt: AttemptID
    /// The workload's name.
    public let workload: String
    /// The result version that the job's key covers; a worker with another one refuses.
    public let resultVersion: Int
    /// Complete, valid parameters.
    public let parameters: Parameters
    /// Threads the job may use.
    public let threads: Int
    /// Threads that all jobs on the host may have together: one that would have more waits for those
    /// before it. Nil for any number.
    public let hostThreads: Int?
    /// Which ones of the host's named resources it has to itself.
    public let held: [Allocation.Held]
    /// Memory that a program may take with all that it starts, bytes; 0 for any.
    public let memoryBytes: Int
    /// What the host's named resources are called, by their indices, where that is known: from the
    /// coordinator those that the cluster file names, to a slot those that the worker has found, too.
    public var tokens: [String: [String]]
    /// Wall time after which the worker ends the attempt, seconds; nil for no limit.
    public let timeoutSeconds: Double?
    /// Time between checkpoints, seconds.
    public let checkpointSeconds: Double
    /// Where to go on; nil to go on from the worker's own newer checkpoint, or from the one that came
    /// in pieces before, or to begin.
    public let checkpoint: [UInt8]?

    /// Creates an assignment.
    public init(
      attempt: AttemptID, workload: String, resultVersion: Int, parameters: Parameters,
      threads: Int, hostThreads: Int? = nil, held: [Allocation.Held] = [], memoryBytes: Int = 0,
      tokens: [String: [String]] = [:], timeoutSeconds: Double?, checkpointSeconds: Double,
      checkpoint: [UInt8]?
    ) {
      self.attempt = attempt
      self.workload = workload
      self.resultVersion = resultVersion
      self.parameters = parameters
      self.threads = threads
      self.hostThreads = hostThreads
      self.held = held
      self.memoryBytes = memoryBytes
      self.tokens = tokens
      self.timeoutSeconds = timeoutSeconds
      self.checkpointSeconds = checkpointSeconds
      self.checkpoint = checkpoint
    }
  }

  /// The frame of this order for a worker of this version.
  public var frame: Frame { frame(in: Frame.protocolVersion) }

  /// The frame of this order in a version of the protocol that this one reads, as a worker spoke it.
  public func frame(in version: UInt8) -> Frame {
    guard version == 1 else { return Frame(kind: kind, payload: fields) }
    var out = ByteWriter()
    out.write(self)
    return Frame(kind: kind, payload: out.bytes, version: version)
  }

  /// Reads an order from a frame; nil for one that only a later version knows.
  public init?(_ frame: Frame) throws(WireError) {
    guard frame.version == 1 else {
      let order = try frame.fields { (fields) throws(ByteDamage) in
        try Order(kind: frame.kind, fields)
      }
      guard let order else { return nil }
      self = order
      return
    }
    self = try frame.values("an order") { (reader) throws(ByteDamage) in
      try reader.order(frame.kind)
    }
  }
}
