import ArgumentParser
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Goes on with a stored sweep, or lets a paused run go on.",
    discussion: """
      It needs no sweep file: the store remembers it. Jobs that failed stay so; \
      `quanta retry --failed` frees them.

      Examples:
        quanta resume
        quanta resume parity-parameters-small --cluster cluster.yaml
      """)

  @Argument(
    help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @OptionGroup var queue: QueueOptions
  @OptionGroup var rule: StopOptions
  @OptionGroup var options: LaunchOptions

  func run() throws {
    let reader = try upToDateReader()
    let name = try SweepArgument.name(sweep, in: reader)
    if queue.noWait { try Requests(reader).checkRuns(name) }
    if reader.liveStatus?.sweep == name,
      try Requests(reader).sendIfRunning(.resume(sweep: name))
    {
      return Console.error("\(name): the running coordinator was asked to go on")
    }
    try Launch.run(options, rule, queue) {
      try SweepArgument(text: name).stored(StoreReader.open(at: options.store.directory))
    }
  }

  /// A store of an older version is brought up to date: that is what readers ask for.
  private func upToDateReader() throws -> StoreReader {
    do {
      return try options.store.reader(about: sweep)
    } catch {
      guard (error as? StoreError)?.code == .olderVersion else { throw error }
      let store = try LedgerStore.open(
        at: options.store.directory, now: Date().timeIntervalSince1970, creating: false,
        allowsNetworkFileSystem: options.forceNetworkStore)
      try store.close()
      return try StoreReader.open(at: options.store.directory)
    }
  }
}
