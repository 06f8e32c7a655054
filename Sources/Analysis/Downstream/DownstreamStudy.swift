import Basics
public import Fitting
public import SweepModel
public import Tables

/// Accuracy against size in two steps over the rows of a table: a law of the loss, then a sigmoid.
public struct DownstreamStudy: Hashable, Sendable {
  /// The columns of the first step's inputs, such as N and D.
  public let inputs: [String]
  /// The column of the task's loss.
  public let loss: String
  /// The column of its accuracy.
  public let accuracy: String
  /// The first step's form.
  public let form: FitRequest.Form
  /// The first step's objective.
  public let objective: FitRequest.Objective
  /// The accuracy of guessing; nil fits it.
  public let chance: Double?
  /// The accuracy far below; nil fits it.
  public let ceiling: Double?
  /// Rows are taken where all hold.
  public let filters: [RowCondition]
  /// So many places with the largest product of inputs are held out and predicted.
  public let heldOut: Int
  /// Further places that are predicted.
  public let places: [[Double]]

  /// Creates a study.
  public init(
    inputs: [String], loss: String, accuracy: String, form: FitRequest.Form = .chinchilla,
    objective: FitRequest.Objective = .logLeastSquares, chance: Double? = nil,
    ceiling: Double? = nil, filters: [RowCondition] = [], heldOut: Int = 0,
    places: [[Double]] = []
  ) {
    self.inputs = inputs
    self.loss = loss
    self.accuracy = accuracy
    self.form = form
    self.objective = objective
    self.chance = chance
    self.ceiling = ceiling
    self.filters = filters
    self.heldOut = heldOut
    self.places = places
  }

  /// Fits both steps. Rows without a value are left out and counted.
  ///
  /// - Throws: ``TableError`` for an unknown column, a field that is no positive number or an accuracy
  ///   above 1, ``HoldOutError`` where too few places are left, `TwoStepError` or ``NoRowsError`` where there is no law.
  public func report(
    over table: Table, resamples: Int = 1000, seed: UInt64 = 1
  ) throws -> DownstreamReport {
    let taken = try PositiveRows(inputs + [loss, accuracy], of: table, filters: filters)
    if let error = NoRowsError(taken, names: inputs + [loss, accuracy]) { throw error }
    let column = try table.column(accuracy)
    for (values, row) in zip(taken.numbers, taken.rows) where values[values.count - 1] > 1 {
      throw table.error(
        row, column,
        "Column \(accuracy) has \(table.text(row, column)), and an accuracy lies between 0 and 1. "
          + "Divide percentages by 100.")
    }
    let runs = taken.numbers.map { values in
      DownstreamRun(
        inputs: Array(values.prefix(inputs.count)), loss: values[inputs.count],
        accuracy: values[inputs.count + 1])
    }
    func size(_ place: [Double]) -> Double { place.reduce(1, *) }
    let places = Set(runs.map(\.inputs)).sorted { size($0) > size($1) }
    let needed = TwoStepLaw.neededPlaces(form, chance: chance, ceiling: ceiling)
    if heldOut > 0, places.count - heldOut < needed {
      throw HoldOutError(heldOut: heldOut, places: places.count, form: form, needed: needed)
    }
    let largest = Array(places.prefix(heldOut))
    let law = try TwoStepLaw(
      runs.filter { !largest.contains($0.inputs) }, form: form, objective: objective,
      chance: chance, ceiling: ceiling, resamples: resamples, seed: seed)
    return DownstreamReport(
      source: table.origin, study: self, runs: runs.filter { !largest.contains($0.inputs) },
      leftOut: taken.leftOut, seed: seed, law: law,
      heldOut: runs.filter { largest.contains($0.inputs) }.map {
        DownstreamReport.HeldOut(run: $0, prediction: law.predict(at: $0.inputs))
      }, predictions: self.places.map { law.predict(at: $0) })
  }
}

/// More places are held out than the law can do without.
public struct HoldOutError: Error, Hashable, Sendable, CustomStringConvertible {
  let heldOut: Int
  let places: Int
  let form: FitRequest.Form
  let needed: Int

  /// What is wrong, then the remedy.
  public var description: String {
    "--hold-out \(heldOut) leaves \(max(0, places - heldOut)) of \(counted(places, "place")), and two steps, "
      + "the first of form \(form.rawValue), need \(needed). "
      + (places > needed ? "Hold out \(places - needed) at most." : "Hold out none.")
  }
}

/// A two-step law with what it predicts.
public struct DownstreamReport: Hashable, Sendable {
  /// The file.
  public let source: String
  /// What was asked for.
  public let study: DownstreamStudy
  /// The rows that were fitted.
  public let runs: [DownstreamRun]
  /// Rows without a value.
  public let leftOut: Int
  /// The resampling's seed.
  public let seed: UInt64
  /// What came out.
  public let law: TwoStepLaw
  /// The runs that were held out.
  public let heldOut: [HeldOut]
  /// The places that were asked for.
  public let predictions: [TwoStepLaw.Prediction]

  /// A run that was predicted without it.
  public struct HeldOut: Hashable, Sendable {
    /// The run.
    public let run: DownstreamRun
    /// What the others say of it.
    public let prediction: TwoStepLaw.Prediction

    /// Predicted less measured accuracy; 0 where they are equal to rounding.
    public var error: Double {
      let error = prediction.accuracy.value - run.accuracy
      return abs(error) <= Self.rounding * abs(run.accuracy) ? 0 : error
    }
    /// True where the interval of a new run holds the measured accuracy.
    public var isHeld: Bool { error == 0 || prediction.accuracy.run.contains(run.accuracy) }
    /// What a search leaves of exact data, whose interval has no width.
    private static let rounding = 1e-9
  }

  /// As a JSON encoder writes it.
  public var document: any Encodable & Sendable { DownstreamDocument(self) }
}

private struct DownstreamDocument: Encodable, Sendable {
  struct Number: Encodable, Sendable {
    let value: Double
    let ci95: [Double?]
    let run95: [Double?]

    init(_ interval: TwoStepLaw.Interval) {
      value = interval.value
      ci95 = [finite(interval.law.lowerBound), finite(interval.law.upperBound)]
      run95 = [finite(interval.run.lowerBound), finite(interval.run.upperBound)]
    }
  }

  struct Prediction: Encodable, Sendable {
    let at: [String: Double]
    let decadesOutside: [String: Double]
    let loss: Number
    let accuracy: Number
    var measured: [String: Double]?
    var error: Double?
    var isHeld: Bool?

    init(_ prediction: TwoStepLaw.Prediction, _ names: [String]) {
      at = unique(zip(names, prediction.inputs).map { ($0, $1) })
      decadesOutside = unique(zip(names, prediction.decadesOutside).map { ($0, $1) })
      loss = Number(prediction.loss)
      accuracy = Number(prediction.accuracy)
    }
  }

  let kind = "downstream"
  let version = quantaVersion
  let source: String
  let n: Int
  let leftOut: Int
  let clusters: Int
  let resamples: Int
  let seed: UInt64
  let form: String
  let loss: [String: EstimateDocument]
  let accuracy: [String: EstimateDocument]
  let rmsAccuracy: Double
  let heldOut: [Prediction]
  let predictions: [Prediction]

  enum CodingKeys: String, CodingKey {
    case kind, version, source, n, leftOut, clusters, resamples, seed, form, loss, accuracy,
      rmsAccuracy
    case heldOut, predictions
  }

  init(_ report: DownstreamReport) {
    let names = report.study.inputs
    source = report.source
    n = report.runs.count
    leftOut = report.leftOut
    clusters = report.law.clusterCount
    resamples = report.law.resampleCount
    seed = report.seed
    form = report.study.form.rawValue
    loss = unique(report.law.loss.parameters.map { ($0.name, EstimateDocument($0)) })
    accuracy = unique(report.law.parameters.map { ($0.name, EstimateDocument($0)) })
    rmsAccuracy = report.law.rmsAccuracy
    heldOut = report.heldOut.map { entry in
      var prediction = Prediction(entry.prediction, names)
      prediction.measured = ["loss": entry.run.loss, "accuracy": entry.run.accuracy]
      prediction.error = entry.error
      prediction.isHeld = entry.isHeld
      return prediction
    }
    predictions = report.predictions.map { Prediction($0, names) }
  }
}
