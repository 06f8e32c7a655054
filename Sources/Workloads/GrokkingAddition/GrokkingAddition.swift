import Basics
import Kernels
public import SweepModel
import Training

/// Addition by a learned representation (*Towards Understanding Grokking: An Effective Theory of
/// Representation Learning*, arXiv:2205.10343, §3–4).
///
/// Every number below p has a trainable embedding; a decoder, a perceptron with tanh, sees the sum of
/// two of them and names i + j: by the nearest of fixed random vectors (mean squared error), or as a
/// class (cross-entropy). Embeddings and decoder have rates and decays of their own. Which of the four
/// phases a run falls in shows in `steps.train` and `steps.test`. All numbers are single precision, as
/// in the published program.
public enum GrokkingAddition: Workload {
  /// Grows when the same parameters would give other results.
  static let resultVersion = 1

  /// The parameters, their checks and costs.
  public static let signature = WorkloadSignature(
    name: "grokking-addition", resultVersion: resultVersion,
    parameters: AdditionSignature.parameters, summary: "embeddings and a decoder on i + j",
    metrics: AdditionRecord.metrics, validate: AdditionSignature.problem,
    estimate: AdditionCost.estimate)

  /// Trains, evaluates and returns curves and thresholds; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = AdditionJob(parameters, threads: context.threads)
    return try job.run(in: context)
  }

  /// As many steps as take that long.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    AdditionCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }
}

/// One job from its start or checkpoint to its result.
private struct AdditionJob: StepwiseJob {
  let settings: AdditionSettings
  let header: CheckpointHeader
  let core: AdditionCore
  var step = 0
  var record: AdditionRecord

  init(_ parameters: Parameters, threads: Int) {
    settings = AdditionSettings(parameters)
    core = AdditionCore(settings: settings, threads: threads)
    record = AdditionRecord(settings)
    header = CheckpointHeader(
      magic: 0x5147_524F_4B41_4431, version: 1, parameters: parameters,
      resultVersion: GrokkingAddition.resultVersion,
      instructionSet: core.network.kernels.instructionSet, steps: settings.schedule.steps)
  }

  mutating func initialise() {
    core.initialise()
    record = AdditionRecord(settings)
  }

  func write(to writer: inout ByteWriter) {
    core.embeddings.write(to: &writer)
    core.network.group.write(to: &writer)
    record.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader) throws(ByteDamage) {
    try core.embeddings.read(from: &reader)
    try core.network.group.read(from: &reader)
    try record.read(from: &reader, step: step)
  }

  mutating func advance(in context: any JobContext) throws -> JobResult? {
    core.run(step: step)
    guard settings.schedule.evaluates(at: step) else { return nil }
    let evaluation = core.evaluate()
    guard evaluation.trainLoss.isFinite, evaluation.testLoss.isFinite else {
      throw JobFailure(
        "Training diverged: the loss is no finite number after step \(step). "
          + "Lower embeddingRate, decoderRate or their decays.")
    }
    record.add(evaluation, step: step, settings: settings)
    context.report(
      step: step, of: settings.schedule.steps, metric: "loss", value: evaluation.testLoss)
    context.show(record.curves, at: step)
    return step == settings.schedule.steps
      ? record.result(final: evaluation, core: core, settings: settings) : nil
  }
}
