import Fitting
import SweepModel

extension FitReport {
  /// The report as a JSON encoder writes it: `source`, `name`, `x`, `y`, `form`, `formula`,
  /// `objective`, and for each group its parameters with standard errors and intervals, n, the
  /// theory, the completeness with every missing point, and what was left out.
  public var document: some Encodable & Sendable { FitDocument(self) }
}

/// The JSON shape of a report. Names are part of the command line's promise.
private struct FitDocument: Encodable, Sendable {
  let source: String
  let name: String
  let x: String
  let y: String
  let form: String
  let formula: String
  let objective: String
  let groups: [GroupDocument]

  init(_ report: FitReport) {
    self.source = report.source
    self.name = report.request.name
    self.x = report.request.x
    self.y = report.request.y
    self.form = report.request.form.rawValue
    self.formula = report.request.form.formula
    self.objective = report.request.objective.label
    self.groups = report.groups.map { GroupDocument($0) }
  }
}

private struct GroupDocument: Encodable, Sendable {
  struct Theory: Encodable, Sendable {
    let exponent: Double
    let formula: String
    let source: String
  }

  struct LeftOut: Encodable, Sendable {
    let reason: String
    let count: Int
  }

  struct Missing: Encodable, Sendable {
    let index: Int
    let job: String
    let point: String
    let reason: String
  }

  struct Grid: Encodable, Sendable {
    let complete: Bool
    let expected: Int
    let missing: [Missing]
  }

  let by: [String: String]
  let fit: ResultDocument?
  let refused: String?
  let theory: Theory?
  let grid: Grid?
  let leftOut: [LeftOut]
  let notes: [String]

  init(_ group: FitGroup) {
    self.by = Dictionary(
      group.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    self.fit = group.fit.map { ResultDocument($0) }
    if case .refused(let reason) = group.outcome {
      self.refused = reason
    } else {
      self.refused = nil
    }
    self.theory = group.theory.map {
      Theory(exponent: $0.value, formula: $0.formula, source: $0.source)
    }
    self.grid = group.completeness.map { grid in
      Grid(
        complete: grid.isComplete, expected: grid.expected,
        missing: grid.missing.map {
          Missing(
            index: $0.index, job: $0.key.hex, point: $0.label, reason: $0.reason.description)
        })
    }
    self.leftOut = group.leftOut.map { LeftOut(reason: $0.reason, count: $0.count) }
    self.notes = group.allNotes
  }
}

private struct ResultDocument: Encodable, Sendable {
  struct Parameter: Encodable, Sendable {
    let value: Double
    let standardError: Double?
    let ci95: [Double]?
    let atBoundary: Bool
  }

  struct Intervals: Encodable, Sendable {
    let method: String
    let resamples: Int?
    let seed: UInt64?
    let expansion: Double
  }

  let parameters: [String: Parameter]
  let objectiveValue: Double
  let scaledGradientNorm: Double
  let converged: Bool
  let points: Int
  let distinctX: Int
  let clusters: Int
  let xRange: [Double]
  let rmsLogResidual: Double
  let intervals: Intervals

  init(_ fit: Fit) {
    self.parameters = Dictionary(
      fit.parameters.map { parameter in
        (
          parameter.name.rawValue,
          Parameter(
            value: parameter.value, standardError: parameter.standardError,
            ci95: parameter.ci95.map { [$0.lowerBound, $0.upperBound] },
            atBoundary: parameter.atBoundary)
        )
      }, uniquingKeysWith: { first, _ in first })
    self.objectiveValue = fit.objectiveValue
    self.scaledGradientNorm = fit.scaledGradientNorm
    self.converged = fit.converged
    self.points = fit.pointCount
    self.distinctX = fit.distinctX
    self.clusters = fit.clusterCount
    self.xRange = [fit.xRange.lowerBound, fit.xRange.upperBound]
    self.rmsLogResidual = fit.rmsLogResidual
    self.intervals =
      switch fit.uncertainty {
      case .bootstrap(let resamples, let seed):
        Intervals(
          method: "bootstrap over clusters, t-expanded percentile", resamples: resamples,
          seed: seed, expansion: fit.expansion)
      case .asymptotic:
        Intervals(method: "asymptotic, Student t", resamples: nil, seed: nil, expansion: 1)
      case .none: Intervals(method: "none", resamples: nil, seed: nil, expansion: 1)
      }
  }
}
