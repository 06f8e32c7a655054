import Basics
import Kernels
import SweepModel
import Training

/// What a job has measured so far: its curves, its best loss and its early-stop state.
struct ParityRecord<Settings: ParityProblem>: TrainingRecord {
  private let settings: Settings
  private(set) var steps: [Int] = []
  private var losses: [Float] = []
  private var standardErrors: [Float] = []
  private var accuracies: [Float] = []
  private var trainingLosses: [Float] = []
  private var detailedSteps: [Int] = []
  private var subtaskLosses: [Float] = []
  private var subtaskAccuracies: [Float] = []
  private var minimum = Double.infinity
  private var minimumStep = 0
  private var stopping = EarlyStopping()
  private(set) var isOver = false

  init(_ settings: Settings) { self.settings = settings }

  mutating func add(_ evaluation: ParityEvaluation, step: Int) {
    steps.append(step)
    losses.append(Float(evaluation.loss))
    standardErrors.append(Float(evaluation.standardError))
    accuracies.append(Float(evaluation.accuracy))
    trainingLosses.append(Float(evaluation.trainingLoss))
    if evaluation.loss < minimum {
      minimum = evaluation.loss
      minimumStep = step
    }
    if settings.earlyStop {
      isOver = stopping.shouldStop(step: step, loss: evaluation.loss)
    }
    if settings.schedule.isDetailed(at: step) || isOver {
      detailedSteps.append(step)
      subtaskLosses += evaluation.subtaskLosses
      subtaskAccuracies += evaluation.subtaskAccuracies
    }
  }

  /// A subtask counts as learned when its loss is below this, bits.
  private static var learnedBits: Float { 0.1 }

  func result(final evaluation: ParityEvaluation, step last: Int) -> JobResult {
    let learned = evaluation.subtaskLosses.count { $0 < Self.learnedBits }
    return JobResult(
      scalars: [
        .init("loss.final", evaluation.loss),
        .init("loss.final.se", evaluation.standardError),
        .init("loss.min", minimum),
        .init("loss.min.step", Double(minimumStep)),
        .init("accuracy.final", evaluation.accuracy),
        .init("train.loss.final", evaluation.trainingLoss),
        .init("subtasks.learned", Double(learned)),
        .init("parameters", Double(settings.shape.parameterCount)),
        .init("samples", Double(settings.distinctSamples(afterSteps: last))),
        .init("steps", Double(last)),
        .init("stopped.early", isOver ? 1 : 0),
      ], curves: curves)
  }

  var curves: [Curve] {
    let tasks = settings.tasks
    return [
      Curve(name: "loss", steps: steps, values: losses),
      Curve(name: "loss.se", steps: steps, values: standardErrors),
      Curve(name: "accuracy", steps: steps, values: accuracies),
      Curve(name: "train.loss", steps: steps, values: trainingLosses),
      Curve(name: "loss.subtasks", steps: detailedSteps, columns: tasks, values: subtaskLosses),
      Curve(
        name: "accuracy.subtasks", steps: detailedSteps, columns: tasks, values: subtaskAccuracies),
    ]
  }
}

extension ParityRecord {
  /// The latest loss; nil before the first evaluation.
  var lastLoss: LastMetric? {
    guard let step = steps.last, let loss = losses.last else { return nil }
    return LastMetric(name: "loss", step: step, value: Double(loss))
  }

  /// Appends the record to a checkpoint.
  func write(to writer: inout ByteWriter) {
    writer.write(steps)
    for curve in [losses, standardErrors, accuracies, trainingLosses] { writer.write(curve) }
    writer.write(detailedSteps)
    writer.write(subtaskLosses)
    writer.write(subtaskAccuracies)
    writer.write(minimum)
    writer.write(minimumStep)
    writer.write(stopping.rises)
    writer.write(stopping.lastLoss)
  }

  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    steps = try reader.integers()
    losses = try reader.reals()
    standardErrors = try reader.reals()
    accuracies = try reader.reals()
    trainingLosses = try reader.reals()
    detailedSteps = try reader.integers()
    subtaskLosses = try reader.reals()
    subtaskAccuracies = try reader.reals()
    minimum = try reader.double()
    minimumStep = try reader.integer()
    stopping = EarlyStopping(rises: try reader.integer(), lastLoss: try reader.double())
    let scalarCurves = [losses, standardErrors, accuracies, trainingLosses]
    let (rows, overflow) = detailedSteps.count.multipliedReportingOverflow(
      by: settings.tasks)
    guard !overflow, scalarCurves.allSatisfy({ $0.count == steps.count }),
      subtaskLosses.count == rows, subtaskAccuracies.count == rows
    else { throw reader.damage("its curves have unequal lengths") }
    guard (0...max(0, step)).contains(steps.last ?? 0) else {
      throw reader.damage("its curves do not fit its step \(step)")
    }
    guard Self.isAscending(steps), Self.isAscending(detailedSteps) else {
      throw reader.damage("its curves' steps do not ascend")
    }
    guard (0..<stopping.patience).contains(stopping.rises) else {
      throw reader.damage("\(stopping.rises) rises would have stopped it")
    }
  }

  private static func isAscending(_ steps: [Int]) -> Bool {
    zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
  }
}
