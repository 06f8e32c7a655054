import Analysis
import ArgumentParser
import Reports
import Store

extension SweepFigures.Kind: ExpressibleByArgument {}

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Writes figures of a sweep as SVG or PNG.",
    discussion: """
      Of every fit:
        scaling    points with seeds, fit with its 95 % band, theory, log–log
        residuals  ln(fit) − ln(y) against x
        profile    likelihood of the exponents with the 95 % cut
        cutoffs    the exponents without the smallest and without the largest x
        pairs      the bootstrap's draws, parameter against parameter
      Of the sweep:
        emergence  subtask losses
        curves     loss against steps; training and test accuracy, where recorded
        phases     grokking: the phase map over two axes, steps to thresholds over one
        landscape  training and test error over two axes, and sections through them
      PNG is made by rsvg-convert (Debian: librsvg2-bin). `quanta fit data.csv --output DIR` draws \
      the fits of a CSV file.

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
  @Option(name: .long, help: "A kind of figure; all when left out (repeatable).")
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
    let kinds = what.isEmpty ? SweepFigures.Kind.allCases : what
    let figures = SweepFigures(
      results,
      fits: try results.fits(
        FitSettings(
          selects: kinds.contains(.cutoffs), allowsIncomplete: allowIncomplete)))
    let folder = try OutputFolder(output)
    for kind in kinds {
      let drawn = try figures.draw(kind)
      if drawn.isEmpty, !what.isEmpty {
        Console.error("\(results.record.name) has nothing to draw as \(kind.rawValue)")
      }
      for (name, figure) in drawn {
        let path = folder.file("\(results.record.name)-\(name).\(format.rawValue)")
        try FigureFile.write(figure.svg, to: path, format: format)
        Console.print(path)
      }
    }
  }
}
