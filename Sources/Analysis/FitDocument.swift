import Fitting
import SweepModel

extension FitReport {
  /// Each group as a JSON encoder writes it, in order: the hash of its points and the rules that
  /// took them (see ``FitGroup/dataHash`` and ``PointRules``); what was asked for; the objective with its
  /// value; parameters and derived quantities with standard errors and intervals; minima, warnings
  /// and criteria; the theory; the completeness with every missing point; what was left out.
  public var documents: [any Encodable & Sendable] { groups.map { FitDocument(self, $0) } }

  /// The only group's document, or `{"groups": […]}` where the fit is split.
  public var document: any Encodable & Sendable {
    if request.by.isEmpty, let only = groups.first { return FitDocument(self, only) }
    return SplitDocument(groups: groups.map { FitDocument(self, $0) })
  }
}

private struct SplitDocument: Encodable, Sendable {
  let groups: [FitDocument]
}

/// The JSON shape of a fit. Names are part of the command line's promise.
private struct FitDocument: Encodable, Sendable {
  let kind = "fit"
  let version: String
  let source: String
  let dataHash: String
  let filters: Filters
  let name: String
  let x: [String]
  let y: String
  let by: [String: String]
  let form: String
  let formula: String
  let held: [String: Double]
  let objective: ObjectiveDocument
  let n: Int
  /// Those of the n points that are upper bounds.
  let upperBounds: Int
  let parameters: [String: EstimateDocument]
  let converged: Bool
  let scaledGradientNorm: Double?
  let starts: Starts?
  let minima: [MinimumDocument]
  let warnings: [WarningDocument]
  let derived: [String: EstimateDocument]
  let selection: SelectionDocument?
  let comparison: ComparisonDocument?
  let distinctX: Int?
  let clusters: Int?
  let xRange: [Double]?
  let rmsLogResidual: Double?
  let covariance: Covariance?
  let intervals: Intervals?
  let refused: String?
  let theory: Theory?
  let grid: CompletenessDocument?
  let leftOut: [LeftOut]
  let notes: [String]

  init(_ report: FitReport, _ group: FitGroup) {
    let request = report.request
    let fit = group.fit
    version = quantaVersion
    source = report.source
    dataHash = group.dataHash
    filters = Filters(group.rules)
    name = request.name
    x = request.inputs
    y = request.y
    by = unique(group.labels.map { ($0.name, $0.value) })
    form = request.form.rawValue
    formula = request.form.formula
    held = request.held
    objective = ObjectiveDocument(
      name: request.objective.name, delta: request.objective.delta,
      value: finite(fit?.objectiveValue))
    n = fit?.pointCount ?? group.points.count
    upperBounds = group.points.count { $0.isUpperBound }
    parameters = unique(
      (fit?.parameters ?? []).map {
        ($0.name, EstimateDocument($0, held: request.held[$0.name] != nil))
      })
    converged = fit?.converged ?? false
    scaledGradientNorm = finite(fit?.scaledGradientNorm)
    starts = fit.map { Starts(count: $0.startCount, reached: $0.reachedCount) }
    minima = fit.map { fit in fit.minima.map { MinimumDocument($0, of: fit.form) } } ?? []
    warnings = group.allWarnings.map {
      WarningDocument(code: $0.code.rawValue, message: $0.message)
    }
    derived = unique((fit?.derived ?? []).map { ($0.name, EstimateDocument($0)) })
    selection = fit?.selection.map(SelectionDocument.init)
    comparison = fit?.comparison.map(ComparisonDocument.init)
    distinctX = fit?.distinctX
    clusters = fit?.clusterCount
    xRange = fit.map { [$0.xRange.lowerBound, $0.xRange.upperBound] }
    rmsLogResidual = finite(fit?.rmsLogResidual)
    covariance = fit.flatMap(Covariance.init)
    intervals = fit.map(Intervals.init)
    if case .refused(let reason) = group.outcome { refused = reason } else { refused = nil }
    theory = group.theory.map {
      Theory(exponent: $0.value, formula: $0.formula, source: $0.source)
    }
    grid = group.completeness.map(CompletenessDocument.init)
    leftOut = group.leftOut.map { LeftOut(reason: $0.reason, count: $0.count) }
    notes = group.notes
  }
}

struct ObjectiveDocument: Encodable, Sendable {
  let name: String
  let delta: Double?
  let value: Double?
}

/// The asymptotic covariance of the parameters, of the logarithm of those that are named `ln …`.
private struct Covariance: Encodable, Sendable {
  let names: [String]
  let matrix: [[Double]]

  init?(_ fit: Fit) {
    guard let matrix = fit.covariance, matrix.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      return nil
    }
    self.matrix = matrix
    self.names = fit.form.parameters.map { $0.isLogarithmic ? "ln \($0.name)" : $0.name }
  }
}

private struct Starts: Encodable, Sendable {
  let count: Int
  let reached: Int
}

struct WarningDocument: Encodable, Sendable {
  let code: String
  let message: String
}

private struct Theory: Encodable, Sendable {
  let exponent: Double
  let formula: String
  let source: String
}

struct LeftOut: Encodable, Sendable {
  let reason: String
  let count: Int
}

private struct MinimumDocument: Encodable, Sendable {
  let value: Double
  let parameters: [String: Double]

  init(_ minimum: Fit.Minimum, of form: FitRequest.Form) {
    value = minimum.objectiveValue
    parameters = unique(
      zip(form.parameters, minimum.values).filter { $1.isFinite }.map { ($0.name, $1) })
  }
}
