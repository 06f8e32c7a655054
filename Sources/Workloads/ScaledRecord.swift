import Basics
import SweepModel
import Training

/// What an evaluation of such a job finds on training and test samples.
struct ScaledEvaluation: Sendable {
  var trainLoss = 0.0
  var testLoss = 0.0
  /// Fractions of the samples that are right.
  var trainAccuracy = 0.0
  var testAccuracy = 0.0
  /// √Σ w² over weights and biases.
  var norm = 0.0

  /// Throws unless both losses are numbers.
  func requireFinite(after step: Int) throws {
    guard !trainLoss.isFinite || !testLoss.isFinite else { return }
    throw JobFailure(
      "Training diverged: the loss is no finite number after step \(step). "
        + "Lower learningRate, weightDecay or alpha.")
  }
}

/// What a job of *Omnigrok* has measured so far: curves, the best of each metric, thresholds.
struct ScaledRecord: Sendable {
  private var metrics = CurveRecord([
    "loss", "accuracy", "train.loss", "train.accuracy", "norm",
  ])
  private var milestones: Milestones
  /// Smallest losses, largest accuracies: test, then training.
  private var best = [Double.infinity, 0, .infinity, 0]

  /// The parameters that say when `steps.train` and `steps.test` count as reached.
  static func thresholds(train: Double, test: Double) -> [ParameterSpec] {
    [("train", "Training", train), ("test", "Test", test)].map { name, title, value in
      ParameterSpec(
        "\(name)Threshold", .real(0...1), default: .real(value),
        "\(title) accuracy at which steps.\(name) counts as reached.")
    }
  }

  /// The goals that these parameters set.
  static func goals(_ parameters: Parameters) -> [Milestones.Goal] {
    ["train", "test"].map {
      Milestones.Goal(name: $0, threshold: parameters.real("\($0)Threshold"))
    }
  }

  /// Nothing yet.
  init(goals: [Milestones.Goal]) { milestones = Milestones(goals) }

  /// Takes in the evaluation after `step`.
  mutating func add(_ evaluation: ScaledEvaluation, step: Int) {
    let row = [
      evaluation.testLoss, evaluation.testAccuracy, evaluation.trainLoss,
      evaluation.trainAccuracy, evaluation.norm,
    ]
    metrics.add(step: step, row.map { [$0] })
    milestones.add(step: step, [evaluation.trainAccuracy, evaluation.testAccuracy])
    for (index, value) in row[..<4].enumerated() {
      best[index] = index % 2 == 0 ? min(best[index], value) : max(best[index], value)
    }
  }

  /// The curves so far.
  var curves: [Curve] { metrics.curves }

  /// The first evaluated step at which test accuracy had reached nine tenths of its final value.
  private var stepsToNineTenths: Int {
    let accuracy = metrics.curves[1]
    guard let final = accuracy.values.last,
      let index = accuracy.values.firstIndex(where: { $0 >= 0.9 * final })
    else { return 0 }
    return accuracy.steps[index]
  }

  /// The job's result after its last evaluation, at step `steps`.
  func result(
    final evaluation: ScaledEvaluation, initialNorm: Double, parameters: Int, samples: Int,
    steps: Int
  ) -> JobResult {
    let scalars: [JobResult.Scalar] = [
      .init("loss.final", evaluation.testLoss),
      .init("loss.min", best[0]),
      .init("accuracy.final", evaluation.testAccuracy),
      .init("accuracy.max", best[1]),
      .init("train.loss.final", evaluation.trainLoss),
      .init("train.loss.min", best[2]),
      .init("train.accuracy.final", evaluation.trainAccuracy),
      .init("train.accuracy.max", best[3]),
      .init("norm.initial", initialNorm),
      .init("norm.final", evaluation.norm),
    ]
    return JobResult(
      scalars: scalars + milestones.scalars(steps: steps) + [
        .init("steps.test.nineTenths", Double(stepsToNineTenths)),
        .init("parameters", Double(parameters)),
        .init("samples", Double(samples)),
        .init("steps", Double(steps)),
      ], curves: curves)
  }

  /// Appends the record to a checkpoint.
  func write(to writer: inout ByteWriter) {
    metrics.write(to: &writer)
    milestones.write(to: &writer)
    for value in best { writer.write(value) }
  }

  /// Takes up the record of a checkpoint after `step` steps.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    try metrics.read(from: &reader, step: step)
    try milestones.read(from: &reader, step: step)
    for index in best.indices { best[index] = try reader.double() }
  }
}
