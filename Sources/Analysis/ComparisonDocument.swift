import Fitting
import SweepModel

/// Forms side by side, as a JSON encoder writes them.
struct ComparisonDocument: Encodable, Sendable {
  struct Row: Encodable, Sendable {
    let form: String
    let fitted: Bool
    let aicc: Double?
    /// AICc above the lowest.
    let difference: Double?
    /// Root mean square of ln prediction − ln y over the scales that were held out.
    let heldOut: Double?
    /// Why it is not advised; null where nothing speaks against it.
    let objection: String?
    let parameters: [String: EstimateDocument]
  }

  struct LeftOut: Encodable, Sendable {
    let form: String
    let reason: String
  }

  let rows: [Row]
  let leftOut: [LeftOut]
  let advised: String?
  /// The scales from which on points were held out, one for each roll-out.
  let rollOuts: [Double]

  init(_ comparison: FormComparison) {
    let lowest = comparison.rows.first?.aicc
    rows = comparison.rows.map { row in
      Row(
        form: row.form.rawValue, fitted: row.isFitted, aicc: finite(row.aicc),
        difference: lowest.flatMap { finite(row.aicc - $0) }, heldOut: finite(row.heldOut),
        objection: row.objection?.rawValue,
        parameters: unique(row.parameters.map { ($0.name, EstimateDocument($0)) }))
    }
    leftOut = comparison.leftOut.map { LeftOut(form: $0.form.rawValue, reason: $0.reason) }
    advised = comparison.advised?.form.rawValue
    rollOuts = comparison.rollOuts
  }
}
