import Basics
import Discovery
import Findings
import Foundation
import SweepModel
import Workloads

/// Studies as text.
package enum QuantaTable {
  /// At most so many clusters have a row.
  private static let mostRows = 20

  /// What was found in a network.
  package static func text(_ study: QuantaStudy, label: String, loss: Double) -> String {
    let percent = String(format: "%.1f", 100 * study.share)
    let head =
      "\(label): \(study.samples.labels.count) samples of \(study.truth.count) \(study.network.unit)s with a loss "
      + "below \(short(loss)) nats (\(percent) % of those drawn), after step \(study.network.step)"
    guard !study.variants.isEmpty else {
      return head + "\n  the network predicts no sample so well: train it longer, or raise --loss"
    }
    return ([head] + study.variants.map { text($0, unit: study.network.unit) })
      .joined(separator: "\n")
  }

  private static func text(_ variant: QuantaStudy.Variant, unit: String) -> String {
    var lines = [variant.hasControls ? "  with control bits" : "  without control bits"]
    if let choice = variant.choice {
      let range = "\(choice.range.lowerBound)…\(choice.range.upperBound)"
      lines.append(
        "    \(choice.count) quanta are asked for by the likenesses (\(range) agree to an adjusted Rand "
          + "index of 0.9): ARI \(short(variant.chosen.adjustedRand)), NMI "
          + "\(short(variant.chosen.normalisedMutualInformation)) beside the \(unit)s")
    }
    lines.append(
      "    at the true count: ARI \(short(variant.atTruth.adjustedRand)), NMI "
        + short(variant.atTruth.normalisedMutualInformation))
    if let line = variant.line {
      lines.append(
        "    size by rank over \(variant.counts.count) counts: slope \(short(line.slope)) at ranks "
          + "\(line.window.lowerBound)–\(line.window.upperBound)")
    }
    if let halves = variant.halves {
      let indices = halves.adjustedRand.map(short).joined(separator: ", ")
      lines.append("    found again in random halves of the samples: ARI \(indices)")
    }
    return (lines + [clusters(variant, unit: unit)]).joined(separator: "\n")
  }

  private static func clusters(_ variant: QuantaStudy.Variant, unit: String) -> String {
    var table = TextTable(
      ["quantum", "samples", unit, "of it", "halves", "other counts"],
      numeric: [0, 1, 2, 3, 4])
    for (index, size) in variant.clusters.sizes.enumerated().prefix(mostRows) {
      let (tasks, share) = variant.subtasks[index]
      let half = variant.halves?.clusters[index].map(short) ?? ""
      table.add([
        "\(index + 1)", "\(size)", AttributionTable.tasks(tasks), String(format: "%.3f", share),
        half,
        variant.jaccards.map { short($0[index]) }.joined(separator: " "),
      ])
    }
    let rest = variant.clusters.count - mostRows
    return table.text + (rest > 0 ? "\n    and \(counted(rest, "smaller one"))" : "")
  }

  private static func short(_ number: Double) -> String { String(format: "%.3g", number) }
}
