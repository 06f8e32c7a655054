import Basics
import Discovery
import Findings
import Foundation
import Reports
import SweepModel
import Workloads

/// Attributions as text and rows.
package enum AttributionTable {
  /// At most so many samples of a network have a row in a terminal.
  private static let mostRows = 20

  /// One network's samples.
  package static func text(_ study: AttributionStudy, label: String, loss: Double) -> String {
    guard let trusted = study.trusted, let right = study.right else {
      return "\(label): the network predicts too few samples with a loss below \(short(loss)) "
        + "nats: train it longer, or raise --loss"
    }
    var table = TextTable(
      [
        "sample", study.network.unit, "predicted", "loss", "quanta", "used", "neighbours",
        "explained",
        "novelty",
      ], numeric: [0, 1, 2, 3, 7, 8])
    for (index, sample) in study.samples.enumerated().prefix(mostRows) {
      let found = sample.attribution
      table.add([
        "\(index + 1)", tasks(sample.truth), "\(sample.prediction)", short(sample.loss),
        found.scores.prefix(3).map { "\($0.cluster + 1) (\(short($0.weight)))" }
          .joined(separator: ", "),
        joined(sample.used.map { "\($0.cluster + 1)" }),
        found.neighbours.prefix(3).map {
          "\(tasks(trusted.samples.tasks[$0.sample])) (\(short(abs($0.cosine))))"
        }.joined(separator: ", "),
        short(found.explainedShare), short(found.novelty),
      ])
    }
    let quanta = trusted.subtasks.enumerated().prefix(mostRows).map { index, subtask in
      "\(index + 1) is \(study.network.unit) \(tasks(subtask.tasks)) "
        + "(\(trusted.quanta.partition.sizes[index]) samples, \(short(100 * subtask.share)) %)"
    }
    let rest = study.samples.count - mostRows
    let found = counted(trusted.subtasks.count, "quantum", plural: "quanta")
    let more = "and \(counted(rest, "further sample")); --csv and --json have all"
    let composition = study.composition.map { CompositionTable.text($0) + "\n" } ?? ""
    return [
      "\(label): \(study.samples.count) held-out samples beside \(found) of "
        + "\(trusted.samples.labels.count) samples, after step \(study.network.step)",
      "  right by the nearest neighbour's \(study.network.unit): \(percent(right.byNeighbour)), by the quantum "
        + "with the largest score: \(percent(right.byScore)), by the set of all quanta used: "
        + percent(right.byParts),
      "  quanta: \(quanta.joined(separator: "; "))", composition + table.text,
    ].joined(separator: "\n") + (rest > 0 ? "\n" + more : "")
  }

  /// A header, then a row a sample.
  package static func cells(_ studies: [AttributionStudy]) -> [[String]] {
    let header = [
      "job", "seed", "step", "sample", "controls", "bits", "label", "prediction", "loss",
      "quanta", "scores", "neighbourSubtask", "neighbourCosine", "used", "parts", "weights",
      "explained", "residual", "novelty",
    ]
    return [header]
      + studies.flatMap { study in
        study.samples.enumerated().map { index, sample in
          let found = sample.attribution
          let scores = found.scores.prefix(5)
          let head = [
            study.network.job.job.key.hex, study.network.seed, "\(study.network.step)",
            "\(index + 1)", tasks(sample.controls), joined(sample.bits.map { "\($0 + 1)" }),
            "\(sample.label)", "\(sample.prediction)", "\(sample.loss)",
          ]
          let evidence = [
            joined(scores.map { "\($0.cluster + 1)" }), joined(scores.map { "\($0.weight)" }),
            tasks(sample.byNeighbour), "\(found.neighbours[0].cosine)",
            joined(sample.used.map { "\($0.cluster + 1)" }),
            joined(found.parts.map { "\($0.cluster + 1)" }),
            joined(found.parts.map { "\($0.weight)" }),
          ]
          return head + evidence
            + ["\(found.explainedShare)", "\(found.residual)", "\(found.novelty)"]
        }
      }
  }

  /// Subtasks by their numbers from 1; a dash for none.
  static func tasks(_ tasks: [Int]) -> String {
    tasks.isEmpty ? "–" : joined(tasks.map { "\($0 + 1)" })
  }

  private static func joined(_ words: [String]) -> String { words.joined(separator: " ") }

  private static func percent(_ share: Double) -> String {
    String(format: "%.1f %%", 100 * share)
  }

  private static func short(_ number: Double) -> String { String(format: "%.3g", number) }
}
