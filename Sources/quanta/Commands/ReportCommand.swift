import Analysis
import ArgumentParser
import Findings
import Foundation
import Inspection
import Operations
import Reports
import Store
import SweepFiles
import SweepModel

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one self-contained HTML file: fits, figures, diagnostics, jobs, provenance.",
    discussion: """
      A figure that cannot be drawn is left out, and the report says so. Of sparse-parity networks whose \
      weights are kept it has the quanta of the first, and where the sweep has untrained control bits or a \
      backdoor the detection of anomalies over all. Exit status: 1 where points \
      of the grid are missing and --allow-incomplete is not given; the report is written all the same.

      Examples:
        quanta report parity-parameters-small
        quanta report last --output paper/scaling.html
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .shortAndLong, help: "The file; SWEEP.html when left out.", completion: .file())
  var output: String?
  @OptionGroup var drawing: DrawingOptions
  @Flag(
    name: .long, help: "Add to each fit a table of all forms, with AICc and held-out errors.")
  var compare = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    if let output { try OutputFolder.checkReport(output) }
    let results = try store.results(of: sweep)
    try results.checkResults()
    let report = try SweepReport(
      results, places: drawing.places, compares: compare,
      allowsIncomplete: drawing.allowIncomplete, networks: NetworkFigures.of(results))
    let path = output ?? "\(results.record.name).html"
    try OutputFolder.checkReport(path)
    try OutputFolder.write(Data(try report.html(at: Date().timeIntervalSince1970).utf8), to: path)
    Console.print(path)
    try results.checkHoles(allowIncomplete: drawing.allowIncomplete)
    try report.fits.checkAnswers()
  }
}
