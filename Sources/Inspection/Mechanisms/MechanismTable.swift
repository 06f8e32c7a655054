import Findings
import Foundation
import Grokking

/// Studies as text.
package enum MechanismTable {
  /// At most so many steps of a run have a row.
  private static let mostRows = 24

  /// A run's phases and measures.
  package static func text(_ study: MechanismStudy, label: String) -> String {
    let key = study.rows.last?.key ?? []
    var lines = [
      label,
      "  key frequencies \(key.isEmpty ? "none" : key.map(String.init).joined(separator: ", ")): "
        + "\(study.frequencies.clear.count) of \(study.frequencies.neurons.count) units follow one "
        + "by more than \(Int((100 * study.frequencies.threshold).rounded())) %"
        + (study.stableSince.map { "; the same since step \($0)" } ?? ""),
    ]
    for (name, moment) in study.moments {
      lines.append(
        "  \(name) "
          + (moment.map { "ends in (\($0.after.map(String.init) ?? "…"), \($0.by)]" }
            ?? "has not ended"))
    }
    if !study.changes.isEmpty {
      let words = study.changes.map { name, change in
        "\(name) \(short(change.from)) → \(short(change.to))"
      }
      lines.append("  while the circuit formed, nats: \(words.joined(separator: ", "))")
    }
    var table = TextTable(
      [
        "step", "train", "test", "restricted", "excluded", "cosines", "Gini E", "Gini U", "Σw²",
        "units",
      ], numeric: Set(0..<10))
    for row in chosen(study.rows) {
      table.add([
        "\(row.step)", short(row.train.loss), short(row.test.loss), short(row.restricted),
        short(row.excluded), short(row.cosines.reduce(0) { $0 + $1 * $1 }.squareRoot()),
        short(row.embeddingGini), short(row.unembeddingGini), short(row.squareSum),
        "\(row.clearUnits)",
      ])
    }
    return (lines + [table.text]).joined(separator: "\n")
  }

  private static func chosen(_ rows: [ProgressMeasures]) -> [ProgressMeasures] {
    guard rows.count > mostRows else { return rows }
    return (0..<mostRows).map { rows[$0 * (rows.count - 1) / (mostRows - 1)] }
  }

  private static func short(_ number: Double) -> String { String(format: "%.3g", number) }
}
