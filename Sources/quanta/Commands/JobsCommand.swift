public import ArgumentParser
import Store
public import SweepModel

extension JobState: ExpressibleByArgument {}

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Lists the jobs of a sweep.",
    discussion: """
      Examples:
        quanta jobs
        quanta jobs parity-parameters-small --state setAside
        quanta jobs last --json
      """)

  @Argument(help: "The sweep's name, file, or `last`.")
  var sweep = "last"
  @Option(name: .long, help: "Only jobs in this state.")
  var state: JobState?
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Row: Encodable {
    let index: Int
    let key: String
    let state: String
    let reason: String
    let attempts: Int
    let parameters: [String: JSONValue]
    let scalars: [String: Double]
  }

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let record = try reader.sweep(named: SweepArgument.name(sweep, in: reader))
    let jobs = try reader.jobs(of: record.name, in: state)
    if output.json { return try printJSON(jobs.map(row)) }
    var table = TextTable(
      ["JOB", "#"] + record.axes + ["STATE", "TRIES", "LOSS", "REASON"],
      numeric: Set(1...record.axes.count + 1).union([record.axes.count + 3, record.axes.count + 4]))
    for job in jobs {
      let axes = record.axes.map { job.job.parameters[$0]?.description ?? "" }
      let loss = job.number("loss.final").map { formatted($0) } ?? ""
      table.add(
        [job.job.key.short, "\(job.index)"] + axes
          + [job.state.rawValue, "\(job.attempts)", loss, job.reason])
    }
    Console.print(table.text)
  }

  private func formatted(_ value: Double) -> String {
    String((value * 1e5).rounded() / 1e5)
  }

  private func row(_ job: JobRecord) -> Row {
    Row(
      index: job.index, key: job.job.key.hex, state: job.state.rawValue, reason: job.reason,
      attempts: job.attempts, parameters: jsonObject(job.job.parameters),
      scalars: Dictionary(job.scalars.map { ($0.name, $0.value) }) { $1 })
  }
}
