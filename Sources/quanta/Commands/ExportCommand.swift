import Analysis
import ArgumentParser
import Findings
import Foundation
import Operations
import Reports
import Store

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes runs, curves or fits for papers and notebooks.",
    discussion: """
        runs       one row a job, with every parameter and scalar
        curves     one row a step (with --curve loss.subtasks a step and column)
        fits       one row a fit: every parameter with its error and interval
        residuals  one row a fitted point, with ln(prediction) − ln(y)
        draws      one row a resample of the bootstrap: objective and parameters
        grid       the fitted curve with its 95 % band at 101 places, ready to plot
      As json, fits have the hash of their points, minima, covariance and warnings; as latex they \
      are a booktabs table.

      Examples:
        quanta export parity-parameters-small > runs.csv
        quanta export last --what curves --curve loss --format csv
        quanta export last --what fits --format latex
        quanta export last --what residuals > residuals.csv
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case runs
    case curves
    case fits
    case residuals
    case draws
    case grid
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
    case latex
  }

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "What to write.")
  var what: What = .runs
  @Option(name: .long, help: "The format; json goes with runs, curves and fits, latex with fits.")
  var format: Format = .csv
  @Option(name: .long, help: "The curve's name.")
  var curve = "loss"
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if format == .latex, what != .fits { throw ValidationError("latex is for --what fits") }
    if format == .json, [.residuals, .draws, .grid].contains(what) {
      throw ValidationError("\(what.rawValue) is written as csv")
    }
  }

  func run() throws {
    let reader = try store.reader(about: sweep)
    let results = try store.results(of: sweep)
    switch what {
    case .runs:
      try RunsExport(reader: reader, sweep: results.record.name).write(
        asJSON: format == .json, write)
    case .curves:
      try CurvesExport(results: results, curve: curve).write(asJSON: format == .json, write)
    case .fits: try writeFits(results)
    case .residuals: try write(results, FitExport.residuals)
    case .draws: try write(results, FitExport.draws)
    case .grid: try write(results, FitExport.grid)
    }
  }

  /// Writes something of the fits.
  private func write(_ results: SweepResults, _ text: ([FitReport]) -> String) throws {
    let fits = try results.fits()
    write(text(fits))
    try fits.checkAnswers()
  }

  private func write(_ text: String) { Console.write(text, to: .standardOutput) }

  private func writeFits(_ results: SweepResults) throws {
    let fits = try results.fits(FitSettings(allowsIncomplete: allowIncomplete))
    switch format {
    case .csv: write(FitExport.parameters(fits))
    case .latex: write(LatexTable.text(fits))
    case .json: try printJSON(fits.flatMap(JSONFit.all))
    }
    try fits.checkAnswers()
  }
}
