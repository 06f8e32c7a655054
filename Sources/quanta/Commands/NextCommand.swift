import ArgumentParser
import Basics
import Findings
import Operations
import Store
import SweepModel

struct NextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "next",
    abstract: "Shows which runs would narrow an exponent's interval most for their CPU time.",
    discussion: """
      Judges every open run of the grid, another seed of every point, and scales between and beyond \
      the grid's, from the fit so far: by how much the 95 % interval is predicted to shrink, and what \
      that is worth for the CPU time predicted, the best run being 100 %. Runs beyond the grid come \
      with the command that adds them to the sweep. --until adds a cheap set of the grid's runs that \
      should suffice; `quanta run --until` begins with the cheapest, plans anew at every result, and \
      runs both ends of the grid in any case.

      Examples:
        quanta next parity-parameters-small
        quanta next last --until "ci95(alpha_N) < 0.02"
        quanta next last --fit alpha_D --count 20 --json
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "The fit's name in the sweep file; the first when left out.")
  var fit: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "ci95(FIT) < WIDTH, or ci95(FIT.PARAMETER) < WIDTH.", valueName: "rule"),
    transform: StopRule.init(parsing:))
  var until: StopRule?
  @Option(name: .long, help: "Runs to show.")
  var count = 10
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if count < 1 { throw ValidationError("--count must be at least 1") }
    if fit != nil, until != nil { throw ValidationError("--until names the fit already") }
  }

  func run() throws {
    let results = try store.results(of: sweep)
    let request = try request(results)
    let proposals = try results.choices(request).map {
      RunProposals(
        sweep: results.record.name, request: request, choice: $0, axes: results.record.axes,
        rule: until, count: count)
    }
    if output.json {
      try printJSON(proposals.map { $0.document(completed: CommandMention.current.completed) })
    } else {
      Console.print(proposals.map(\.text).joined(separator: "\n\n"))
    }
  }

  private func request(_ results: SweepResults) throws -> FitRequest {
    if let until { return try until.request(among: results.record.fits) }
    guard let first = results.record.fits.first else {
      throw CommandError(
        "the sweep \(results.record.name) asks for no fits",
        remedy: "add one under `fits:` in its file; no job runs again for that")
    }
    guard let fit else { return first }
    guard let found = results.record.fits.first(where: { $0.name == fit }) else {
      throw CommandError(
        "the sweep \(results.record.name) has no fit called \"\(fit)\"",
        remedy: NearestWord.remedy(for: fit, in: results.record.fits.map(\.name)))
    }
    return found
  }
}
