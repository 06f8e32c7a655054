import Basics
package import Discovery
import Foundation
import Kernels
package import Reports
import Workloads

extension QuantaStudy {
  /// Clusters on a sheet, and samples of each.
  private static let (mostClusters, mostSamples) = (8, 5)

  /// Some samples of the largest clusters of a variant.
  package func sampleSheet(
    _ variant: Variant, source: String, crew: Crew, style: FigureStyle = .screen
  ) -> Figure {
    let (controls, asked) = (network.study.controls.count, network.study.taskBits)
    let clusters = variant.clusters.members.prefix(Self.mostClusters).enumerated()
    return SampleSheetFigure.draw(
      clusters.map { index, members in
        let count = min(Self.mostSamples, members.count)
        let chosen = samples.selecting((0..<count).map { members[$0 * members.count / count] })
        let pass = network.network.pass(chosen.inputs, crew: crew)
        let (predictions, losses) = (pass.predictions, pass.losses(chosen.labels))
        let (tasks, share) = variant.subtasks[index]
        let percent = String(format: "%.1f", 100 * share)
        return SampleSheetFigure.Cluster(
          "quantum \(index + 1): \(counted(members.count, "sample")), \(percent) % of "
            + "\(network.unit) \(AttributionTable.tasks(tasks))",
          (0..<count).map { row in
            SampleSheetFigure.Sample(
              bits: (controls..<chosen.inputs.columns).map { chosen.inputs[row, $0] != 0 },
              asked: Set(chosen.tasks[row].flatMap { asked[$0] }),
              text: "control \(AttributionTable.tasks(chosen.tasks[row])), label "
                + "\(chosen.labels[row]), predicted \(predictions[row]), loss "
                + String(format: "%.2g", losses[row]))
          })
      }, source: source, style: style)
  }
}
