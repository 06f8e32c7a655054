import ArgumentParser
import Discovery
import Findings
import Foundation
import Inspection
import Operations
import Reports
import Store

struct AnalyzeAttributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract: "Which quanta single samples used, with their nearest neighbours as evidence.",
    discussion: """
      Of networks of sparse-parity or compositional-parity whose weights a sweep has kept. Quanta are found among trusted samples, \
      which the network predicts with a loss below --loss, as `quanta analyze quanta` finds them; then \
      others that it predicts as well are attributed by their gradients, with the network's own prediction \
      as label. Printed for each sample: quanta by falling score (the mean absolute cosine with their \
      samples); the ones used, whose centroids make the gradient up with weights that are not negative \
      and at least --least-part of the largest; the subtasks of the nearest neighbours with their \
      cosines; the share of the gradient that the quanta's centroids span; and novelty: minus the mean of \
      the --neighbours largest absolute cosines. Above stands how often these are the sample's subtask.

      Of compositional-parity also: how well the gradients of samples with one control bit alone tell the \
      control bits of other samples, with one beside such with several, which need not use them. Printed: \
      precision and recall of the control bits whose centroids make up a gradient, the precision of control \
      bits drawn at random, how often one that is on scores above one that is off, and the share of the \
      gradient that is left over. And what hidden units do: the change of a code's loss when one is removed, \
      beside the mean of its activation × gradient, and of composites beside the control bits that they \
      have and others.

      Examples:
        quanta analyze attribute parity-anomalies-small
        quanta analyze attribute last --samples 2000 --csv > samples.csv
        quanta analyze attribute compositional-parity-small --without-controls
        quanta analyze attribute last --without-controls --json
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @OptionGroup var heldOut: HeldOutOptions
  @OptionGroup var finding: TrustOptions
  @Option(
    name: .long, help: "The share of the largest weight from which on a quantum counts as used.")
  var leastPart = AttributionStudy.leastPart
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    guard (0...1).contains(leastPart) else {
      throw ValidationError("--least-part is a share from 0 to 1, not \(leastPart)")
    }
    try heldOut.check(beside: printing)
  }

  func run() throws {
    let results = try store.results(of: sweep)
    let crew = Crew(threads: ProcessInfo.processInfo.activeProcessorCount)
    let settings = finding.settings
    let studies = try ParityNetwork.all(of: results).map {
      AttributionStudy(
        $0, settings, finding.attribution, leastPart: leastPart, count: heldOut.samples,
        controls: !heldOut.withoutControls, crew: crew)
    }
    if printing.json {
      try printJSON(
        AttributionDocument(
          sweep: results.record.name, settings, neighbours: finding.neighbours,
          leastPart: leastPart, controls: !heldOut.withoutControls, studies))
    } else if heldOut.csv {
      for row in AttributionTable.cells(studies) {
        Console.write(CSVText.line(row), to: .standardOutput)
      }
    } else {
      for study in studies {
        Console.print(
          AttributionTable.text(
            study, label: results.label(of: study.network.job), loss: settings.loss))
      }
    }
  }
}
