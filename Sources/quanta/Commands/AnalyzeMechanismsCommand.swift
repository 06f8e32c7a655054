import ArgumentParser
import Discovery
import Findings
import Foundation
import Grokking
import Inspection
import Operations
import Reports
import Store
import SweepModel

struct AnalyzeMechanismsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mechanisms",
    abstract: "Memorising and generalising circuits in networks that add modulo p, over the steps.",
    discussion: """
      From the weights that jobs of omnigrok-modadd have kept (keep: {weights: 40} in the sweep file), in \
      double precision: the key frequencies, those that units of the perceptron follow by more than \
      --threshold of their energy at the end; restricted loss (all pairs, nothing of the logits but the key \
      frequencies of x + y), excluded loss (training pairs without them), cosines of the logits with \
      cos w(x + y − c), Gini coefficients of the Fourier components of embedding and unembedding, sums of \
      squared weights, and the norm of the logits in and beside the circuit (arXiv:2301.05217, \
      arXiv:2309.02390).

      Phases are found by rule: memorisation ends when the accuracy of training pairs reaches --memorised, \
      circuit formation when the loss of the other pairs has fallen below --falling of its peak for good, \
      clean-up when their accuracy reaches --generalised. An end is a span of steps: (last not, first yes].

      Examples:
        quanta analyze mechanisms modadd-mechanisms
        quanta analyze mechanisms last --json > measures.json
        quanta analyze mechanisms last --key 14,35,41,42,52 --output figures
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "Key frequencies; those of the units at the end if absent.")
  var key: NumberList?
  @Option(
    name: .long,
    help: "The share of its energy in one frequency that makes a unit follow it (published: 0.85).")
  var threshold = NeuronFrequencies.publishedThreshold
  @Option(name: .long, help: "The accuracy of training pairs that ends memorisation.")
  var memorised = GrokkingPhases.Rule().memorised
  @Option(name: .long, help: "The part of its peak below which the other pairs' loss is falling.")
  var falling = GrokkingPhases.Rule().falling
  @Option(name: .long, help: "The accuracy of the other pairs that ends clean-up.")
  var generalised = GrokkingPhases.Rule().generalised
  @Option(name: .shortAndLong, help: "A folder for the figures as SVG.", completion: .directory)
  var output: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    for (name, share) in [
      ("threshold", threshold), ("memorised", memorised), ("falling", falling),
      ("generalised", generalised),
    ] where !(0...1).contains(share) {
      throw ValidationError("--\(name) is a share from 0 to 1, not \(share)")
    }
    if let wrong = key?.numbers.first(where: { $0 < 1 }) {
      throw ValidationError("--key \(wrong): frequencies are 1, 2, …, (p − 1)/2")
    }
  }

  func run() throws {
    let results = try store.results(of: sweep)
    var rule = GrokkingPhases.Rule()
    rule.memorised = memorised
    rule.falling = falling
    rule.generalised = generalised
    let studies = try MechanismStudy.all(
      of: results, key: key?.numbers, threshold: threshold, rule: rule,
      crew: Crew(threads: ProcessInfo.processInfo.activeProcessorCount))
    if printing.json {
      try printJSON(
        MechanismDocument(
          sweep: results.record.name, threshold: threshold, rule: rule, studies))
    } else {
      for study in studies {
        Console.print(MechanismTable.text(study, label: results.label(of: study.job)))
      }
    }
    guard let output else { return }
    let folder = try OutputFolder(output)
    for study in studies {
      let label = results.label(of: study.job)
      let path = folder.file("\(results.record.name)-mechanisms-\(study.job.job.key.short).svg")
      try FigureFile(format: .svg).write(study.figure(source: label).svg, to: path)
      Console.name(path, besideData: printing.json)
    }
  }
}
