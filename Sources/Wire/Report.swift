import Basics
public import SweepModel

/// What a worker tells its coordinator, and a slot its worker.
public enum Report: Hashable, Sendable {
  /// The first message on every link.
  case hello(WorkerDescription)
  /// How far a running attempt is.
  case progress(AttemptID, Progress)
  /// New rows of a running attempt's curves, for charts that follow it: not all of them, and no facts.
  case rows(AttemptID, [Curve])
  /// Lines of a job's log, each ending in a newline.
  case log(AttemptID, String)
  /// The newest checkpoint of a running attempt.
  case checkpoint(AttemptID, [UInt8])
  /// A piece of the newest checkpoint of a running attempt, which is too large for one message. Pieces
  /// of one checkpoint come in their order; a new first one takes the place of what came before.
  case checkpointPart(AttemptID, CheckpointPart)
  /// From a slot to its worker: a checkpoint of several pieces lies in the worker's folder.
  case checkpointKept(AttemptID)
  /// From a slot to its worker: it prepares what jobs of a kind share on this host, or has done so. The time
  /// limit is the job's own.
  case setUp(AttemptID, isOver: Bool)
  /// So many bytes of the checkpoint that is being sent to the worker are there.
  case checkpointTaken(AttemptID, bytes: Int)
  /// The attempt is over; kept by the worker and told again until it is acknowledged.
  case outcome(AttemptID, Outcome)
  /// A sign of life.
  case heartbeat
  /// Another link is served; this one may take its place when that one ends or falls silent.
  case occupied(Occupation)

  /// How an attempt ended.
  public enum Outcome: Hashable, Sendable {
    /// With a result.
    case succeeded(JobResult, Provenance)
    /// Without one.
    case failed(FailureCause, message: String)
  }

  /// A job's position.
  public struct Progress: Hashable, Sendable {
    /// Steps done.
    public let step: Int
    /// Steps in all.
    public let total: Int
    /// The name of the metric, such as `loss`.
    public let metric: String
    /// Its value.
    public let value: Double

    /// Creates a position.
    public init(step: Int, total: Int, metric: String, value: Double) {
      self.step = step
      self.total = total
      self.metric = metric
      self.value = value
    }
  }

  /// A worker and its host.
  public struct WorkerDescription: Hashable, Sendable {
    /// The host's own name.
    public let hostname: String
    /// The processor's model name.
    public let processor: String
    /// Logical cores that the worker may use.
    public let cores: Int
    /// Memory of the host, bytes.
    public let memoryBytes: Int
    /// The kernels' instruction set on this host.
    public let instructionSet: String
    /// SHA-256 of the worker's binary, as its file name says.
    public let binaryHash: String
    /// The worker's version.
    public let version: String
    /// Attempts that it runs or whose outcome it keeps.
    public let held: [AttemptID]
    /// Which named resources of the host those of them have that run.
    public let resources: [AttemptID: [Allocation.Held]]
    /// Which worker it is; nil of older workers, which say nothing of it.
    public let identity: WorkerIdentity?
    /// What a person should know of the host, one sentence each.
    public let notes: [String]
    /// The host's GPUs; none of older workers, which do not look.
    public let devices: Devices
    /// How long the machine is still the worker's, seconds; nil where nobody takes it away.
    public let secondsLeft: Double?

    /// Creates a description.
    public init(
      hostname: String, processor: String, cores: Int, memoryBytes: Int, instructionSet: String,
      binaryHash: String, version: String, held: [AttemptID],
      resources: [AttemptID: [Allocation.Held]] = [:], identity: WorkerIdentity? = nil,
      notes: [String] = [], devices: Devices = Devices(), secondsLeft: Double? = nil
    ) {
      self.hostname = hostname
      self.processor = processor
      self.cores = cores
      self.memoryBytes = memoryBytes
      self.instructionSet = instructionSet
      self.binaryHash = binaryHash
      self.version = version
      self.held = held
      self.resources = resources
      self.identity = identity
      self.notes = notes
      self.devices = devices
      self.secondsLeft = secondsLeft
    }
  }

  /// Reads a report from a frame; nil for one that only a later version knows.
  public init?(_ frame: Frame) throws(WireError) {
    guard frame.version == 1 else {
      let report = try frame.fields { (fields) throws(ByteDamage) in
        try Report(kind: frame.kind, fields)
      }
      guard let report else { return nil }
      self = report
      return
    }
    self = try frame.values("a report") { (reader) throws(ByteDamage) in
      try reader.report(frame.kind)
    }
  }

  /// Reads the only frame of a file of a worker's spool.
  ///
  /// Throws when the bytes are no frame, more or less than one, or hold no report.
  public init(file bytes: [UInt8]) throws(WireError) {
    var decoder = FrameDecoder()
    decoder.append(bytes)
    guard let frame = try decoder.next() else { throw .message(.truncated(at: bytes.count)) }
    guard decoder.pending == 0 else {
      throw .message(
        .malformed("bytes after the only frame", at: bytes.count - decoder.pending))
    }
    guard let report = try Report(frame) else {
      throw .message(.malformed("a message of a later version", at: bytes.count))
    }
    self = report
  }
}
