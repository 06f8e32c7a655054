public import Fitting
import SweepModel
public import Tables

/// Best settings against scale over the rows of a table: `--minimum-over lr --x params`.
public struct MinimumStudy: Hashable, Sendable {
  /// The columns of scales, such as N and D.
  public let scales: [String]
  /// The columns of settings, one or two.
  public let settings: [String]
  /// The column of the metric.
  public let y: String
  /// Rows are taken where all hold.
  public let filters: [RowCondition]
  /// Scales at which the best settings are told.
  public let places: [[Double]]

  /// Creates a study.
  public init(
    scales: [String], settings: [String], y: String, filters: [RowCondition] = [],
    places: [[Double]] = []
  ) {
    self.scales = scales
    self.settings = settings
    self.y = y
    self.filters = filters
    self.places = places
  }

  /// Finds the law. Rows without a value are left out and counted.
  ///
  /// - Throws: ``TableError`` for an unknown column or a field that is no positive number, and
  ///   `MinimumLawError` or ``NoRowsError`` where the rows carry no law.
  public func report(
    over table: Table, resamples: Int = 2000, seed: UInt64 = 1
  ) throws -> MinimumReport {
    let taken = try PositiveRows(scales + settings + [y], of: table, filters: filters)
    if let error = NoRowsError(taken, names: scales + settings + [y]) { throw error }
    let runs = taken.numbers.map { values in
      MinimumRun(
        scales: Array(values.prefix(scales.count)),
        settings: Array(values[scales.count..<(values.count - 1)]), y: values[values.count - 1])
    }
    let law = try MinimumLaw(
      runs, scaleNames: scales, settingNames: settings, yName: y, resamples: resamples,
      seed: seed)
    return MinimumReport(
      source: table.origin, study: self, runs: runs, leftOut: taken.leftOut, seed: seed, law: law)
  }
}

/// Best settings against scale.
public struct MinimumReport: Hashable, Sendable {
  /// The file.
  public let source: String
  /// What was asked for.
  public let study: MinimumStudy
  /// The rows that took part.
  public let runs: [MinimumRun]
  /// Rows without a value.
  public let leftOut: Int
  /// The resampling's seed.
  public let seed: UInt64
  /// What came out.
  public let law: MinimumLaw

  /// As a JSON encoder writes it.
  public var document: any Encodable & Sendable { MinimumDocument(self) }
}

private struct MinimumDocument: Encodable, Sendable {
  struct Law: Encodable, Sendable {
    let setting: String
    let exponents: [String: EstimateDocument]
    let log10k: EstimateDocument
    let best: [Best]
  }

  struct Best: Encodable, Sendable {
    let at: [String: Double]
    let best: EstimateDocument
  }

  struct Scale: Encodable, Sendable {
    let at: [String: Double]
    let n: Int
    let best: [String: Double]?
    let minimum: Double?
    let curvature: [[Double]]?
    let leftOut: String?
  }

  struct Warning: Encodable, Sendable {
    let code: String
    let message: String
  }

  let kind = "optimum"
  let version = quantaVersion
  let source: String
  let form = "minimum-over"
  let y: String
  let n: Int
  let leftOut: Int
  let resamples: Int
  let seed: UInt64
  let laws: [Law]
  let scales: [Scale]
  let warnings: [Warning]

  enum CodingKeys: String, CodingKey {
    case kind, version, source, form, y, n, leftOut, resamples, seed, laws, scales, warnings
  }

  init(_ report: MinimumReport) {
    let study = report.study
    source = report.source
    y = study.y
    n = report.runs.count
    leftOut = report.leftOut
    resamples = report.law.resampleCount
    seed = report.seed
    laws = zip(study.settings, report.law.laws).map { setting, law in
      Law(
        setting: setting,
        exponents: unique(
          zip(study.scales, law.exponents).map { ($0, EstimateDocument($1)) }),
        log10k: EstimateDocument(law.intercept),
        best: study.places.map { place in
          Best(
            at: unique(zip(study.scales, place).map { ($0, $1) }),
            best: EstimateDocument(law.best(at: place)))
        })
    }
    scales = report.law.scales.map { scale in
      let at = unique(zip(study.scales, scale.values).map { ($0, $1) })
      switch scale.outcome {
      case .minimum(let settings, let minimum, let curvature):
        return Scale(
          at: at, n: scale.count, best: unique(zip(study.settings, settings).map { ($0, $1) }),
          minimum: minimum, curvature: curvature, leftOut: nil)
      case .leftOut(let reason), .misfit(let reason):
        return Scale(
          at: at, n: scale.count, best: nil, minimum: nil, curvature: nil, leftOut: reason)
      }
    }
    warnings = report.law.warnings.map { Warning(code: $0.code.rawValue, message: $0.message) }
  }
}
