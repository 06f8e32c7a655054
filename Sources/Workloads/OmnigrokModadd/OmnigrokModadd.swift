import Basics
import Kernels
public import SweepModel
import Training

/// Addition modulo p by a transformer of one layer (*Omnigrok*, arXiv:2210.01117, §4.2, after Nanda's
/// study of grokking): prompts x, y, =, no layer norm, no biases in attention, the answer at the last
/// position, full batch.
///
/// Only the last position counts, whose query is the same for all samples, and there are just 2p + 1
/// different keys and values; so attention costs next to nothing. Numbers are single precision where
/// the published run has double: what double precision is needed for there, tiny losses, is kept by
/// summing the wrong classes apart (``DenseLoss``).
public enum OmnigrokModadd: Workload {
  /// Grows when the same parameters would give other results.
  static let resultVersion = 2

  /// The parameters, their checks and costs.
  public static let signature = WorkloadSignature(
    name: "omnigrok-modadd", resultVersion: resultVersion, parameters: ModaddSettings.parameters,
    summary:
      "a transformer of one layer on x + y mod p, from weights scaled by α or at a held norm",
    metrics: ScaledRecord.descriptions, lossUnit: "nats", validate: ModaddSettings.problem,
    estimate: ModaddCost.estimate)

  /// Trains, evaluates and returns curves and thresholds; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = ModaddJob(parameters, threads: context.threads)
    return try job.run(in: context)
  }

  /// As many steps as take that long.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    ModaddCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }
}

/// One job from its start or checkpoint to its result.
private struct ModaddJob: StepwiseJob {
  let settings: ModaddSettings
  let header: CheckpointHeader
  let core: ModaddCore
  var step = 0
  var initialNorm = 0.0
  var record: ScaledRecord

  init(_ parameters: Parameters, threads: Int) {
    settings = ModaddSettings(parameters)
    core = ModaddCore(settings: settings, threads: threads)
    record = ScaledRecord(goals: settings.goals)
    header = CheckpointHeader(
      magic: 0x514F_4D4E_4D4F_4431, version: 1, parameters: parameters,
      resultVersion: OmnigrokModadd.resultVersion, instructionSet: core.kernels.instructionSet,
      steps: settings.schedule.steps)
  }

  mutating func initialise() {
    core.initialise()
    initialNorm = core.group.norm
    record = ScaledRecord(goals: settings.goals)
  }

  func write(to writer: inout ByteWriter) {
    core.group.write(to: &writer)
    writer.write(initialNorm)
    record.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader) throws(ByteDamage) {
    try core.group.read(from: &reader)
    initialNorm = try reader.double()
    guard initialNorm.isFinite, initialNorm >= 0 else {
      throw reader.damage("\(initialNorm) is no norm")
    }
    try record.read(from: &reader, step: step)
  }

  mutating func advance(in context: any JobContext) throws -> JobResult? {
    let steps = settings.schedule.steps
    core.run(step: step, norm: settings.isConstrained ? initialNorm : nil)
    guard settings.schedule.evaluates(at: step) else { return nil }
    let (train, test) = (core.evaluate(core.train), core.evaluate(core.test))
    let evaluation = ScaledEvaluation(
      trainLoss: train.loss, testLoss: test.loss, trainAccuracy: train.accuracy,
      testAccuracy: test.accuracy, norm: core.group.norm)
    try evaluation.requireFinite(after: step)
    record.add(evaluation, step: step)
    context.report(step: step, of: steps, metric: "loss", value: test.loss)
    context.show(record.curves, at: step)
    return step == steps
      ? record.result(
        final: evaluation, initialNorm: initialNorm, parameters: settings.shape.parameterCount,
        samples: settings.trainNum, steps: steps) : nil
  }
}
