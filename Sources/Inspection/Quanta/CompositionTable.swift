import Basics
import Findings
import Foundation

/// What composites use as text.
enum CompositionTable {
  /// A network's samples of several control bits beside those of one.
  static func text(_ study: CompositionStudy) -> String {
    let known = counted(study.known, "control bit")
    var lines = [
      "  what samples use of the gradients of those with one control bit alone (\(study.trusted) "
        + "samples of \(known)):"
    ]
    var table = TextTable(
      [
        "control bits", "samples", "precision", "by chance", "recall", "all right", "above others",
        "left over",
      ], numeric: [1, 2, 3, 4, 5, 6, 7])
    for (name, uses) in [("one", study.atoms), ("several", study.composites)] {
      guard let uses else {
        lines.append("    the network predicts no sample with \(name) so well")
        continue
      }
      table.add([
        name, "\(uses.samples)", short(uses.precision), short(uses.chance), short(uses.recall),
        short(uses.exact), uses.area.map(short) ?? "–", short(uses.residual),
      ])
    }
    lines.append(table.text)
    guard let units = study.units else {
      return (lines + ["  no composite is learned, so units are not compared"])
        .joined(separator: "\n")
    }
    func number(_ value: Double?) -> String { value.map(short) ?? "–" }
    lines.append(
      "  hidden units, rank correlations: change of loss without a unit with its activation × "
        + "gradient: \(number(units.checkOfAtoms)) (one control bit), "
        + "\(number(units.checkOfComposites)) (several); change of a composite's loss with its own "
        + "atoms': \(number(units.own)), with others': \(number(units.others))")
    return lines.joined(separator: "\n")
  }

  private static func short(_ number: Double) -> String { String(format: "%.3f", number) }
}
