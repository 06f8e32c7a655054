import ArgumentParser
import Findings
import SweepModel

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Prints the log of a job's last attempt.",
    discussion: """
      Examples:
        quanta logs 3f2a91
        quanta logs -f 3f2a91
        quanta logs 12 --sweep parity-data-small
        quanta logs 3f2a91 --attempt 1
      """)

  @OptionGroup var job: JobArgument
  @Flag(name: .shortAndLong, help: "Go on printing while the job runs.")
  var follow = false
  @Option(name: .long, help: "The try's number; the last one when left out.")
  var attempt: Int?
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader(about: job.named)
    let record = try job.record(in: reader)
    let number = attempt ?? record.attempts
    guard number >= 1, number <= record.attempts else {
      throw CommandError(
        record.attempts == 0
          ? "job \(record.job.key.short) has not been tried yet"
          : "job \(record.job.key.short) has tries 1 to \(record.attempts), not \(number)",
        remedy: "`quanta explain \(record.job.key.short)` says how it stands")
    }
    try LogPrinter(reader: reader, key: record.job.key, attempt: number).print(following: follow)
  }
}
