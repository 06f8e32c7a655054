import Basics
import Discovery
import Findings
import Foundation
import SweepModel

/// Detectors beside each other as text and rows.
package enum AnomalyTable {
  /// All networks of a sweep.
  package static func text(
    _ summary: AnomalySummary, sweep: String, loss: Double, skipped: Int
  ) -> String {
    let limit = short(loss)
    let few = skipped > 0 ? "; \(skipped) more predict too few samples so well" : ""
    guard summary.networks > 0 else {
      return "\(sweep): no network predicts enough samples with a loss below \(limit) nats: train "
        + "longer, or raise --loss"
    }
    var table = TextTable(
      [
        "anomaly", "detector", "AUROC", "95 %", "confident", "95 %", "samples", "confident",
        "networks",
      ], numeric: [2, 4, 6, 7, 8])
    for row in summary.rows {
      let isFirst = row.detector == AnomalyStudy.Detector.allCases.first
      table.add([
        isFirst ? row.kind.title : "", row.detector.title, mean(row.area), range(row.area),
        mean(row.confidentArea), range(row.confidentArea), "\(row.samples)", "\(row.confident)",
        "\(row.networks)",
      ])
    }
    let right = summary.attributed.map {
      "  held-out samples attributed to their subtask by the nearest neighbour: "
        + "\(percent($0.mean)) (\(percent($0.range.lowerBound))–\(percent($0.range.upperBound)))\n"
    }
    let failing = summary.failing.map {
      "\($0.kind.title) (\(mean($0.area)))"
    }
    let verdict =
      failing.isEmpty
      ? ""
      : "\nnovelty fails (below \(short(AnomalySummary.leastArea))): "
        + failing.joined(separator: ", ")
    return "\(sweep): anomalies beside held-out samples with a loss below \(limit) nats, over "
      + "\(counted(summary.networks, "network"))\(few)\n" + (right ?? "") + table.text + verdict
  }

  /// A header, then a row a network, kind and detector.
  package static func cells(_ studies: [AnomalyStudy]) -> [[String]] {
    let header = [
      "job", "seed", "step", "normal", "anomaly", "detector", "samples", "confident", "auroc",
      "aurocConfident",
    ]
    return [header]
      + studies.flatMap { study in
        study.cases.flatMap { found in
          found.scores.map { score in
            [
              study.network.job.job.key.hex, study.network.seed, "\(study.network.step)",
              "\(study.normal)", found.kind.rawValue, score.detector.rawValue,
              "\(found.samples)", "\(found.confident)", score.area.map { "\($0)" } ?? "",
              score.confidentArea.map { "\($0)" } ?? "",
            ]
          }
        }
      }
  }

  private static func mean(_ interval: DetectionCurve.Interval?) -> String {
    interval.map { String(format: "%.3f", $0.mean) } ?? "–"
  }

  private static func range(_ interval: DetectionCurve.Interval?) -> String {
    interval.map {
      String(format: "%.3f–%.3f", $0.range.lowerBound, $0.range.upperBound)
    } ?? ""
  }

  private static func percent(_ share: Double) -> String {
    String(format: "%.1f %%", 100 * share)
  }

  private static func short(_ number: Double) -> String { String(format: "%.3g", number) }
}
