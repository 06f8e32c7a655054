import ArgumentParser
import Findings
import Operations
import Store

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Lets a running coordinator start nothing new until `quanta resume`.",
    discussion: """
      Examples:
        quanta pause
        quanta resume
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader(about: sweep)
    let name = try SweepArgument.name(sweep, in: reader)
    try Requests(reader).checkRuns(name)
    guard try Requests(reader).sendIfRunning(.pause(sweep: name)) else {
      throw CommandError(
        "no coordinator is running on \(store.directory)",
        remedy: "there is nothing to pause; `quanta status` shows how its sweeps stand")
    }
    Console.error("\(name): paused; `quanta resume \(name)` lets it go on")
  }
}
