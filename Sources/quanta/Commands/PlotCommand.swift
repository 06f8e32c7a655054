import Analysis
import ArgumentParser
import Foundation
import Reports
import Store

extension SweepFigures.Kind: ExpressibleByArgument {}

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Writes figures of a sweep as SVG or PNG.",
    discussion: """
      Kinds: scaling (log–log, points with seeds, fit, interval, theory), emergence (subtask
      losses), curves (loss against steps). PNG is made by rsvg-convert (Debian: librsvg2-bin).

      Examples:
        quanta plot parity-parameters-small
        quanta plot last --what scaling --format png --output figures
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case svg
    case png
  }

  @Argument(help: "The sweep's name, file, or `last`.")
  var sweep = "last"
  @Option(name: .long, help: "scaling, emergence or curves; all when left out (repeatable).")
  var what: [SweepFigures.Kind] = []
  @Option(name: .long, help: "svg or png.")
  var format: Format = .svg
  @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
  var output = "."
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let results = try SweepResults(SweepArgument.name(sweep, in: reader), reader: reader)
    guard results.hasResults else { throw CommandError("no job of \(sweep) is done yet") }
    let figures = SweepFigures(
      results, fits: try results.fits(FitSettings(allowsIncomplete: allowIncomplete)))
    do {
      try FileManager.default.createDirectory(
        atPath: output, withIntermediateDirectories: true)
    } catch {
      throw CommandError(
        "the folder \(output) cannot be made: \((error as NSError).localizedDescription)")
    }
    for kind in what.isEmpty ? SweepFigures.Kind.allCases : what {
      for (name, figure) in try figures.draw(kind) {
        let path = "\(output)/\(results.record.name)-\(name).\(format.rawValue)"
        try FigureFile.write(figure.svg, to: path, format: format)
        Console.print(path)
      }
    }
  }
}
