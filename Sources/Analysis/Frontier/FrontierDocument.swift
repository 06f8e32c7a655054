import Fitting
import SweepModel

/// The JSON shape of compared approaches.
struct FrontierDocument: Encodable, Sendable {
  struct Optimum: Encodable, Sendable {
    let budget: Double
    let n: EstimateDocument
    let d: EstimateDocument
    let y: EstimateDocument?

    enum CodingKeys: String, CodingKey {
      case budget, y
      case n = "N"
      case d = "D"
    }
  }

  struct Found: Encodable, Sendable {
    let budget: Double
    let n: Double
    let d: Double
    let y: Double

    enum CodingKeys: String, CodingKey {
      case budget, y
      case n = "N"
      case d = "D"
    }
  }

  struct Approach: Encodable, Sendable {
    let approach: String
    let n: Int?
    let a: EstimateDocument?
    let b: EstimateDocument?
    let optima: [Optimum]
    let found: [Found]
    let notes: [String]
    let refused: String?
  }

  let kind = "compute-optimal"
  let version = quantaVersion
  let source: String
  let columns: [String: String]
  let n: Int
  let leftOut: Int
  let resamples: Int
  let seed: UInt64
  let objective: String
  let approaches: [Approach]
  let warnings: [WarningDocument]

  enum CodingKeys: String, CodingKey {
    case kind, version, source, columns, n, leftOut, resamples, seed, objective, approaches,
      warnings
  }

  init(_ report: FrontierReport) {
    let study = report.study
    source = report.source
    columns = unique(
      [("N", study.sizes[0]), ("D", study.sizes[1]), ("y", study.y)]
        + [study.budget.map { ("budget", $0) }, study.run.map { ("run", $0) }].compactMap(\.self))
    n = report.runs.count
    leftOut = report.leftOut
    resamples = report.resamples
    seed = report.seed
    objective = study.objective.label
    warnings = report.warnings.map {
      WarningDocument(code: $0.code.rawValue, message: $0.message)
    }
    approaches = report.comparison.results.map { result in
      var refused: String?
      if case .refused(let reason) = result.outcome { refused = reason }
      let answer = result.answer
      return Approach(
        approach: result.approach.rawValue, n: answer?.pointCount,
        a: answer.map { EstimateDocument($0.a) }, b: answer.map { EstimateDocument($0.b) },
        optima: answer.map(report.told)?.map {
          Optimum(
            budget: $0.budget, n: EstimateDocument($0.parameters), d: EstimateDocument($0.samples),
            y: $0.y.map { EstimateDocument($0) })
        } ?? [],
        found: answer?.found.map {
          Found(budget: $0.budget, n: $0.parameters, d: $0.samples, y: $0.y)
        } ?? [], notes: answer?.notes ?? [], refused: refused)
    }
  }
}
