public import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
public import SweepModel

extension JobState: ExpressibleByArgument {
  /// The state that a person names.
  public init?(argument: String) { self.init(word: argument) }

  /// Every state's word.
  public static var allValueStrings: [String] { allCases.map(\.word) }
}

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Lists the jobs of a sweep.",
    discussion: """
      The first thousand that are asked for, unless --limit or --all says otherwise; a line on \
      standard error tells how many there are when some are not shown.

      --where takes jobs by a parameter, a number of the result, or position, state, attempts: \
      "width>10", also with >=, <, <=, != and =; = and != take sets (width=8,16), ranges with both \
      ends (alpha=0.1..0.5) and range(0,3) without its end. Several conditions must all hold. Numbers \
      are compared as numbers: 0.10 is 0.1. --sort orders by the same names, --sort -name with large \
      ones first, jobs without a value last.

      Examples:
        quanta jobs
        quanta jobs last --where "width>10" --where seed=0,1 --sort loss.final
        quanta jobs parity-parameters-small --state failed
        quanta jobs last --json --all
        quanta jobs last --offset 5000 --limit 100
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only jobs that meet a condition, such as \"width>10\" (repeatable).",
      valueName: "condition"),
    transform: JobCondition.init(parsing:))
  var conditions: [JobCondition] = []
  @Option(
    name: .customLong("sort"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Order by a parameter or a number of the result, small ones first; -name: large ones first "
        + "(repeatable).",
      valueName: "name"),
    transform: JobOrder.init(parsing:))
  var order: [JobOrder] = []
  @Flag(name: .long, help: "With --sort: the other way round.")
  var reverse = false
  @Option(
    name: .long,
    help: "Only jobs in this state.")
  var state: JobState?
  @Flag(name: .long, help: "Only done jobs whose result a rerun contradicts.")
  var quarantined = false
  @Flag(
    name: .long,
    help: "Instead, recorded results that no sweep lists, as `quanta store unlisted` lists them.")
  var unlisted = false
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
    if unlisted, quarantined || state != nil || offset > 0 || !conditions.isEmpty || !order.isEmpty
    {
      throw ValidationError("--unlisted goes with --limit, --all and --json alone")
    }
    if reverse, order.isEmpty { throw ValidationError("--reverse goes with --sort") }
  }

  func run() throws {
    let reader = try store.reader(about: unlisted ? nil : sweep)
    if unlisted {
      return try StoreUnlistedCommand.list(
        reader, limit: all ? nil : limit, isJSON: output.json)
    }
    let record = try SweepArgument.record(sweep, in: reader, note: Console.error)
    guard conditions.isEmpty, order.isEmpty else { return try search(record, reader) }
    var writer = JobPages(
      axes: record.axes, isJSON: output.json, asked: record.fits.map(\.y))
    var shown = 0
    try forEachPage(of: record.name, reader, from: offset, limit: all ? .max : limit) { page in
      try show(page, in: &writer)
      shown += page.count
    }
    if let ending = writer.ending { Console.print(ending) }
    let total =
      quarantined ? record.quarantined : state.map { record.counts[$0] } ?? record.counts.total
    if shown < total {
      Console.error("\(shown) of \(counted(total, "job")); --all lists every one")
    }
  }

  /// Lists what conditions leave, in the order asked for, with a column for every number named.
  private func search(_ record: SweepRecord, _ reader: StoreReader) throws {
    var query = JobQuery(conditions, order: order, isReversed: reverse)
    try forEachPage(of: record.name, reader, from: 0, limit: .max) { query.take($0) }
    try query.finish(record.name)
    let rest = query.found.dropFirst(offset)
    let shown = Array(rest.prefix(all ? .max : limit))
    var writer = JobPages(
      axes: record.axes, isJSON: output.json, asked: record.fits.map(\.y),
      fields: query.fields.filter { !JobPages.columns(record.axes).contains($0.name) })
    try show(shown, in: &writer)
    if let ending = writer.ending { Console.print(ending) }
    let total = query.found.count
    if shown.count < total {
      Console.error("\(shown.count) of \(counted(total, "job")); --all lists every one")
    } else if total == 0 {
      Console.error("no job meets that")
    }
  }

  private func show(_ page: [JobRecord], in pages: inout JobPages) throws {
    guard let text = try pages.text(page, width: Console.size(of: 1)?.columns) else { return }
    if output.json { Console.write(text, to: .standardOutput) } else { Console.print(text) }
  }

  /// Reads the jobs a page at a time, so that a million of them need no more memory than a thousand.
  private func forEachPage(
    of name: String, _ reader: StoreReader, from offset: Int, limit: Int,
    _ body: ([JobRecord]) throws -> Void
  ) throws {
    var position = offset
    var left = limit
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
