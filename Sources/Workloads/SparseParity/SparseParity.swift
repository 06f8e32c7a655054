import Basics
import Kernels
public import SweepModel
import Training

/// Multitask sparse parity (*The Quantization Model of Neural Scaling*, arXiv:2303.13506, §3).
///
/// Subtask i of `tasks` has probability pᵢ ∝ (i + offset)^-(α+1), with the paper's α; the published
/// scripts call α + 1 `alpha`. The input is the one-hot subtask and `bits` random bits, the label
/// the parity of the subtask's own `subset` bits. A multilayer perceptron with two logits learns it
/// with AdamW.
public enum SparseParity: Workload {
  /// Grows when the same parameters would give other results.
  static let resultVersion = 1
  /// A subtask counts as learned when its loss is below this, bits.
  static let learnedBits: Float = 0.1

  /// The parameters, their checks, costs and theory.
  public static let signature = WorkloadSignature(
    name: "sparse-parity", resultVersion: resultVersion, parameters: ParitySignature.parameters,
    summary: "a perceptron on multitask sparse parity", metrics: ParityRecord.metrics,
    lossUnit: "bits", validate: ParitySignature.problem, estimate: ParityCost.estimate,
    theory: ParitySignature.theory)

  /// Trains, evaluates and returns the curves; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = ParityJob(parameters, threads: context.threads)
    return try job.run(in: context)
  }

  /// As many steps as take that long, with one evaluation.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    ParityCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }

  /// The mean test loss at the last evaluation before the checkpoint, bits.
  public static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    var reader = ByteReader(checkpoint)
    let tasks = ParitySettings(parameters).shape.input.tasks
    do {
      try CheckpointHeader.pass(&reader, magic: ParityJob.magic, version: ParityJob.version)
      for _ in 0..<ParityJob.bufferCount { try reader.skipReals() }
      return try ParityRecord(from: &reader, tasks: tasks).lastLoss
    } catch {
      return nil
    }
  }
}

/// One job from its start or checkpoint to its result.
private struct ParityJob: StepwiseJob {
  static let magic: UInt64 = 0x5150_4152_4954_5931
  static let version = 1
  /// Buffers that a checkpoint keeps: parameters and moments.
  static let bufferCount = 3

  let settings: ParitySettings
  let header: CheckpointHeader
  let network: BinaryNetwork
  let trainer: ParityTrainer
  let testSet: ParityTestSet
  var step = 0
  var record = ParityRecord()

  init(_ parameters: Parameters, threads: Int) {
    settings = ParitySettings(parameters)
    let core = ParityCore(settings: settings, threads: threads)
    (network, trainer, testSet) = (core.network, core.trainer, core.testSet)
    header = CheckpointHeader(
      magic: Self.magic, version: Self.version, parameters: parameters,
      resultVersion: SparseParity.resultVersion,
      instructionSet: network.kernels.instructionSet, steps: settings.steps)
  }

  /// What a checkpoint keeps of the network.
  private var state: [Buffer<Float>] {
    [network.parameters, network.firstMoments, network.secondMoments]
  }

  mutating func initialise() {
    for buffer in state { buffer.fill(0..<buffer.count, with: 0) }
    network.initialise(ParityStream.initialisation.of(settings.seed))
    record = ParityRecord()
  }

  func write(to writer: inout ByteWriter) {
    for buffer in state { writer.write(buffer) }
    record.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader) throws(ByteDamage) {
    for buffer in state { try reader.read(into: buffer) }
    record = try ParityRecord(from: &reader, tasks: settings.shape.input.tasks)
    guard (0...step).contains(record.steps.last ?? 0) else {
      throw reader.damage("its curves do not fit its step \(step)")
    }
    network.prepare()
  }

  mutating func advance(in context: any JobContext) throws -> JobResult? {
    trainer.run(step: step)
    guard settings.schedule.evaluates(at: step) else { return nil }
    let evaluation = testSet.evaluate()
    guard evaluation.loss.isFinite else {
      throw JobFailure(
        "Training diverged: the loss is no finite number after step \(step). "
          + "Lower learningRate or weightDecay.")
    }
    let trainingLoss = trainer.trainingLoss * ParityTestSet.bitsPerNat
    record.add(evaluation, step: step, trainingLoss: trainingLoss, settings: settings)
    context.report(step: step, of: settings.steps, metric: "loss", value: evaluation.loss)
    context.show(record.curves(tasks: settings.shape.input.tasks), at: step)
    guard step == settings.steps || record.stoppedEarly else { return nil }
    return record.result(final: evaluation, trainingLoss: trainingLoss, settings: settings)
  }
}
