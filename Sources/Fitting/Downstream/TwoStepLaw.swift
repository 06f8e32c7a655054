import Basics
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
/// widened by √(n/(n − p)) for what fitting has taken from them. With few places beside free numbers
/// deviations are drawn instead of places (see ``PlaceNoise``).
public struct TwoStepLaw: Hashable, Sendable {
  /// The first step, with its own intervals.
  public let loss: Fit
  /// The second step.
  public let accuracy: AccuracyCurve
  /// Chance, ceiling, k and L0 with their intervals; what was given has none.
  public let parameters: [Estimate]
  /// Root mean square of accuracy − sigmoid(measured loss).
  public let rmsAccuracy: Double
  /// Places.
  public let clusterCount: Int
  /// True where places are resampled, false where they are too few and deviations are drawn.
  public let resamplesPlaces: Bool
  /// What a reader must know of the second step.
  public let warnings: [FitWarning]
  private let runs: [DownstreamRun]
  private let draws: [Draw]
  private let expansion: Double

  /// Both steps of a resample, and how a new run deviates from them.
  private struct Draw: Hashable, Sendable {
    let loss: ScalingCurve
    let accuracy: AccuracyCurve
    let newLoss: Double
    let newAccuracy: Double
  }

  /// Places that a law needs: two more than a step's free numbers.
  public static func neededPlaces(
    _ form: FitRequest.Form, chance: Double?, ceiling: Double?
  ) -> Int { max(form.parameters.count, free(chance, ceiling)) + 2 }

  private static func free(_ chance: Double?, _ ceiling: Double?) -> Int {
    2 + (chance == nil ? 1 : 0) + (ceiling == nil ? 1 : 0)
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
    let needed = Self.neededPlaces(form, chance: chance, ceiling: ceiling)
    guard numbers.count >= needed else { throw .fewPlaces(numbers.count, needed: needed, form) }
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
    let free = Self.free(chance, ceiling)
    let explained = Self.explained(by: sigmoid, runs, free: free)
    guard explained >= 0.5 else { throw .noDependence(explained: explained) }
    accuracy = sigmoid
    self.runs = runs
    clusterCount = numbers.count
    let clusters = Dictionary(grouping: runs) { numbers[$0.inputs] ?? 0 }
      .sorted { $0.key < $1.key }.map(\.value)
    resamplesPlaces = clusters.count >= max(form.parameters.count, free) + PlaceNoise.enough
    let drawing = Drawing(
      loss: loss, accuracy: sigmoid, clusters: clusters, free: (form.parameters.count, free))
    var draws: [Draw] = []
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      guard
        let drawn = resamplesPlaces
          ? drawing.places(needed: form.parameters.count + 2, &generator)
          : drawing.deviations(&generator),
        let first = Self.refitted(loss, points(drawn.runs), objective),
        let second = AccuracyCurve(
          losses: drawn.runs.map(\.loss), accuracies: drawn.runs.map(\.accuracy), chance: chance,
          ceiling: ceiling, near: sigmoid)
      else { continue }
      draws.append(
        Draw(
          loss: first, accuracy: second, newLoss: drawn.new.loss, newAccuracy: drawn.new.accuracy))
    }
    guard draws.count >= 50 else { throw .fewResamples(draws.count) }
    self.draws = draws
    expansion =
      resamplesPlaces
      ? StudentT.quantile975(degrees: max(1, clusters.count - 1)) / StudentT.normal975 : 1
    let squares = runs.reduce(0) { sum, run in
      let r = run.accuracy - sigmoid.accuracy(at: run.loss)
      return sum + r * r
    }
    rmsAccuracy = (squares / Double(runs.count)).squareRoot()
    parameters = Self.estimates(
      sigmoid, draws.map(\.accuracy), expansion, holds: [chance != nil, ceiling != nil], runs)
    warnings = Self.warnings(parameters)
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

  private static func estimates(
    _ curve: AccuracyCurve, _ drawn: [AccuracyCurve], _ expansion: Double, holds: [Bool],
    _ runs: [DownstreamRun]
  ) -> [Estimate] {
    let limits = IdentifiedSigmoid(curve, runs, holds: holds)
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
        standardError: (squares / Double(values.count - 1)).squareRoot(), ci95: range,
        isIdentified: limits.identifies(index, range))
    }
  }

  /// False where the data do not determine the loss or a number of the sigmoid.
  public var isIdentified: Bool { loss.isIdentified && parameters.allSatisfy(\.isIdentified) }

  /// Resamples behind the intervals.
  public var resampleCount: Int { draws.count }

  /// Predicts loss and accuracy of a run.
  public func predict(at inputs: [Double]) -> Prediction {
    let value = loss.predictions(at: [inputs])[0]
    let losses = draws.map { $0.loss.prediction(at: inputs) }
    // A new run's deviations of both steps, of one run together.
    let newLosses = zip(draws, losses).map { $1 * exp($0.newLoss) }
    let accuracies = zip(draws, losses).map { $0.accuracy.accuracy(at: $1) }
    let newAccuracies = zip(draws, newLosses).map {
      min(1, max(0, $0.accuracy.accuracy(at: $1) + $0.newAccuracy))
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
  /// Fewer places than a law with intervals needs.
  case fewPlaces(Int, needed: Int, FitRequest.Form)
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
    case .fewPlaces(let count, let needed, let form):
      "There \(count == 1 ? "is" : "are") \(counted(count, "place")), and two steps of which the form "
        + "\(form.rawValue) is the first need \(needed): two more than a step's free numbers, or nothing "
        + "tells how far off they are. Add runs of other sizes, or give --chance or --ceiling where the "
        + "sigmoid has more free numbers than the form."
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
