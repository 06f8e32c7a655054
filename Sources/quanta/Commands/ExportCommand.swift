import Analysis
import ArgumentParser
import Foundation
import Reports
import Store
import SweepModel

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes runs, curves or fits for papers and notebooks.",
    discussion: """
      runs: one row a job, with every parameter and scalar. curves: one row a step (or, with
      --curve loss.subtasks, a step and column). fits: one row a parameter.

      Examples:
        quanta export parity-parameters-small > runs.csv
        quanta export last --what curves --curve loss --format csv
        quanta export last --what fits --format latex
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case runs
    case curves
    case fits
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
    case latex
  }

  @Argument(help: "The sweep's name, file, or `last`.")
  var sweep = "last"
  @Option(name: .long, help: "runs, curves or fits.")
  var what: What = .runs
  @Option(name: .long, help: "csv, json, or latex (fits only).")
  var format: Format = .csv
  @Option(name: .long, help: "The curve's name.")
  var curve = "loss"
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if format == .latex, what != .fits { throw ValidationError("latex is for --what fits") }
  }

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let results = try SweepResults(SweepArgument.name(sweep, in: reader), reader: reader)
    switch what {
    case .runs: try RunsExport(reader: reader, sweep: results.record.name).write(format)
    case .curves: try CurvesExport(results: results, curve: curve).write(format)
    case .fits: try writeFits(results)
    }
  }

  private func writeFits(_ results: SweepResults) throws {
    let fits = try results.fits(FitSettings(allowsIncomplete: allowIncomplete))
    switch format {
    case .csv: Console.write(FitExport.csv(fits), to: .standardOutput)
    case .latex: Console.write(FitExport.latex(fits), to: .standardOutput)
    case .json: try printJSON(fits.flatMap(JSONFit.all))
    }
  }
}
