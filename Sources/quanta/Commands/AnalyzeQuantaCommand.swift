import ArgumentParser
import Discovery
import Findings
import Foundation
import Inspection
import Operations
import Reports
import Store
import SweepModel

struct AnalyzeQuantaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quanta",
    abstract: "The quanta that networks have learned: clusters of samples by their gradients.",
    discussion: """
      Of the weights that jobs of sparse-parity or compositional-parity have kept (keep: weights in the \
      sweep file). Samples drawn \
      as in training that the network predicts with a loss below --loss are clustered by how alike the \
      gradients are. Our recipe takes those of the difference of the two logits, which no label's sign \
      flips, whitens them by K-FAC's factors, and clusters their signed cosines by average linkage, which \
      gives all counts at once. The count is where joins change from those of one quantum's parts to those \
      of strangers, by the cosine of the two centroids without the samples' noise (the kinship). --recipe \
      loss takes gradients of the loss and absolute cosines, which networks of any number of classes have; \
      its count is the one that likenesses within and between clusters make most likely. --recipe published \
      does as arXiv:2303.13506 section 5: plain gradients of the loss, 1 − arccos(cosine)/π, normalised \
      spectral clustering with k-means, at the number of subtasks there are.

      Printed beside the truth (the samples' subtasks: their control bits), with and without the control bits, whose \
      columns tell the subtask to the gradients (see --hidden): adjusted Rand index and normalised mutual information at the chosen \
      and at the true count; the slope of cluster size by rank over all counts; how well clusters are found \
      again in halves of the samples and at half and twice the count.

      Figures (--output): likenesses ordered by cluster, samples of the largest clusters with their bits, \
      sizes by rank; and where weights of several steps are kept (keep: {weights: 40}) the losses of found \
      quanta beside those of the true subtasks over the steps.

      Examples:
        quanta analyze quanta quanta-discovery-small --samples 1500
        quanta analyze quanta last --recipe published --starts 5
        quanta analyze quanta last --samples 2000 --json > quanta.json
      """)

  enum Recipe: String, ExpressibleByArgument, CaseIterable { case ours, loss, published }

  enum Hidden: String, ExpressibleByArgument, CaseIterable { case controls, inputs }

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "ours, loss or published.")
  var recipe = Recipe.ours
  @Option(name: .long, help: "Samples whose gradients are compared (published: 10000).")
  var samples = QuantaSettings().samples
  @Option(name: .long, help: "Only samples with a loss below this, nats (published: 0.1).")
  var loss = QuantaSettings().loss
  @Option(
    name: .long,
    help: "Damping of the whitening, of the mean eigenvalue; 0 for plain gradients (published: 0).")
  var damping: Double?
  @Option(
    name: .long,
    help: """
      What gradients lose in the second table: the columns of the controls alone, or of \
      all inputs (the default of ours; published: neither).
      """)
  var hidden: Hidden?
  @Option(
    name: .long,
    help: """
      Kinships below this are all the same: 0.01 by default, six times that without controls \
      (published: no rule).
      """)
  var floor: Double?
  @Option(name: .long, help: "Starts of k-means (published: 30).")
  var starts = 30
  @Option(
    name: .long, help: "Counts of clusters for the slope (published: 10,20,…,1100, 27 of them).")
  var counts: NumberList?
  @Option(name: .long, help: "The seed of k-means and of the halves.")
  var seed: UInt64 = 0
  @Option(name: .shortAndLong, help: "A folder for the figures as SVG.", completion: .directory)
  var output: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    guard (2...50_000).contains(samples) else {
      throw ValidationError("--samples must be from 2 to 50000: all pairs are compared")
    }
    guard loss > 0 else { throw ValidationError("--loss must be above 0") }
    guard (damping ?? 0) >= 0, (damping ?? 0).isFinite else {
      throw ValidationError("--damping must not be negative")
    }
    guard (floor ?? 0.01) > 0, (floor ?? 0.01) < 0.16 else {
      throw ValidationError("--floor must be above 0 and below 0.16")
    }
    guard (1...1000).contains(starts) else {
      throw ValidationError("--starts must be from 1 to 1000")
    }
    if let wrong = counts?.numbers.first(where: { $0 < 1 }) {
      throw ValidationError("--counts \(wrong): a count of clusters is at least 1")
    }
  }

  private var settings: QuantaSettings {
    var settings = QuantaSettings()
    if recipe == .published {
      settings.recipe = .published
      var means = KMeans.Settings(starts: starts)
      means.seed = seed
      settings.recipe.clustering = .spectral(SubspaceSettings(), means)
      // Spectral clustering costs a k-means of all starts a count.
      settings.counts = counts?.numbers ?? []
    } else {
      if recipe == .loss { settings.recipe = .whitened }
      settings.counts = counts?.numbers ?? settings.counts
    }
    if let damping { settings.recipe.damping = damping > 0 ? damping : nil }
    if let floor { settings.recipe.floor = floor }
    settings.hidden = hidden.map { $0 == .inputs ? .withoutInputs : .withoutControls }
    settings.samples = samples
    settings.loss = loss
    settings.seed = seed
    return settings
  }

  func run() throws {
    let results = try store.results(of: sweep)
    let crew = Crew(threads: ProcessInfo.processInfo.activeProcessorCount)
    let studies = try ParityNetwork.all(of: results).map { QuantaStudy($0, settings, crew: crew) }
    if printing.json {
      try printJSON(QuantaDocument(sweep: results.record.name, settings, studies))
    } else {
      for study in studies {
        Console.print(
          QuantaTable.text(study, label: results.label(of: study.network.job), loss: loss))
      }
    }
    guard let output else { return }
    let folder = try OutputFolder(output)
    for study in studies {
      let figures = study.figures(
        source: results.label(of: study.network.job),
        history: try study.network.history(of: results), crew: crew)
      for (name, figure) in figures {
        let key = study.network.job.job.key.short
        let path = folder.file("\(results.record.name)-\(name)-\(key).svg")
        try FigureFile(format: .svg).write(figure.svg, to: path)
        Console.name(path, besideData: printing.json)
      }
    }
  }
}
