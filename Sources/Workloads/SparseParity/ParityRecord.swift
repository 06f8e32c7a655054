import Basics
import Kernels
import SweepModel
import Training

/// What a job has measured so far: its curves, its best loss and its early-stop state.
struct ParityRecord: Sendable {
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
  private(set) var stoppedEarly = false

  /// Takes in the evaluation after `step`; the training loss is in bits.
  mutating func add(
    _ evaluation: ParityEvaluation, step: Int, trainingLoss: Double, settings: ParitySettings
  ) {
    steps.append(step)
    losses.append(Float(evaluation.loss))
    standardErrors.append(Float(evaluation.standardError))
    accuracies.append(Float(evaluation.accuracy))
    trainingLosses.append(Float(trainingLoss))
    if evaluation.loss < minimum {
      minimum = evaluation.loss
      minimumStep = step
    }
    if settings.earlyStop {
      stoppedEarly = stopping.shouldStop(step: step, loss: evaluation.loss)
    }
    if settings.schedule.isDetailed(at: step) || stoppedEarly {
      detailedSteps.append(step)
      subtaskLosses += evaluation.subtaskLosses
      subtaskAccuracies += evaluation.subtaskAccuracies
    }
  }

  /// The job's result after its last evaluation.
  func result(
    final evaluation: ParityEvaluation, trainingLoss: Double, settings: ParitySettings
  ) -> JobResult {
    let last = steps.last ?? 0
    let learned = evaluation.subtaskLosses.count { $0 < SparseParity.learnedBits }
    return JobResult(
      scalars: [
        .init("loss.final", evaluation.loss),
        .init("loss.final.se", evaluation.standardError),
        .init("loss.min", minimum),
        .init("loss.min.step", Double(minimumStep)),
        .init("accuracy.final", evaluation.accuracy),
        .init("train.loss.final", trainingLoss),
        .init("subtasks.learned", Double(learned)),
        .init("parameters", Double(settings.shape.parameterCount)),
        .init("samples", Double(settings.distinctSamples(afterSteps: last))),
        .init("steps", Double(last)),
        .init("stopped.early", stoppedEarly ? 1 : 0),
      ], curves: curves(tasks: settings.shape.input.tasks))
  }

  /// The curves so far, of a job with `tasks` subtasks.
  func curves(tasks: Int) -> [Curve] {
    [
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

  /// Reads a record from a checkpoint of a job with `tasks` subtasks.
  init(from reader: inout ByteReader, tasks: Int) throws(ByteDamage) {
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
    let (rows, overflow) = detailedSteps.count.multipliedReportingOverflow(by: tasks)
    guard !overflow, scalarCurves.allSatisfy({ $0.count == steps.count }),
      subtaskLosses.count == rows, subtaskAccuracies.count == rows
    else { throw reader.damage("its curves have unequal lengths") }
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
