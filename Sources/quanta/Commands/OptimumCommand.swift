import Analysis
import ArgumentParser
import Foundation
import Reports
import SweepModel
import Tables

struct OptimumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimum",
    abstract: "Finds how the best learning rate, batch size or other setting moves with scale.",
    discussion: """
      At every scale (equal --x, or --x and --x2) a parabola of y in the logarithm of the setting; of \
      two settings a quadratic form in both logarithms; then a power law of the minima: \
      setting* = 10^k·x^a (·x2^b), with 95 % intervals from resampled runs. A scale whose minimum lies \
      beyond the settings tried is named and left out. `quanta fit --isoflop` is the same with N as the \
      setting and compute as the scale.

      --at tells the best settings at other scales. --output DIR writes optimum.json, minima.csv and \
      optimum.svg.

      Examples:
        quanta optimum runs.csv --minimum-over lr --x params --y loss
        quanta optimum runs.csv --minimum-over lr,batch --x params --x2 tokens \\
          --y loss --at params=1e9,tokens=2e10 --output paper
      """)

  @Argument(help: "A table.", completion: .sweepsAndTables)
  var file: String
  @Option(name: .long, help: "The column of the setting, or two with a comma.")
  var minimumOver: String
  @Option(name: .long, help: "The column of the scale, such as parameters.")
  var x: String
  @Option(name: .long, help: "The column of a second scale, such as tokens.")
  var x2: String?
  @Option(name: .long, help: "The column of the metric.")
  var y: String
  @Option(name: .customLong("where"), help: "Only rows with column=value (repeatable).")
  var conditions: [String] = []
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "NAME=NUMBER,… : a scale whose best settings are told (repeatable).", valueName: "place"),
    transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
  @Option(name: .long, help: "Resamples; 0 for Student's t of the regression.")
  var bootstrap = 2000
  @Option(name: .long, help: "The resampling's seed.")
  var seed: UInt64 = 1
  @OptionGroup var printing: OutputOptions
  @Option(name: .shortAndLong, help: "A folder for the law as files.", completion: .directory)
  var output: String?

  func validate() throws {
    if bootstrap != 0, bootstrap < 100 {
      throw ValidationError("--bootstrap must be 0 or at least 100")
    }
    if !(1...2).contains(settings.count) || settings.contains("") {
      throw ValidationError("--minimum-over names one column, or two with a comma")
    }
    let names = settings + [x, y] + [x2].compactMap(\.self)
    if Set(names).count < names.count {
      throw ValidationError("--minimum-over, --x, --x2 and --y name different columns")
    }
  }

  private var settings: [String] {
    minimumOver.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  func run() throws {
    let scales = [x] + [x2].compactMap(\.self)
    let study = MinimumStudy(
      scales: scales, settings: settings, y: y,
      filters: try conditions.map(RowCondition.init(option:)),
      places: try places.map { try $0.numbers(of: scales) })
    let report = try study.report(
      over: Table(path: file), resamples: bootstrap, seed: seed)
    if printing.json {
      try printJSON(JSONFit(report.document))
    } else {
      Console.print(MinimumTable.text(report))
    }
    try write(report)
  }

  private func write(_ report: MinimumReport) throws {
    guard let output else { return }
    let folder = try OutputFolder(output)
    let files =
      [
        ("optimum.json", try jsonText(JSONFit(report.document)) + "\n"),
        ("minima.csv", MinimumTable.csv(report)),
      ] + [MinimumFigure.draw(report).map { ("optimum.svg", $0.svg) }].compactMap(\.self)
    for (name, text) in files {
      let path = folder.file(name)
      try OutputFolder.write(Data(text.utf8), to: path)
      if printing.json { Console.error(path) } else { Console.print(path) }
    }
  }
}
