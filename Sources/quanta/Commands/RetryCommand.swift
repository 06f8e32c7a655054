import ArgumentParser
import Basics
import Operations
import Store
import SweepModel

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Frees jobs that failed or were cancelled.",
    discussion: """
      A running coordinator takes them up at once; otherwise `quanta resume` does.

      Examples:
        quanta retry --failed
        quanta retry 3f2a91 7b
        quanta retry --where "seed=0..4"
        quanta retry all --sweep parity-data-small
      """)

  @OptionGroup var selection: JobSelection
  @Flag(name: .long, help: "Only jobs that failed; without jobs, all such of the sweep.")
  var failed = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    if selection.isEmpty, !failed {
      throw ValidationError(
        "name the jobs, or use --failed for all that failed of the last sweep or of --sweep NAME")
    }
  }

  func run() throws {
    let reader = try store.reader(about: selection.named)
    // What is named is narrowed by --failed, which alone means the whole sweep's.
    let chosen =
      try failed && selection.isEmpty
      ? reader.jobs(of: SweepArgument.name(selection.sweep, in: reader), in: .setAside)
      : selection.records(in: reader).filter {
        $0.state == .setAside || ($0.state == .cancelled && !failed)
      }
    guard !chosen.isEmpty else {
      let name = try SweepArgument.name(selection.sweep, in: reader)
      return Console.error(
        "nothing to retry: no such job has failed or is cancelled; `quanta jobs \(name)` lists "
          + "how each stands")
    }
    let keys = chosen.map(\.job.key)
    let isRunning = LiveFile(reader.layout).isCoordinatorAlive
    try Requests(reader).move(
      keys, to: .waiting, asking: .retry(keys), reason: "freed by a person")
    let name = try SweepArgument.name(selection.sweep, in: reader)
    Console.error(
      "freed \(counted(keys.count, "job"))"
        + (isRunning
          ? ", for the coordinator that is running"
          : "; `quanta resume \(name)` runs \(keys.count == 1 ? "it" : "them")"))
  }
}
