import Fitting
import SweepModel

extension PredictionReport {
  /// Every entry as a JSON encoder writes it: source, fit and group, the place as it was asked,
  /// inputs with their distance from the data in decades (0 inside), value, `ci95` of the curve and
  /// `measurement95` of a new measurement, `determined`, and the best sizes of a budget.
  public var documents: [any Encodable & Sendable] {
    entries.map { PredictionDocument($0, of: fit) }
  }
}

private struct PredictionDocument: Encodable, Sendable {
  struct Input: Encodable, Sendable {
    let value: Double
    /// Above the data, below them where negative, 0 inside.
    let decadesOutside: Double
  }

  let kind = "prediction"
  let version = quantaVersion
  let source: String
  let name: String
  let y: String
  let form: String
  let by: [String: String]
  let at: String
  let inputs: [String: Input]
  let value: Double?
  let ci95: [Double?]?
  let measurement95: [Double?]?
  let determined: Bool
  let budget: Double?
  let optimal: [String: EstimateDocument]?
  let warnings: [WarningDocument]
  let refused: String?
  let dataHash: String

  enum CodingKeys: String, CodingKey {
    case kind, version, source, name, y, form, by, at, inputs, value, ci95, measurement95,
      determined
    case budget, optimal, warnings, refused, dataHash
  }

  init(_ entry: PredictionReport.Entry, of report: FitReport) {
    source = report.source
    name = report.request.name
    y = report.request.y
    form = report.request.form.rawValue
    by = unique(entry.group.labels.map { ($0.name, $0.value) })
    at = entry.place.text
    dataHash = entry.group.dataHash
    warnings = (entry.group.allWarnings + entry.warnings(of: report.request)).map {
      WarningDocument(code: $0.code.rawValue, message: $0.message)
    }
    let prediction = entry.outcome.prediction
    inputs = unique(
      zip(
        report.request.inputs,
        zip(prediction?.inputs ?? [], prediction?.decadesOutside ?? []).map {
          Input(value: $0, decadesOutside: $1)
        }
      ).map { ($0, $1) })
    value = finite(prediction?.value)
    ci95 = prediction?.confidence.map { [finite($0.lowerBound), finite($0.upperBound)] }
    measurement95 = prediction?.measurement.map { [finite($0.lowerBound), finite($0.upperBound)] }
    determined = prediction?.isDetermined ?? false
    if case .optimal(let optimum) = entry.outcome {
      budget = optimum.budget
      optimal = unique(
        zip(report.request.inputs, [optimum.parameters, optimum.samples]).map {
          ($0, EstimateDocument($1))
        })
    } else {
      (budget, optimal) = (nil, nil)
    }
    if case .refused(let reason) = entry.outcome { refused = reason } else { refused = nil }
  }
}
