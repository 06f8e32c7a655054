import Basics
import Kernels
public import SweepModel
import Training

/// A perceptron classifies images from weights of any scale (*Omnigrok: Grokking Beyond Algorithmic
/// Data*, arXiv:2210.01117, §3): mean squared error against one-hot labels, ReLU, AdamW.
///
/// From large weights training accuracy is perfect long before test accuracy rises, which waits until
/// weight decay has brought the norm down. Numbers are single precision.
public enum OmnigrokImages: Workload {
  /// Grows when the same parameters would give other results.
  static let resultVersion = 1

  /// The parameters and their costs.
  public static let signature = WorkloadSignature(
    name: "omnigrok-images", resultVersion: resultVersion, parameters: ImageSettings.parameters,
    summary: "a perceptron on images, from weights scaled by α or at a held norm",
    metrics: ScaledRecord.descriptions, landscapesShowBest: true, validate: ImageSettings.problem,
    estimate: ImageCost.estimate)

  /// Trains, evaluates and returns curves and thresholds; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = try ImageJob(parameters, in: context)
    return try job.run(in: context)
  }

  /// As many steps as take that long.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    ImageCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }
}

/// One job from its start or checkpoint to its result.
private struct ImageJob: StepwiseJob {
  let settings: ImageSettings
  let header: CheckpointHeader
  let core: ImageCore
  var step = 0
  var record: ScaledRecord

  init(_ parameters: Parameters, in context: any JobContext) throws {
    let settings = ImageSettings(parameters)
    self.settings = settings
    core = try context.withData(settings.set) { content in
      try ImageCore(settings: settings, content: content, threads: context.threads)
    }
    record = ScaledRecord(goals: settings.goals)
    header = CheckpointHeader(
      magic: 0x514F_4D4E_494D_4731, version: 1, parameters: parameters,
      resultVersion: OmnigrokImages.resultVersion,
      instructionSet: core.training.network.kernels.instructionSet,
      steps: settings.schedule.steps)
  }

  mutating func initialise() {
    core.initialise()
    record = ScaledRecord(goals: settings.goals)
  }

  func write(to writer: inout ByteWriter) {
    core.training.write(to: &writer)
    record.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader) throws(ByteDamage) {
    try core.training.read(from: &reader)
    try record.read(from: &reader, step: step)
  }

  mutating func advance(in context: any JobContext) throws -> JobResult? {
    let steps = settings.schedule.steps
    core.run(step: step)
    guard settings.schedule.evaluates(at: step) else { return nil }
    let evaluation = core.evaluate()
    try evaluation.requireFinite(after: step)
    record.add(evaluation, step: step)
    context.report(step: step, of: steps, metric: "accuracy", value: evaluation.testAccuracy)
    context.show(record.curves, at: step)
    guard step == steps else { return nil }
    return record.result(
      final: evaluation, initialNorm: core.training.initialNorm,
      parameters: settings.training.shape.parameterCount, samples: settings.trainNum,
      steps: steps)
  }
}
