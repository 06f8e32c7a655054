public import ArgumentParser
import Store
public import SweepModel

extension JobState: ExpressibleByArgument {}

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Lists the jobs of a sweep.",
    discussion: """
      The first thousand that are asked for, unless --limit or --all says otherwise; a line on \
      standard error tells how many there are when some are not shown.

      Examples:
        quanta jobs
        quanta jobs parity-parameters-small --state setAside
        quanta jobs last --json --all
        quanta jobs last --offset 5000 --limit 100
      """)

  @Argument(help: "The sweep's name, file, or `last`.")
  var sweep = "last"
  @Option(name: .long, help: "Only jobs in this state.")
  var state: JobState?
  @Flag(name: .long, help: "Only done jobs whose result a rerun contradicts.")
  var quarantined = false
  @Option(name: .long, help: "Leave out so many jobs at the start.")
  var offset = 0
  @Option(name: .long, help: "At most so many jobs.")
  var limit = 1000
  @Flag(name: .long, help: "Every job.")
  var all = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  /// Jobs that are read and printed at a time.
  private static let pageSize = 1000

  func validate() throws {
    guard offset >= 0, limit >= 0 else {
      throw ValidationError("--offset and --limit must not be negative")
    }
    if quarantined, state ?? .done != .done {
      throw ValidationError("only done jobs are quarantined")
    }
  }

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let record = try SweepArgument.record(sweep, in: reader)
    var writer = JobsWriter(axes: record.axes, isJSON: output.json)
    var shown = 0
    try forEachPage(of: record.name, reader) { page in
      try writer.write(page)
      shown += page.count
    }
    writer.finish()
    let total =
      quarantined ? record.quarantined : state.map { record.counts[$0] } ?? record.counts.total
    if shown < total { Console.error("\(shown) of \(total) jobs; --all lists every one") }
  }

  /// Reads the jobs a page at a time, so that a million of them need no more memory than a thousand.
  private func forEachPage(
    of name: String, _ reader: StoreReader, _ body: ([JobRecord]) throws -> Void
  ) throws {
    var position = offset
    var left = all ? Int.max : limit
    while left > 0 {
      let size = min(left, Self.pageSize)
      let page = try reader.jobs(
        of: name, in: state, quarantined: quarantined, offset: position, limit: size)
      try body(page)
      guard page.count == size else { return }
      position += size
      left -= size
    }
  }
}
