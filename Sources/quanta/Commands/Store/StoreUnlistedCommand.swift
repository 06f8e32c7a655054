import ArgumentParser
import Basics
import Findings
import Store
import SweepModel

struct StoreUnlistedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlisted", abstract: "Lists recorded results that no sweep lists.",
    discussion: """
      They are left by sweeps that were replaced or forgotten. A sweep whose grid holds such a job has \
      its result at once; `quanta store prune` removes them.

      Examples:
        quanta store unlisted
        quanta store unlisted --json
      """)

  @Option(name: .long, help: "At most so many jobs.")
  var limit = 1000
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit must not be negative") }
  }

  func run() throws {
    try Self.list(store.reader(), limit: limit, isJSON: output.json)
  }

  /// Lists them; nil is no limit.
  static func list(_ reader: StoreReader, limit: Int?, isJSON: Bool) throws {
    let jobs = try reader.unlistedJobs(limit: limit)
    if isJSON {
      return try printJSON(jobs.map(UnlistedResult.init))
    }
    let total = try reader.inventory().unlistedResults
    guard !jobs.isEmpty else { return Console.error("every recorded result is in a sweep") }
    Console.print(UnlistedResult.table(jobs, sweeps: try reader.sweeps()))
    if jobs.count < total {
      Console.error("\(jobs.count) of \(counted(total, "result")); --limit shows more")
    }
  }
}
