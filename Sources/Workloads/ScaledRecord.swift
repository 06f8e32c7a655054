import Basics
import SweepModel
import Training

/// What an evaluation of such a job finds: mean losses, and fractions of the samples that are right.
struct ScaledEvaluation: TrainingEvaluation {
  let train: (loss: Double, accuracy: Double)
  let test: (loss: Double, accuracy: Double)
  /// √Σ w² over weights and biases, now and at the start.
  let norm: Double
  let initialNorm: Double
  /// True where a running job shows its accuracy.
  var showsAccuracy = false

  var loss: Double { test.loss }
  var isFinite: Bool { train.loss.isFinite && test.loss.isFinite }
  var progress: (metric: String, value: Double) {
    showsAccuracy ? ("accuracy", test.accuracy) : ("loss", test.loss)
  }
}

/// What the record of such a job depends on.
protocol ScaledSettings: TrainingSettings {
  var goals: [Milestones.Goal] { get }
  /// Trainable parameters.
  var parameterCount: Int { get }
  /// Training samples.
  var trainNum: Int { get }
}

/// What a job of *Omnigrok* has measured so far: curves, the best of each metric, thresholds.
struct ScaledRecord<Settings: ScaledSettings>: TrainingRecord {
  private let settings: Settings
  private var metrics = CurveRecord([
    "loss", "accuracy", "train.loss", "train.accuracy", "norm",
  ])
  private var milestones: Milestones
  /// Smallest losses, largest accuracies: test, then training.
  private var best = [Double.infinity, 0, .infinity, 0]

  init(_ settings: Settings) {
    self.settings = settings
    milestones = Milestones(settings.goals)
  }

  mutating func add(_ evaluation: ScaledEvaluation, step: Int) {
    let (train, test) = (evaluation.train, evaluation.test)
    let row = [test.loss, test.accuracy, train.loss, train.accuracy, evaluation.norm]
    metrics.add(step: step, row.map { [$0] })
    milestones.add(step: step, [train.accuracy, test.accuracy])
    for (index, value) in row[..<4].enumerated() {
      best[index] = index % 2 == 0 ? min(best[index], value) : max(best[index], value)
    }
  }

  var curves: [Curve] { metrics.curves }

  /// The first evaluated step at which test accuracy had reached nine tenths of its final value.
  private var stepsToNineTenths: Int {
    let accuracy = metrics.curves[1]
    guard let final = accuracy.values.last,
      let index = accuracy.values.firstIndex(where: { $0 >= 0.9 * final })
    else { return 0 }
    return accuracy.steps[index]
  }

  func result(final evaluation: ScaledEvaluation, step: Int) -> JobResult {
    let (train, test) = (evaluation.train, evaluation.test)
    let scalars: [JobResult.Scalar] = [
      .init("loss.final", test.loss),
      .init("loss.min", best[0]),
      .init("accuracy.final", test.accuracy),
      .init("accuracy.max", best[1]),
      .init("train.loss.final", train.loss),
      .init("train.loss.min", best[2]),
      .init("train.accuracy.final", train.accuracy),
      .init("train.accuracy.max", best[3]),
      .init("norm.initial", evaluation.initialNorm),
      .init("norm.final", evaluation.norm),
    ]
    return JobResult(
      scalars: scalars + milestones.scalars(steps: step) + [
        .init("steps.test.nineTenths", Double(stepsToNineTenths)),
        .init("parameters", Double(settings.parameterCount)),
        .init("samples", Double(settings.trainNum)),
        .init("steps", Double(step)),
      ], curves: curves)
  }

  func write(to writer: inout ByteWriter) {
    metrics.write(to: &writer)
    milestones.write(to: &writer)
    for value in best { writer.write(value) }
  }

  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    try metrics.read(from: &reader, step: step)
    try milestones.read(from: &reader, step: step)
    for index in best.indices { best[index] = try reader.double() }
  }
}
