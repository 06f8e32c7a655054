import Basics
import Kernels
public import SweepModel
import Training

/// A student learns what a random teacher of its own shape says of a few random inputs (*Omnigrok:
/// Grokking Beyond Algorithmic Data*, arXiv:2210.01117, §2–3).
///
/// Training loss against the norm of the student's weights is shaped like an L, test loss like a U:
/// from weights that are too large, generalisation waits until their norm has fallen. Numbers are
/// single precision, as in the published notebooks.
public enum OmnigrokTeacher: Workload {
  /// Grows when the same parameters would give other results.
  static let resultVersion = 2

  /// The parameters and their costs.
  public static let signature = WorkloadSignature(
    name: "omnigrok-teacher", resultVersion: resultVersion, parameters: TeacherSettings.parameters,
    summary: "a student of a random teacher, from weights scaled by α or at a held norm",
    metrics: ScaledRecord.descriptions, estimate: TeacherCost.estimate)

  /// Trains, evaluates and returns curves and thresholds; see ``Workload/run(_:in:)``.
  public static func run(
    _ parameters: Parameters, in context: any JobContext
  ) throws -> JobResult {
    var job = TeacherJob(parameters, threads: context.threads)
    return try job.run(in: context)
  }

  /// As many steps as take that long.
  public static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    TeacherCost.timingJob(parameters, cpuSeconds: cpuSeconds)
  }
}

/// One job from its start or checkpoint to its result.
private struct TeacherJob: StepwiseJob {
  let settings: TeacherSettings
  let header: CheckpointHeader
  let training: ScaledTraining
  let train: TeacherSet
  let test: TeacherSet
  var step = 0
  var record: ScaledRecord

  init(_ parameters: Parameters, threads: Int) {
    settings = TeacherSettings(parameters)
    training = ScaledTraining(settings: settings.training, threads: threads)
    let teacher = DenseNetwork(shape: settings.training.shape, kernels: training.network.kernels)
    teacher.initialise(TeacherStream.teacher.of(settings.seed), scale: settings.teacherScale)
    train = TeacherSet(
      teacher, samples: settings.trainNum, stream: TeacherStream.trainingInputs.of(settings.seed),
      trains: true, team: training.team)
    test = TeacherSet(
      teacher, samples: settings.testNum, stream: TeacherStream.testInputs.of(settings.seed),
      trains: false, team: training.team)
    record = ScaledRecord(goals: settings.goals)
    header = CheckpointHeader(
      magic: 0x514F_4D4E_5445_4131, version: 1, parameters: parameters,
      resultVersion: OmnigrokTeacher.resultVersion,
      instructionSet: training.network.kernels.instructionSet, steps: settings.schedule.steps)
  }

  mutating func initialise() {
    training.initialise(TeacherStream.student.of(settings.seed))
    record = ScaledRecord(goals: settings.goals)
  }

  func write(to writer: inout ByteWriter) {
    training.write(to: &writer)
    record.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader) throws(ByteDamage) {
    try training.read(from: &reader)
    try record.read(from: &reader, step: step)
  }

  mutating func advance(in context: any JobContext) throws -> JobResult? {
    let steps = settings.schedule.steps
    training.run(step: step, train.pass, targets: train.targets, count: settings.trainNum)
    guard settings.schedule.evaluates(at: step) else { return nil }
    let found = [train, test].map {
      $0.evaluate(training.network, tolerance: settings.tolerance, team: training.team)
    }
    let evaluation = ScaledEvaluation(
      trainLoss: found[0].loss, testLoss: found[1].loss, trainAccuracy: found[0].accuracy,
      testAccuracy: found[1].accuracy, norm: training.network.group.norm)
    try evaluation.requireFinite(after: step)
    record.add(evaluation, step: step)
    context.report(step: step, of: steps, metric: "loss", value: evaluation.testLoss)
    context.show(record.curves, at: step)
    return step == steps
      ? record.result(
        final: evaluation, initialNorm: training.initialNorm,
        parameters: settings.training.shape.parameterCount, samples: settings.trainNum,
        steps: steps) : nil
  }
}
