import Analysis
import ArgumentParser
import Foundation
import Reports
import Store
import SweepFiles
import SweepModel

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one self-contained HTML file: fits, figures, diagnostics, jobs, provenance.",
    discussion: """
      A figure that cannot be drawn is left out, and the report says so. Exit status: 1 where points \
      of the grid are missing and --allow-incomplete is not given; the report is written all the same.

      Examples:
        quanta report parity-parameters-small
        quanta report last --output paper/scaling.html
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .shortAndLong, help: "The file; SWEEP.html when left out.", completion: .file())
  var output: String?
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Draw the fits out to a place, such as parameters=1e9 (repeatable); see `quanta predict`.",
      valueName: "place"), transform: AskedPlace.init(option:))
  var places: [AskedPlace] = []
  @Flag(
    name: .long, help: "Add to each fit a table of all forms, with AICc and held-out errors.")
  var compare = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    if let output { try OutputFolder.checkReport(output) }
    let reader = try store.reader(about: sweep)
    let results = try SweepResults(SweepArgument.record(sweep, in: reader), reader: reader)
    try results.checkResults()
    let (fits, omissions) = results.possibleFits(
      FitSettings(selects: true, allowsIncomplete: allowIncomplete, compares: compare))
    let drawer = SweepFigures(results, fits: try fits.reaching(places))
    let figures = [.scaling, .exponents, .phases, .landscape, .emergence, .curves].map(drawer.draw)
    let diagnostics = [.residuals, .profile, .cutoffs, .pairs].map(drawer.draw)
    let report = HTMLReport(
      sweep: results.record.name, generated: describeTime(Date().timeIntervalSince1970),
      fits: fits,
      figures: figures.flatMap { $0.figures.map(\.figure) },
      diagnostics: diagnostics.flatMap { $0.figures.map(\.figure) },
      omissions: omissions + (figures + diagnostics).flatMap(\.omissions), jobs: results.jobs,
      axes: results.record.axes, source: SweepFile.settled(results.record.source),
      facts: try facts(reader, results))
    let path = output ?? "\(results.record.name).html"
    try OutputFolder.checkReport(path)
    try OutputFolder.write(Data(report.html.utf8), to: path)
    Console.print(path)
    try results.checkHoles(allowIncomplete: allowIncomplete)
  }

  /// Where and by what the results were made.
  private func facts(
    _ reader: StoreReader, _ results: SweepResults
  ) throws -> [HTMLReport.Fact] {
    let provenances = try results.jobs.filter { $0.state == .done }.compactMap { job in
      try reader.attempts(of: job.job.key).first { $0.outcome == .accepted }?.provenance
    }
    let cpu = provenances.reduce(0) { $0 + $1.cpuSeconds }
    let columns: [(String, (Provenance) -> String)] = [
      ("hosts", { "\($0.hostname) (\($0.processor))" }),
      ("instruction sets", \.instructionSet), ("versions", \.version),
      ("worker binaries", { String($0.binaryHash.prefix(12)) }),
    ]
    return columns.map { name, value in
      HTMLReport.Fact(
        name: name, value: Set(provenances.map(value)).sorted().joined(separator: ", "))
    } + [HTMLReport.Fact(name: "CPU time", value: describeDuration(cpu))]
  }
}
