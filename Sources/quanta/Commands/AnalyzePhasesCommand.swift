import Analysis
import ArgumentParser
import Findings
import Foundation
import Operations
import Reports
import Store

struct AnalyzePhasesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phases",
    abstract: "Comprehension, grokking, memorisation or confusion, for each point of a grid.",
    discussion: """
      Over one or two axes of the grid; each further one makes a map of its own for every value. \
      Training and test accuracy reach their thresholds at some step:
        C  comprehension   both, the test accuracy less than --gap steps later
        G  grokking        both, the test accuracy later than that
        M  memorisation    the training accuracy only
        ?  confusion       not even that
      A run that has not reached a threshold by its end is right-censored, not missing: its step is \
      a lower bound, printed as > 10000. Of several seeds: the phase of most (of equally many the one \
      that understands less) with its share, and Kaplan–Meier medians. Points without a result are \
      listed with the reason. No run is ever stopped early because it looks bad.

      Thresholds other than those that the jobs were run with are looked up in the recorded curves, \
      whose resolution is the jobs' logEvery.

      Examples:
        quanta analyze phases grokking-rates-small
        quanta analyze phases last --x decoderRate --y embeddingRate --gap 2000
        quanta analyze phases last --test-threshold 0.8 --csv > phases.csv
        quanta analyze phases grokking-rates --output figures --json
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "The first axis; the grid's first of several numbers if absent.")
  var x: String?
  @Option(name: .long, help: "The second axis; the grid's next one if absent.")
  var y: String?
  @Option(name: .long, help: "The training accuracy to reach; as the jobs were run if absent.")
  var trainThreshold: Double?
  @Option(name: .long, help: "The test accuracy to reach; as the jobs were run if absent.")
  var testThreshold: Double?
  @Option(name: .long, help: "Steps of delay from which on generalisation is grokking.")
  var gap = PhaseRules().gap
  @Flag(name: .long, help: "Print one row a point as CSV.")
  var csv = false
  @Option(
    name: .shortAndLong, help: "A folder for the maps as SVG.", completion: .directory)
  var output: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    for threshold in [trainThreshold, testThreshold].compactMap(\.self)
    where !(0...1).contains(threshold) {
      throw ValidationError("a threshold is an accuracy from 0 to 1, not \(threshold)")
    }
    if gap < 0 { throw ValidationError("--gap must not be negative") }
    if csv, printing.json { throw ValidationError("--csv and --json exclude each other") }
  }

  func run() throws {
    let results = try store.results(of: sweep)
    let rules = PhaseRules(
      trainThreshold: trainThreshold, testThreshold: testThreshold, gap: gap)
    let maps: [PhaseMap]
    do {
      maps = try results.phaseMaps(x: x, y: y, rules: rules)
    } catch AnalysisError.unknownQuantity where !results.recordsPhases {
      throw CommandError("\(results.record.name) has no phases: \(SweepResults.phaseNeeds)")
    }
    if printing.json {
      try printJSON(PhaseDocument(source: results.record.name, maps: maps))
    } else if csv {
      for row in PhaseTable.cells(maps) {
        Console.write(CSVText.line(row), to: .standardOutput)
      }
    } else {
      for map in maps { Console.print(PhaseTable.text(map)) }
    }
    guard let output else { return }
    let folder = try OutputFolder(output)
    for (name, figure) in GrokkingFigures(results).maps(maps) {
      let path = folder.file("\(results.record.name)-\(name).svg")
      try FigureFile(format: .svg).write(figure.svg, to: path)
      Console.name(path, besideData: printing.json || csv)
    }
  }
}
