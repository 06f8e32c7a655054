import Basics
import SweepModel
import Training

/// A workload that trains step by step: its parameters, a core that trains, and a record of what was
/// found. ``TrainingJob`` does the rest.
protocol TrainingWorkload: Workload {
  associatedtype Core: TrainingCore
  /// Names its checkpoints' format.
  static var magic: UInt64 { get }
  /// Grows when it writes other checkpoints.
  static var checkpointVersion: Int { get }
  /// What to do when the loss is no number any more, in a sentence.
  static var remedy: String { get }
  /// What differs from the defaults in ``Workload/sample``, and in the job that ``Workload/benchmark``
  /// times.
  static var sampleSettings: [String: Value] { get }
  static var benchmarkSettings: [String: Value] { get }
  /// Parameters of the same job whose time is proportional to its steps.
  static func evened(_ parameters: Parameters) -> Parameters
}

/// The parameters of a job that trains; `steps` is among them.
protocol TrainingSettings: ParameterSet {
  /// When it evaluates and ends.
  var schedule: LogSchedule { get }
}

/// A network with its data: what trains one job.
protocol TrainingCore: AnyObject {
  associatedtype Settings
  associatedtype Record: TrainingRecord where Record.Settings == Settings
  /// Prepares everything but the weights; data sets come from the context.
  init(_ settings: Settings, in context: any JobContext) throws
  /// Draws fresh weights, whatever was there before.
  func initialise()
  /// Does step `step`, counted from 1.
  func run(step: Int)
  /// Measures the network as it stands.
  func evaluate() -> Record.Evaluation
  /// The parameters as they stand, under the names and in the shapes that PyTorch would give them.
  var tensors: [Safetensors.Tensor] { get }
  /// Appends weights and moments to a checkpoint.
  func write(to writer: inout ByteWriter)
  /// Takes up what a checkpoint holds. When it throws, the weights are undefined.
  func read(from reader: inout ByteReader) throws(ByteDamage)
  /// Samples in a batch, and those that an evaluation looks at.
  var batchCount: Int { get }
  var testSampleCount: Int { get }
}

/// What an evaluation finds.
protocol TrainingEvaluation {
  /// The test loss.
  var loss: Double { get }
  /// True when all losses are numbers.
  var isFinite: Bool { get }
  /// What a running job shows.
  var progress: (metric: String, value: Double) { get }
}

/// What a job has measured so far.
protocol TrainingRecord {
  associatedtype Settings: TrainingSettings
  associatedtype Evaluation: TrainingEvaluation
  /// Nothing yet.
  init(_ settings: Settings)
  /// Takes in the evaluation after `step`.
  mutating func add(_ evaluation: Evaluation, step: Int)
  /// True when the job shall end before its last step.
  var isOver: Bool { get }
  /// The curves so far.
  var curves: [Curve] { get }
  /// The result after the last evaluation, at `step`.
  func result(final evaluation: Evaluation, step: Int) -> JobResult
  /// Appends the record to a checkpoint.
  func write(to writer: inout ByteWriter)
  /// Takes up the record of a checkpoint after `step` steps.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage)
}

extension TrainingEvaluation {
  var isFinite: Bool { loss.isFinite }
  var progress: (metric: String, value: Double) { ("loss", loss) }
}

extension Double: TrainingEvaluation {
  var loss: Double { self }
}

extension TrainingRecord {
  var isOver: Bool { false }
}

extension TrainingCore {
  var batchCount: Int { 1 }
  var testSampleCount: Int { 1 }
}

extension TrainingWorkload {
  static var magic: UInt64 { FNV1a(signature.name).value }
  static var checkpointVersion: Int { 1 }
  static var remedy: String { "Lower learningRate." }
  static var benchmarkSettings: [String: Value] { [:] }
  static func evened(_ parameters: Parameters) -> Parameters { parameters }

  static var sample: Parameters { signature.parameters(sampleSettings) }

  static var benchmark: Benchmark? {
    Benchmark(parameters: signature.parameters(benchmarkSettings)) {
      try CoreBenchmark<Core>($0, threads: $1)
    }
  }

  static var keeping: (@Sendable (WeightRule) -> WorkloadSignature)? {
    { signature.keeping($0) { Core.Settings($0).schedule.steps } }
  }

  static func run(_ parameters: Parameters, in context: any JobContext) throws -> JobResult {
    var job = try TrainingJob<Self>(parameters, in: context)
    return try job.run(in: context)
  }

  /// As many steps as take that long.
  static func timingJob(_ parameters: Parameters, cpuSeconds seconds: Double) -> Parameters? {
    var job = evened(parameters)
    job[WeightRule.parameter] = nil
    let step = signature.estimate(job).cpuSeconds / Double(Core.Settings(job).schedule.steps)
    job["steps"] = .integer(max(1, Int((seconds / step).rounded())))
    return job
  }
}
