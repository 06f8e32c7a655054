import Basics
import Grokking
import SweepModel
import Training

/// What a job has measured so far: curves, embeddings and thresholds.
struct AdditionRecord: TrainingRecord {
  private let settings: AdditionSettings
  private var metrics = CurveRecord([
    "loss", "accuracy", "train.loss", "train.accuracy", "rqi", "effective.loss",
  ])
  private var representation: CurveRecord
  private var milestones: Milestones

  init(_ settings: AdditionSettings) {
    self.settings = settings
    representation = CurveRecord(
      ["representation"], columns: settings.task.symbols * settings.dimension)
    milestones = Milestones(settings.goals)
  }

  mutating func add(_ evaluation: AdditionEvaluation, step: Int) {
    let (train, test) = accuracies(evaluation)
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

  var curves: [Curve] { metrics.curves + representation.curves }

  private func accuracies(_ evaluation: AdditionEvaluation) -> (train: Double, test: Double) {
    (
      Double(evaluation.trainHits) / Double(settings.trainNum),
      Double(evaluation.testHits) / Double(settings.task.samples.count - settings.trainNum)
    )
  }

  func result(final evaluation: AdditionEvaluation, step: Int) -> JobResult {
    let (task, trainingSet) = (settings.task, settings.trainingSet)
    let (train, test) = accuracies(evaluation)
    let equations = TrainingEquations(task, trainingSet: trainingSet)
    let effective = EffectiveLoss(task.parallelograms(among: trainingSet), symbols: task.symbols)
    let predicted = Representation(evaluation.embeddings, dimension: settings.dimension)
      .predictedAccuracy(task, trainingSet: trainingSet, tolerance: settings.tolerance)
    let hits = evaluation.trainHits + evaluation.testHits
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
      scalars: scalars + milestones.scalars(steps: step) + [
        .init("parameters", Double(settings.parameterCount)),
        .init("samples", Double(settings.trainNum)),
        .init("steps", Double(step)),
      ], curves: curves)
  }

  func write(to writer: inout ByteWriter) {
    metrics.write(to: &writer)
    representation.write(to: &writer)
    milestones.write(to: &writer)
  }

  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    try metrics.read(from: &reader, step: step)
    try representation.read(from: &reader, step: step)
    try milestones.read(from: &reader, step: step)
  }
}
