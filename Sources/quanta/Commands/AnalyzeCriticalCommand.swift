import Analysis
import ArgumentParser
import Findings
import Foundation
import Operations
import Reports
import Store

struct AnalyzeCriticalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "critical",
    abstract: "The size at which a metric reaches a level, such as the data that grokking needs.",
    discussion: """
      Below a critical size of data a network that has grokked forgets the rule when it goes on training, \
      since memorising costs less weight there (arXiv:2309.02390): a sweep of omnigrok-modadd whose grid has \
      `start: [grokked/0, grokked/1]`, jobs of another that kept their weights, and several values of \
      fraction shows it. For each group of runs (--by) the metric \
      is fitted by the rising curve of least squares over sizes; the critical size is where the curve \
      crosses --level, on logarithms of sizes, and lies in the span that is printed beside it: (greatest \
      size below, least size not below]. A group that does not cross it says so. Two groups or more make a \
      geometric mean with its 95 % interval.

      Examples:
        quanta analyze critical last
        quanta analyze critical last --metric accuracy.final --level 0.7 --by seed
        quanta analyze critical last --size trainNum --json
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "The size: a parameter or a recorded number.")
  var size = "samples"
  @Option(name: .long, help: "What grows with it: a recorded number.")
  var metric = "accuracy.final"
  @Option(name: .long, help: "The value of the metric that is looked for.")
  var level = 0.5
  @Option(
    name: .long,
    help: "The axis that tells groups apart; start where the grid has it, else seed, if absent.")
  var by: String?
  @Option(name: .shortAndLong, help: "A folder for the figure as SVG.", completion: .directory)
  var output: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    guard level.isFinite else { throw ValidationError("--level must be a number") }
  }

  func run() throws {
    let results = try store.results(of: sweep)
    let (axis, critical) = try results.critical(size: size, metric: metric, level: level, by: by)
    let names = results.names(of: critical, axis: axis)
    if printing.json {
      try printJSON(
        CriticalDocument(
          sweep: results.record.name, size: size, metric: metric, level: level, by: axis, critical))
    } else {
      Console.print(
        CriticalTable.text(
          critical, names: names, axis: axis ?? "all", size: size, metric: metric, level: level))
    }
    guard let output else { return }
    let path = try OutputFolder(output).file("\(results.record.name)-critical.svg")
    let figure = CriticalFigure.draw(
      critical, names: names, size: size, metric: metric, level: level,
      source: results.record.name)
    try FigureFile(format: .svg).write(figure.svg, to: path)
    Console.name(path, besideData: printing.json)
  }
}
