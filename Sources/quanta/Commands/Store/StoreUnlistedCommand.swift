import ArgumentParser
import Basics
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

  private struct Row: Encodable {
    let key: String
    let workload: String
    let parameters: [String: JSONValue]
    let scalars: [String: Double]
  }

  func run() throws {
    try Self.list(store.reader(), limit: limit, isJSON: output.json)
  }

  /// Lists them; nil is no limit.
  static func list(_ reader: StoreReader, limit: Int?, isJSON: Bool) throws {
    let jobs = try reader.unlistedJobs(limit: limit)
    if isJSON {
      return try printJSON(
        jobs.map { job in
          Row(
            key: job.job.key.hex, workload: job.job.workload,
            parameters: jsonObject(job.job.parameters),
            scalars: Dictionary(
              job.scalars.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
        })
    }
    let total = try reader.inventory().unlistedResults
    guard !jobs.isEmpty else { return Console.error("every recorded result is in a sweep") }
    let sweeps = try reader.sweeps()
    var table = TextTable(["JOB", "WORKLOAD", "WHAT VARIES"])
    for (workload, members) in Dictionary(grouping: jobs, by: \.job.workload)
      .sorted(by: { $0.key < $1.key })
    {
      let axes = sweeps.filter { $0.workload == workload }.flatMap(\.axes)
      let label = JobLabel(members.map(\.job), axes: names(members, axes: Set(axes)))
      for member in members {
        table.add([member.job.key.short, workload, label.text(of: member.job)])
      }
    }
    Console.print(table)
    if jobs.count < total {
      Console.error("\(jobs.count) of \(counted(total, "result")); --limit shows more")
    }
  }

  /// What tells jobs apart: the axes of sweeps, and parameters of which they have several values; all
  /// parameters where nothing else does.
  private static func names(_ jobs: [JobRecord], axes: Set<String>) -> [String] {
    let names = jobs[0].job.parameters.entries.map(\.name)
    let telling = names.filter { name in
      axes.contains(name)
        || jobs.contains { $0.job.parameters[name] != jobs[0].job.parameters[name] }
    }
    return telling.isEmpty ? names : telling
  }
}
