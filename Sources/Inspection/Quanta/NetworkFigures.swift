import Basics
import Discovery
package import Findings
import Foundation
package import Reports
import Store
import SweepModel
import Workloads

/// What a report shows of the networks that a sweep has kept.
package enum NetworkFigures {
  /// Samples whose gradients are compared: all pairs of them.
  private static let samples = 1500

  /// The quanta of the first network, and anomalies over all where the sweep has cases of its own; none
  /// for sweeps that keep no networks of parities. What cannot be drawn is left out with a
  /// sentence.
  package static func of(_ results: SweepResults) -> (figures: [Figure], omissions: [String]) {
    guard ParityStudy.workloads.contains(results.record.workload),
      results.signature?.keepsWeights == true, results.jobs.contains(where: \.hasResult)
    else { return ([], []) }
    let crew = Crew(threads: ProcessInfo.processInfo.activeProcessorCount)
    var settings = QuantaSettings()
    settings.samples = samples
    do {
      let networks = try ParityNetwork.all(of: results)
      guard let first = networks.first else { return ([], []) }
      let study = QuantaStudy(first, settings, crew: crew)
      var figures = study.figures(
        source: results.label(of: first.job), history: try first.history(of: results), crew: crew
      ).map(\.figure)
      var omissions: [String] = []
      if figures.isEmpty {
        omissions.append(
          "Quanta are left out: the network predicts no sample with a loss below "
            + "\(ShortNumber.text(settings.loss)) nats.")
      } else if networks.count > 1 {
        omissions.append(
          "Quanta are those of one of \(networks.count) networks; `quanta analyze quanta "
            + "\(results.record.name) --output FOLDER` draws all.")
      }
      if first.study.untrained > 0 || first.study.hasBackdoor {
        let summary = AnomalySummary(
          networks.compactMap {
            AnomalyStudy($0, settings, count: samples, controls: true, crew: crew)
          })
        if summary.networks > 0 { figures.append(summary.figure(source: results.record.name)) }
      }
      return (figures, omissions)
    } catch {
      return ([], ["What networks have learned is left out: \(error)"])
    }
  }
}
