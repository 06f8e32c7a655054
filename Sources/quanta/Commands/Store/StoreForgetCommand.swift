import ArgumentParser
import Basics
import Foundation
import Operations
import Store
import SweepModel

struct StoreForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Forgets a sweep; its results stay until `quanta store prune`.",
    discussion: """
      Results that other sweeps share stay listed there; `quanta store unlisted` lists the others. \
      Running the sweep's file again brings all of it back at once.

      Examples:
        quanta store forget trial
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep: String
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader(about: sweep)
    let record = try reader.sweep(named: SweepArgument.name(sweep, in: reader))
    try Question.confirm(
      "the sweep \(record.name) of \(counted(record.counts.total, "job")), "
        + "\(record.counts[.done]) of them done, would be forgotten; its results stay",
      agreed: consent.yes, remedy: ConsentOptions.remedy)
    try StoreAccess.withLedger(store.directory, waiter: queue.waiter) { ledger in
      try ledger.forget(record.name, at: Date().timeIntervalSince1970)
    }
    let unlisted = try StoreReader.open(at: store.directory).inventory().unlistedResults
    Console.error(
      "forgot \(record.name)"
        + (unlisted > 0
          ? "; `quanta store unlisted` lists \(counted(unlisted, "result")) of no sweep" : ""))
  }
}
