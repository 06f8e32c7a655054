public import Basics
public import SweepModel

/// A kind of job: it turns parameters into a result.
///
/// A workload lives in its own folder and is named on one line of ``WorkloadRegistry``.
public protocol Workload: Sendable {
  /// What the coordinator knows of it without running it, of whatever sweep.
  static var signature: WorkloadSignature { get }

  /// Makes the signature of a sweep from its text, and of a job from its parameters, where these name
  /// parameters and metrics of their own; nil where all sweeps have one signature.
  static var makeSignature: (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)?
  { get }

  /// Makes the signature of a sweep whose jobs keep their weights by a rule; nil where they have none.
  static var keeping: (@Sendable (WeightRule) -> WorkloadSignature)? { get }

  /// A job of a few moments that uses most of what there is, for tests and trials.
  static var sample: Parameters { get }

  /// Its training core, to be timed; nil where there is none.
  static var benchmark: Benchmark? { get }

  /// What speaks against the weights that a job is to begin from, of which `weights` gives those of a set
  /// where they are at hand; nil when all is well, or nothing is known.
  static func problem(
    _ parameters: Parameters, weights: (DataSet) -> Safetensors?
  ) -> ParameterProblem?

  /// Runs a job to its end, or from its checkpoint to its end, on the calling thread and at most
  /// `context.threads - 1` further ones.
  ///
  /// The result must be the same bits for every number of threads and every history of kills and
  /// resumes. `parameters` are complete and valid. Throws ``JobStopped`` when the context asks to
  /// stop, any other error when the job fails.
  static func run(_ parameters: Parameters, in context: any JobContext) throws -> JobResult

  /// A job that works at the same rate as the one with these parameters, for about so many
  /// predicted seconds on one thread, to be timed; nil when timing one would tell nothing.
  static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters?

  /// The last loss that a checkpoint of a job with these parameters holds, by which a run that was
  /// stopped bounds its final loss; nil where it holds none, or is none of this job.
  static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric?
}

extension Workload {
  /// All sweeps have one signature.
  public static var makeSignature:
    (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)?
  { nil }

  /// They have none.
  public static var keeping: (@Sendable (WeightRule) -> WorkloadSignature)? { nil }

  /// It begins from none.
  public static func problem(
    _ parameters: Parameters, weights: (DataSet) -> Safetensors?
  ) -> ParameterProblem? {
    nil
  }

  /// None.
  public static var benchmark: Benchmark? { nil }

  /// None.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? { nil }

  /// None.
  public static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    nil
  }
}

/// What a running job may use of the world around it. Called from the job's main thread only.
public protocol JobContext {
  /// Threads that the job may use, at least 1.
  var threads: Int { get }

  /// The tokens of what the job has of its host's named resources: `["gpu": ["GPU-…"]]`.
  var resources: [String: [String]] { get }

  /// What to set in the environment of programs that the job starts, so that they see what it has and
  /// nothing else: `CUDA_VISIBLE_DEVICES` and its kin, and `QUANTA_RESOURCE_…` with the tokens.
  var resourceVariables: [String: String] { get }

  /// The latest checkpoint of this job, if one exists; checked for integrity by the context.
  func loadCheckpoint() -> [UInt8]?

  /// True when a checkpoint is due; the job then calls ``saveCheckpoint(_:)`` at its next step.
  var isCheckpointDue: Bool { get }

  /// Keeps a checkpoint, atomically and durably, in place of the last one.
  func saveCheckpoint(_ bytes: [UInt8]) throws

  /// Throws ``JobStopped`` when the attempt shall end now; a job calls it at every step.
  func checkStop() throws

  /// Tells how far the job is; cheap, called at any rate, rate-limited by the context.
  func report(step: Int, of total: Int, metric: String, value: Double)

  /// Shows what curves have at a step while the job runs, for charts that follow it; called at any
  /// rate with the whole curves, thinned by the context. The result alone counts.
  func show(_ curves: [Curve], at step: Int)

  /// Writes a line into the job's log.
  func log(_ line: String)

  /// Writes what a program printed into the job's log, as it is.
  func log(output: [UInt8])

  /// Where a program of the user's may run; nil where none can.
  var place: JobPlace? { get }

  /// Tells that the job prepares what others share, or has done so: that takes none of its time limit.
  func setUp(isOver: Bool)

  /// Tells what a program has used with all that it started, which this process has not.
  func use(cpuSeconds: Double, peakMemoryBytes: Int)

  /// Lends the content of a data set, which stays where it is: the slots of a host share its memory.
  /// Throws when it is not here. Transports have brought it to the host before any job starts.
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result
}

extension JobContext {
  /// Nothing.
  public var resources: [String: [String]] { [:] }

  /// Nothing.
  public var resourceVariables: [String: String] { [:] }

  /// Nobody looks.
  public func show(_ curves: [Curve], at step: Int) {}

  /// As lines.
  public func log(output: [UInt8]) { log(String(decoding: output, as: UTF8.self)) }

  /// None can.
  public var place: JobPlace? { nil }

  /// Nothing limits it.
  public func setUp(isOver: Bool) {}

  /// Nobody asks.
  public func use(cpuSeconds: Double, peakMemoryBytes: Int) {}

  /// Nothing is here.
  public func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    throw JobFailure("No data set is here.")
  }

  /// A copy of a data set's content. Throws as ``withData(_:_:)``.
  func content(of set: DataSet) throws -> [UInt8] {
    try withData(set) { span in unsafe span.withUnsafeBufferPointer { unsafe Array($0) } }
  }
}

/// The attempt was told to stop; a checkpoint was saved if the job supports one.
public struct JobStopped: Error, Hashable, Sendable {
  /// Creates the error.
  public init() {}
}

/// A job failed for a reason that its author can state.
public struct JobFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened and what to do.
  public let message: String

  /// Creates a failure.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
