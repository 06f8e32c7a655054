import Analysis
import ArgumentParser
import Findings
import Operations
import Reports
import Store

extension SweepFigures.Kind: ExpressibleByArgument {}

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Writes figures of a sweep as SVG, PNG or PDF.",
    discussion: """
      Of every fit:
        scaling    points with seeds, fit with its 95 % band, theory, log–log
        exponents  the exponents against a numeric axis that splits the fit, with theory
        residuals  ln(y) − ln(fit) against x
        profile    likelihood of the exponents with the 95 % cut
        cutoffs    the exponents without the smallest and without the largest x
        pairs      the bootstrap's draws, parameter against parameter
      Of the sweep:
        emergence  subtask losses
        curves     loss against steps; training and test accuracy, where recorded
        phases     grokking: maps over two axes, steps to thresholds over one
        landscape  training and test error over two axes, and sections through them
      Further axes make panels or figures of their own. Of many groups or slices some have a figure, \
      which says so; --what KIND draws all. What cannot be drawn is left out with a sentence.

      --width lays a figure out for paper: all text is 7 pt high, and what has no room beside the \
      plot stands below it. PNG and PDF are made by rsvg-convert (Debian: librsvg2-bin). \
      `quanta fit data.csv --output DIR` draws the fits of a table.

      Exit status: 1 where points of the grid are missing and --allow-incomplete is not given, 2 \
      where a kind that --what names cannot be drawn.

      Examples:
        quanta plot parity-parameters-small
        quanta plot last --what scaling --format png --output figures
        quanta plot last --what scaling --format pdf --width 3.3in --no-title
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "A kind of figure; all when left out (repeatable).")
  var what: [SweepFigures.Kind] = []
  @Option(name: .long, help: "The kind of file.")
  var format: FigureFile.Format = .svg
  @Option(
    name: .long,
    help: "The figures' width, 1.5in to 60in, such as 3.3in, 84mm, 240pt; as on a screen if absent."
  )
  var width: FigureWidth?
  @Flag(name: .long, help: "Leave title and subtitle to the figure's caption.")
  var noTitle = false
  @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
  var output = "."
  @OptionGroup var drawing: DrawingOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let results = try store.results(of: sweep)
    try results.checkResults()
    let kinds = what.isEmpty ? SweepFigures.Kind.allCases : what
    let (fits, omissions) = results.possibleFits(
      FitSettings(selects: kinds.contains(.cutoffs), allowsIncomplete: drawing.allowIncomplete))
    let figures = SweepFigures(
      results, fits: try fits.reaching(drawing.places),
      style: FigureStyle(inches: width?.inches, showsTitle: !noTitle),
      isWhole: !what.isEmpty)
    omissions.forEach(Console.error)
    let drawings = kinds.map { ($0, figures.draw($0)) }
    try write(drawings.map(\.1), of: results)
    var isMissing = false
    for (kind, drawing) in drawings where drawing.figures.isEmpty && !what.isEmpty {
      isMissing = true
      guard let absence = drawing.absence else { continue }
      Console.error(
        "\(results.record.name) has nothing to draw as \(kind.rawValue): \(absence)")
    }
    if isMissing { throw ExitStatus.badInput }
    try results.checkHoles(allowIncomplete: drawing.allowIncomplete)
    if kinds.contains(.scaling) { try fits.checkAnswers() }
  }

  private func write(_ drawings: [SweepFigures.Drawing], of results: SweepResults) throws {
    let folder = try OutputFolder(output)
    let file = FigureFile(format: format, isPrinted: width != nil)
    for drawing in drawings {
      for (name, figure) in drawing.figures {
        let path = folder.file("\(results.record.name)-\(name).\(format.rawValue)")
        try file.write(figure.svg, to: path)
        Console.print(path)
      }
      drawing.omissions.forEach(Console.error)
    }
  }
}

extension SweepResults {
  /// Says that points are missing and ends the command with the status for it, as `fit` does; a
  /// person may have accepted them.
  func checkHoles(allowIncomplete: Bool) throws {
    let grid = Completeness(records: jobs, axes: record.axes)
    guard !grid.isComplete, !allowIncomplete else { return }
    Console.error(
      "\(record.name) is \(grid.summary); `--allow-incomplete` accepts that")
    throw ExitStatus.someFailed
  }
}
