import Basics
import Grokking
import SweepModel
import Training

/// What a job has measured so far: curves, embeddings and thresholds.
struct AdditionRecord: Sendable {
  private var metrics = CurveRecord([
    "loss", "accuracy", "train.loss", "train.accuracy", "rqi", "effective.loss",
  ])
  private var representation: CurveRecord
  private var milestones: Milestones

  /// Nothing yet.
  init(_ settings: AdditionSettings) {
    representation = CurveRecord(
      ["representation"], columns: settings.task.symbols * settings.dimension)
    milestones = Milestones(settings.goals)
  }

  /// Takes in the evaluation after `step`.
  mutating func add(_ evaluation: AdditionEvaluation, step: Int, settings: AdditionSettings) {
    let (train, test) = Self.accuracies(evaluation, settings)
    let row = [
      evaluation.testLoss, test, evaluation.trainLoss, train, evaluation.quality,
      evaluation.effectiveLoss,
    ]
    metrics.add(step: step, row.map { [$0] })
    milestones.add(step: step, [train, test, evaluation.quality])
    if settings.schedule.isDetailed(at: step) {
      representation.add(step: step, [evaluation.embeddings])
    }
  }

  /// The curves so far.
  var curves: [Curve] { metrics.curves + representation.curves }

  private static func accuracies(
    _ evaluation: AdditionEvaluation, _ settings: AdditionSettings
  ) -> (train: Double, test: Double) {
    (
      Double(evaluation.trainHits) / Double(settings.trainNum),
      Double(evaluation.testHits) / Double(settings.task.samples.count - settings.trainNum)
    )
  }

  /// The job's result after its last evaluation.
  func result(
    final evaluation: AdditionEvaluation, core: AdditionCore, settings: AdditionSettings
  ) -> JobResult {
    let task = settings.task
    let (train, test) = Self.accuracies(evaluation, settings)
    let equations = TrainingEquations(task, trainingSet: core.trainingSet)
    let effective = EffectiveLoss(
      task.parallelograms(among: core.trainingSet), symbols: task.symbols)
    let predicted = Representation(evaluation.embeddings, dimension: settings.dimension)
      .predictedAccuracy(task, trainingSet: core.trainingSet, tolerance: settings.tolerance)
    let hits = evaluation.trainHits + evaluation.testHits
    let steps = settings.schedule.steps
    let scalars: [JobResult.Scalar] = [
      .init("loss.final", evaluation.testLoss),
      .init("accuracy.final", test),
      .init("train.loss.final", evaluation.trainLoss),
      .init("train.accuracy.final", train),
      .init("rqi.final", evaluation.quality),
      .init("accuracy.all", Double(hits) / Double(task.samples.count)),
      .init("accuracy.predicted", predicted),
      .init("accuracy.ideal", equations.idealAccuracy),
      .init("freedom", Double(equations.freedom)),
      .init("mode.slowest", effective.slowestRate),
    ]
    return JobResult(
      scalars: scalars + milestones.scalars(steps: steps) + [
        .init("parameters", Double(settings.parameterCount)),
        .init("samples", Double(settings.trainNum)),
        .init("steps", Double(steps)),
      ], curves: curves)
  }

  /// Appends the record to a checkpoint.
  func write(to writer: inout ByteWriter) {
    metrics.write(to: &writer)
    representation.write(to: &writer)
    milestones.write(to: &writer)
  }

  /// Takes up the record of a checkpoint after `step` steps.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    try metrics.read(from: &reader, step: step)
    try representation.read(from: &reader, step: step)
    try milestones.read(from: &reader, step: step)
  }
}
