import ArgumentParser
import Discovery
import Findings
import Foundation
import Inspection
import Operations
import Reports
import Store
import Workloads

struct AnalyzeAnomaliesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anomalies",
    abstract: "How well samples that use no known quantum are told from others.",
    discussion: """
      Of networks of sparse-parity whose weights a sweep has kept. Held-out samples that the network predicts \
      with a loss below --loss are normal, --samples of them; beside them stand samples with a control bit that was never \
      trained (jobs with `untrained`), with none, with two, of a subtask that is not learned (mean loss \
      above 0.35 nats), with a flipped label, and with a marker whose label another mechanism gives (jobs \
      with `backdoor`). The label at hand is the network's own prediction, but for flipped ones.

      Detectors: novelty (minus the mean of the --neighbours largest absolute cosines with trusted samples' \
      gradients), the same of signed cosines, the share that the quanta's centroids leave unexplained; and as \
      baselines the loss of the label at hand, Mahalanobis' distance of the last hidden layer, the norm of the \
      gradient, the local outlier factor of 20 neighbours in that layer. Printed: the area under the ROC \
      curve, mean over networks with a 95 % interval of bootstrapped networks, among all samples and among \
      those that the network predicts with a loss below --loss.

      Examples:
        quanta run parity-anomalies-small
        quanta analyze anomalies parity-anomalies-small --output figures
        quanta analyze anomalies last --csv > detectors.csv
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @OptionGroup var heldOut: HeldOutOptions
  @OptionGroup var finding: TrustOptions
  @Option(name: .shortAndLong, help: "A folder for the figure as SVG.", completion: .directory)
  var output: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws { try heldOut.check(beside: printing) }

  func run() throws {
    let results = try store.results(of: sweep)
    let crew = Crew(threads: ProcessInfo.processInfo.activeProcessorCount)
    let settings = finding.settings
    let networks = try ParityNetwork.all(of: results, workloads: ParityStudy.plain)
    let studies = networks.compactMap {
      AnomalyStudy(
        $0, settings, finding.attribution, count: heldOut.samples,
        controls: !heldOut.withoutControls, crew: crew)
    }
    let name = results.record.name
    let summary = AnomalySummary(studies)
    if printing.json {
      try printJSON(
        AnomalyDocument(
          sweep: name, settings, neighbours: finding.neighbours, controls: !heldOut.withoutControls,
          studies
        ))
    } else if heldOut.csv {
      for row in AnomalyTable.cells(studies) {
        Console.write(CSVText.line(row), to: .standardOutput)
      }
    } else {
      Console.print(
        AnomalyTable.text(
          summary, sweep: name, loss: settings.loss, skipped: networks.count - studies.count))
    }
    guard let output else { return }
    let path = try OutputFolder(output).file("\(name)-anomalies.svg")
    try FigureFile(format: .svg).write(summary.figure(source: name).svg, to: path)
    Console.name(path, besideData: printing.json || heldOut.csv)
  }
}
