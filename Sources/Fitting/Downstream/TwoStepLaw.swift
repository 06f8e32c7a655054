import Glibc
public import SweepModel

/// A training run with the loss and the accuracy of a task.
public struct DownstreamRun: Hashable, Sendable {
  /// What the loss depends on, in the form's order: N and D.
  public let inputs: [Double]
  /// The task's loss, such as bits per byte of the right answer; above 0.
  public let loss: Double
  /// The task's accuracy, between 0 and 1.
  public let accuracy: Double

  /// Creates a run.
  public init(inputs: [Double], loss: Double, accuracy: Double) {
    self.inputs = inputs
    self.loss = loss
    self.accuracy = accuracy
  }
}

/// Accuracy from size in two steps: a scaling law of the task's loss, then a sigmoid of the loss
/// (Bhagia et al. 2024, *Establishing Task Scaling Laws via Compute-Efficient Model Ladders*,
/// arXiv:2412.04403).
///
/// **Errors are chained.** A resample draws places (runs of equal inputs together) and fits both steps
/// to it, so what the first step does not know moves through the second. A new run deviates from both
/// steps together: its interval adds, to every resample, the residuals of both steps of one drawn run,
/// widened by √(n/(n − p)) for what fitting has taken from them.
public struct TwoStepLaw: Hashable, Sendable {
  /// The first step, with its own intervals.
  public let loss: Fit
  /// The second step.
  public let accuracy: AccuracyCurve
  /// Chance, ceiling, k and L0 with their intervals; what was given has none.
  public let parameters: [Estimate]
  /// Root mean square of accuracy − sigmoid(measured loss).
  public let rmsAccuracy: Double
  /// Places, which are what is resampled.
  public let clusterCount: Int
  private let runs: [DownstreamRun]
  private let draws: [Draw]
  private let expansion: Double

  /// Both steps of a resample, and a run whose residuals a new one takes.
  private struct Draw: Hashable, Sendable {
    let loss: ScalingCurve
    let accuracy: AccuracyCurve
    let residual: Int
  }

  /// What the law says of a place.
  public struct Prediction: Hashable, Sendable {
    /// The place.
    public let inputs: [Double]
    /// The task's loss, with the 95 % intervals of the law and of a new run.
    public let loss: Interval
    /// The accuracy, likewise.
    public let accuracy: Interval
    /// For every input by how many decades it lies above the data, negative below; 0 inside.
    public let decadesOutside: [Double]
  }

  /// A number with two intervals.
  public struct Interval: Hashable, Sendable {
    /// The estimate.
    public let value: Double
    /// The law's 95 % interval.
    public let law: ClosedRange<Double>
    /// That of a new run.
    public let run: ClosedRange<Double>
  }

  /// Fits both steps.
  ///
  /// - Parameters:
  ///   - runs: Losses above 0, accuracies from 0 to 1.
  ///   - form: Of the first step.
  ///   - objective: Of the first step; the second is least squares of accuracies.
  ///   - chance: The accuracy of guessing; nil fits it.
  ///   - ceiling: The accuracy far below L0; nil fits it.
  ///   - resamples: 100 at least.
  ///   - seed: The resampling's seed.
  /// - Throws: ``TwoStepError``.
  public init(
    _ runs: [DownstreamRun], form: FitRequest.Form = .chinchilla,
    objective: FitRequest.Objective = .logLeastSquares, chance: Double? = nil,
    ceiling: Double? = nil, resamples: Int = 500, seed: UInt64 = 1
  ) throws(TwoStepError) {
    var numbers: [[Double]: Int] = [:]
    for run in runs where numbers[run.inputs] == nil { numbers[run.inputs] = numbers.count }
    func points(_ runs: [DownstreamRun]) -> [FitPoint] {
      runs.map { run in
        FitPoint(
          x: run.inputs[0], further: Array(run.inputs.dropFirst()), y: run.loss,
          cluster: numbers[run.inputs] ?? 0)
      }
    }
    do {
      loss = try Fitter.fit(
        points: points(runs), form: form, objective: objective,
        uncertainty: .bootstrap(resamples: max(100, resamples), seed: seed), selects: false)
    } catch {
      throw .loss(error)
    }
    guard
      let sigmoid = AccuracyCurve(
        losses: runs.map(\.loss), accuracies: runs.map(\.accuracy), chance: chance, ceiling: ceiling
      )
    else { throw .accuracy }
    let explained = Self.explained(
      by: sigmoid, runs, free: 2 + (chance == nil ? 1 : 0) + (ceiling == nil ? 1 : 0))
    guard explained >= 0.5 else { throw .noDependence(explained: explained) }
    accuracy = sigmoid
    self.runs = runs
    clusterCount = numbers.count
    let clusters = Dictionary(grouping: runs) { numbers[$0.inputs] ?? 0 }
      .sorted { $0.key < $1.key }.map(\.value)
    let needed = min(clusters.count, form.parameters.count + 2)
    var draws: [Draw] = []
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      guard let chosen = Self.draw(clusters.count, needed: needed, &generator) else { continue }
      let drawn = chosen.flatMap { clusters[$0] }
      guard
        let first = Self.refitted(loss, points(drawn), objective),
        let second = AccuracyCurve(
          losses: drawn.map(\.loss), accuracies: drawn.map(\.accuracy), chance: chance,
          ceiling: ceiling, near: sigmoid)
      else { continue }
      draws.append(
        Draw(
          loss: first, accuracy: second,
          residual: Int.random(in: runs.indices, using: &generator)))
    }
    guard draws.count >= 50 else { throw .fewResamples(draws.count) }
    self.draws = draws
    expansion =
      StudentT.quantile975(degrees: max(1, clusters.count - 1)) / StudentT.normal975
    let squares = runs.reduce(0) { sum, run in
      let r = run.accuracy - sigmoid.accuracy(at: run.loss)
      return sum + r * r
    }
    rmsAccuracy = (squares / Double(runs.count)).squareRoot()
    parameters = Self.estimates(
      sigmoid, draws.map(\.accuracy), expansion, holds: [chance != nil, ceiling != nil])
  }

  /// The first step of a resample, from the whole fit's optimum.
  private static func refitted(
    _ fit: Fit, _ points: [FitPoint], _ objective: FitRequest.Objective
  ) -> ScalingCurve? {
    let binding = Binding(points: points, form: fit.form, held: [:])
    let search = Search(form: fit.form, objective: objective)
    let model = binding.model
    let solution = search.run(
      search.problem(binding), near: model.theta(fit.parameters.map(\.value)),
      minimiser: Minimiser(model))
    let values = model.values(solution.theta)
    return values.allSatisfy { !$0.isNaN } ? ScalingCurve(form: fit.form, values: values) : nil
  }

  private static func draw(
    _ count: Int, needed: Int, _ generator: inout SplitMix64
  ) -> [Int]? {
    for _ in 0..<1000 {
      let drawn = (0..<count).map { _ in Int.random(in: 0..<count, using: &generator) }
      if Set(drawn).count >= needed { return drawn }
    }
    return nil
  }

  private static func estimates(
    _ curve: AccuracyCurve, _ drawn: [AccuracyCurve], _ expansion: Double, holds: [Bool]
  ) -> [Estimate] {
    let numbers: [(String, (AccuracyCurve) -> Double)] = [
      ("chance", { $0.chance }), ("ceiling", { $0.ceiling }), ("k", { $0.k }),
      ("L0", { $0.middle }),
    ]
    return numbers.enumerated().map { index, entry in
      let value = entry.1(curve)
      if index < 2, holds[index] { return Estimate(name: entry.0, value: value) }
      let values = drawn.map(entry.1).sorted()
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      var range = Bootstrap.interval(around: value, replicates: values, expansion: expansion)
      if index < 2 { range = max(0, range.lowerBound)...min(1, range.upperBound) }
      if index == 2 { range = max(0, range.lowerBound)...range.upperBound }
      return Estimate(
        name: entry.0, value: value,
        standardError: (squares / Double(values.count - 1)).squareRoot(), ci95: range)
    }
  }

  /// Resamples behind the intervals.
  public var resampleCount: Int { draws.count }

  /// Predicts loss and accuracy of a run.
  public func predict(at inputs: [Double]) -> Prediction {
    let value = loss.predictions(at: [inputs])[0]
    let losses = draws.map { $0.loss.prediction(at: inputs) }
    let (first, second) = residuals
    // A new run's deviations of both steps, of one run together.
    let newLosses = zip(draws, losses).map { $1 * exp(first[$0.residual]) }
    let accuracies = zip(draws, losses).map { $0.accuracy.accuracy(at: $1) }
    let newAccuracies = zip(draws, newLosses).map {
      min(1, max(0, $0.accuracy.accuracy(at: $1) + second[$0.residual]))
    }
    func interval(_ value: Double, _ drawn: [Double]) -> ClosedRange<Double> {
      Bootstrap.interval(
        around: value, replicates: drawn.filter(\.isFinite), expansion: expansion)
    }
    func bounded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      max(0, range.lowerBound)...min(1, max(0, range.upperBound))
    }
    let accuracy = accuracy.accuracy(at: value)
    let logs = interval(log(value), losses.map { log($0) })
    let newLogs = interval(log(value), newLosses.map { log($0) })
    return Prediction(
      inputs: inputs,
      loss: Interval(
        value: value, law: exp(logs.lowerBound)...exp(logs.upperBound),
        run: exp(newLogs.lowerBound)...exp(newLogs.upperBound)),
      accuracy: Interval(
        value: accuracy, law: bounded(interval(accuracy, accuracies)),
        run: bounded(interval(accuracy, newAccuracies))),
      decadesOutside: loss.predict(
        at: [inputs],
        points: runs.map { run in
          FitPoint(
            x: run.inputs[0], further: Array(run.inputs.dropFirst()), y: run.loss, cluster: 0)
        })[0].decadesOutside)
  }

  /// ln loss − ln law and accuracy − sigmoid(loss) of every run, centred and widened.
  private var residuals: ([Double], [Double]) {
    let fitted = loss.predictions(at: runs.map(\.inputs))
    let first = zip(runs, fitted).map { log($0.loss) - log($1) }
    let second = runs.map { $0.accuracy - accuracy.accuracy(at: $0.loss) }
    let n = Double(runs.count)
    func widened(_ values: [Double], _ parameters: Int) -> [Double] {
      let mean = values.reduce(0, +) / n
      let factor = (n / max(1, n - Double(parameters))).squareRoot()
      return values.map { ($0 - mean) * factor }
    }
    let free = loss.form.parameters.count - loss.held.count
    return (widened(first, free), widened(second, parameters.count { $0.ci95 != nil }))
  }
}

extension TwoStepLaw {
  /// The share of the accuracies' variance that a sigmoid explains, both divided by their degrees of
  /// freedom (the adjusted R²); below 0 for one that is worse than a constant.
  fileprivate static func explained(
    by curve: AccuracyCurve, _ runs: [DownstreamRun], free: Int
  ) -> Double {
    let mean = runs.reduce(0) { $0 + $1.accuracy } / Double(runs.count)
    func squares(_ residual: (DownstreamRun) -> Double) -> Double {
      runs.reduce(0) { $0 + residual($1) * residual($1) }
    }
    let total = squares { $0.accuracy - mean } / Double(max(1, runs.count - 1))
    let left =
      squares { $0.accuracy - curve.accuracy(at: $0.loss) } / Double(max(1, runs.count - free))
    return total > 0 ? 1 - left / total : 0
  }
}

/// Why there is no two-step law.
public enum TwoStepError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The first step.
  case loss(FitError)
  /// The second step.
  case accuracy
  /// The sigmoid explains less than half of the accuracies' variance, adjusted for its free numbers:
  /// where all are at chance, say, ceiling and midpoint can be anything.
  case noDependence(explained: Double)
  /// Too few resamples could be fitted.
  case fewResamples(Int)

  /// What is wrong, then the remedy.
  public var description: String {
    switch self {
    case .loss(let error): "The first step, the law of the loss, has no fit. \(error.description)"
    case .accuracy:
      "The second step, the sigmoid of the loss, has fewer different losses than free numbers. Add runs, "
        + "or give chance and ceiling."
    case .noDependence(let explained):
      "The second step has no sigmoid: over these losses it explains "
        + "\(Int((100 * max(0, explained)).rounded(.down))) % of the accuracies' variance. Add runs whose "
        + "accuracy is above chance, or look at what was given for chance and ceiling."
    case .fewResamples(let count):
      "Only \(count) resamples could be fitted, too few for an interval. Add runs."
    }
  }
}
