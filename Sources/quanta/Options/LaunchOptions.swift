import ArgumentParser
import Findings
import Foundation
import Operations

/// The options of commands that run jobs.
struct LaunchOptions: ParsableArguments {
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var store: StoreOptions
  @Flag(name: .long, help: "Go on without hosts that cannot be used; they join once they can.")
  var skipUnusable = false
  @Flag(
    name: .long,
    help: """
      Go on when the first twelve jobs have all failed in the same way: else the run waits for you
      at a terminal, and ends elsewhere.
      """)
  var keepGoing = false
  @Flag(
    name: .long, help: "Allow a store on a network file system (SQLite may lose data there).")
  var forceNetworkStore = false
  @Option(name: .long, help: "Time between checkpoints of a job, seconds.")
  var checkpointSeconds = RunConditions.usualCheckpointSeconds
  @Option(name: .long, help: "How long a worker without work and coordinator goes on, seconds.")
  var graceSeconds = RunConditions.usualGraceSeconds
  @Flag(
    name: .long,
    help: """
      Run on without this terminal once the run has begun; `quanta attach` shows it.
      """)
  var detach = false
  @Flag(name: .long, help: .hidden)
  var detached = false
  @Flag(name: .long, help: "Print only errors and the result.")
  var quiet = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    for seconds in [checkpointSeconds, graceSeconds] where !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("a time in seconds is greater than 0, not \(seconds)")
    }
  }

  /// On which hosts and how to run.
  var conditions: RunConditions {
    var conditions = RunConditions(store: store.directory, cluster: cluster.machines)
    conditions.words = CommandMention.current.launchWords
    conditions.skipsUnusable = skipUnusable
    conditions.keepsGoing = keepGoing
    conditions.allowsNetworkFileSystem = forceNetworkStore
    conditions.waitsForPerson = isatty(2) == 1 && !isQuiet
    conditions.checkpointSeconds = checkpointSeconds
    conditions.graceSeconds = graceSeconds
    return conditions
  }

  /// Whether to print no more than errors and the result.
  var isQuiet: Bool { quiet || output.json }
}

/// The option of commands that may end before all is run.
struct StopOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Choose runs until ci95(FIT) < WIDTH; `quanta next` explains the choice.", valueName: "rule"),
    transform: StopRule.init(parsing:))
  var until: StopRule?
}

/// What to do when another run or command has the store.
struct QueueOptions: ParsableArguments {
  @Flag(name: .long, help: "End with an error when something else has the store; do not wait.")
  var noWait = false

  /// Who waits; nil where nobody shall.
  var waiter: QueueSignals? { noWait ? nil : QueueSignals() }
}
