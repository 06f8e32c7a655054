import Analysis
import ArgumentParser
import Findings
import Foundation
import Reports

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

      Exit status: 1 where the rows have no law of minima; 2 for a wrong command line or a table that \
      cannot be read as asked.

      Examples:
        quanta optimum runs.csv --minimum-over lr --x params --y loss
        quanta optimum runs.csv --minimum-over lr,batch --x params --x2 tokens \\
          --y loss --at params=1e9,tokens=2e10 --output paper
      """)

  @OptionGroup var study: StudyOptions
  @Option(name: .long, help: "The column of the setting, or two with a comma.")
  var minimumOver: String
  @Option(name: .long, help: "The column of the scale, such as parameters.")
  var x: String
  @Option(name: .long, help: "The column of a second scale, such as tokens.")
  var x2: String?
  @Option(name: .long, help: "The column of the metric.")
  var y: String
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "NAME=NUMBER,… : a scale whose best settings are told (repeatable).", valueName: "place"),
    transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
  @Option(name: .long, help: "Resamples; 0 for Student's t of the regression.")
  var bootstrap = 2000

  func validate() throws {
    if bootstrap != 0, bootstrap < 100 {
      throw ValidationError("--bootstrap must be 0 or at least 100")
    }
    if !(1...2).contains(settings.count) || settings.contains("") {
      throw ValidationError("--minimum-over names one column, or two with a comma")
    }
    if bootstrap == 0, study.chosenSeed != nil {
      throw ValidationError("--seed is the bootstrap's, and --bootstrap 0 makes none")
    }
    try ColumnRoles.checkApart(
      settings.map { ("--minimum-over", $0) } + [("--x", x), ("--x2", x2), ("--y", y)])
  }

  private var settings: [String] {
    minimumOver.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  func run() throws {
    let scales = [x] + [x2].compactMap(\.self)
    let asked = MinimumStudy(
      scales: scales, settings: settings, y: y,
      filters: try study.filters(),
      places: try places.map { try $0.numbers(of: scales) })
    let report = try study.answer(form: "minimum-over", y: y, name: "optimum") { table in
      try asked.report(over: table, resamples: bootstrap, seed: study.seed)
    }
    try study.tell(
      report.document, name: "optimum", text: MinimumTable.text(report),
      files: [
        ("minima.csv", MinimumTable.csv(report)),
        ("optimum.svg", MinimumFigure.draw(report)?.svg),
      ])
  }
}
