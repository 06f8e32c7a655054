import ArgumentParser
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct StoreRenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Gives a stored sweep another name; nothing reruns.",
    discussion: """
      The sweep's file stays as it is: running it again makes a sweep of the old name, which shares \
      every result.

      Examples:
        quanta store rename widths widths-2026
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep: String
  @Argument(help: "The new name.")
  var name: String
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader(about: sweep)
    let record = try reader.sweep(named: SweepArgument.name(sweep, in: reader))
    try SweepArgument.check(name: name, workload: record.workload)
    guard name != record.name else { throw CommandError("the sweep is called \(name) already") }
    let parsed = try StoreAccess.withLedger(store.directory, waiter: queue.waiter) { ledger in
      // A run that had the store may have changed the sweep.
      let record = try StoreReader.open(at: store.directory).sweep(named: record.name)
      let source = record.source.renamed(name)
      let parsed = try SweepDataSets.parse(source, isStored: true)
      try ledger.rename(
        record.name, to: parsed.name, source: parsed.source, at: Date().timeIntervalSince1970)
      return parsed
    }
    Console.error("\(record.name) is now \(parsed.name)")
  }
}
