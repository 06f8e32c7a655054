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
    validate: ParitySignature.problem, estimate: ParityCost.estimate,
    theory: ParitySignature.theory)

  /// Trains, evaluates and returns the curves; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = ParityJob(parameters, context: context)
    return try job.run(in: context)
  }

  /// As many steps as take that long, with one evaluation.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    ParityCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }

  /// The mean test loss at the last evaluation before the checkpoint, bits.
  public static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    ParityCheckpoint.lastLoss(checkpoint, settings: ParitySettings(parameters))
  }
}

/// One job from its start or checkpoint to its result.
private struct ParityJob {
  let settings: ParitySettings
  let fingerprint: UInt64
  let network: BinaryNetwork
  let trainer: ParityTrainer
  let testSet: ParityTestSet
  var step = 0
  var record = ParityRecord()

  init(_ parameters: Parameters, context: any JobContext) {
    settings = ParitySettings(parameters)
    let core = ParityCore(settings: settings, threads: context.threads)
    (network, trainer, testSet) = (core.network, core.trainer, core.testSet)
    fingerprint = ParityCheckpoint.fingerprint(
      parameters, instructionSet: network.kernels.instructionSet)
    restore(from: context)
  }

  /// Takes up the latest checkpoint if there is a good one, else starts from fresh weights.
  private mutating func restore(from context: any JobContext) {
    guard let bytes = context.loadCheckpoint() else { return initialise() }
    do {
      (step, record) = try ParityCheckpoint.restore(
        bytes, fingerprint: fingerprint, network: network, settings: settings)
      context.log("resumed after step \(step) of \(settings.steps)")
    } catch {
      context.log("the checkpoint cannot be used, starting anew: \(error)")
      initialise()
    }
  }

  private mutating func initialise() {
    for buffer in [network.parameters, network.firstMoments, network.secondMoments] {
      buffer.fill(0..<buffer.count, with: 0)
    }
    network.initialise(ParityStream.initialisation.of(settings.seed))
  }

  mutating func run(in context: any JobContext) throws -> JobResult {
    while true {
      if context.isCheckpointDue { try save(in: context) }
      try stopHere(if: context)
      step += 1
      trainer.run(step: step)
      guard settings.schedule.evaluates(at: step) else { continue }
      let evaluation = testSet.evaluate()
      guard evaluation.loss.isFinite else {
        throw JobFailure(
          "Training diverged: the loss is no finite number after step \(step). "
            + "Lower learningRate or weightDecay.")
      }
      let trainingLoss = trainer.trainingLoss * ParityTestSet.bitsPerNat
      record.add(evaluation, step: step, trainingLoss: trainingLoss, settings: settings)
      context.report(step: step, of: settings.steps, metric: "loss", value: evaluation.loss)
      if step == settings.steps || record.stoppedEarly {
        return record.result(
          final: evaluation, trainingLoss: trainingLoss, settings: settings)
      }
    }
  }

  /// Ends the attempt when it is asked to, with nothing lost.
  private func stopHere(if context: any JobContext) throws {
    do {
      try context.checkStop()
    } catch let stop as JobStopped {
      try save(in: context)
      throw stop
    }
  }

  private func save(in context: any JobContext) throws {
    try context.saveCheckpoint(
      ParityCheckpoint.encode(
        step: step, fingerprint: fingerprint, network: network, record: record))
  }
}
