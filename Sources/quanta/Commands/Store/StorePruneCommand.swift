import ArgumentParser
import Findings
import Operations
import Store

struct StorePruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Removes what nobody needs any more, for good; says what and asks.",
    discussion: """
      Without options: results that no sweep lists, logs and checkpoints of jobs in no sweep, \
      checkpoints of done jobs and those that a killed run has half written, data sets that no \
      sweep reads, and weights that no result names. Only files that runs of the store \
      wrote are removed. Which job ran where and when stays on record.

      Examples:
        quanta store prune
        quanta store prune --logs --discarded --yes
      """)

  @Flag(name: .long, help: "The logs of done jobs as well.")
  var logs = false
  @Flag(name: .long, help: "The numbers, curves and weights of discarded results as well.")
  var discarded = false
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader()
    let seen = try Freeable(reader)
    let rows = seen.rows.filter { row in
      row.command.hasSuffix("prune") || (logs && row.command.hasSuffix("--logs"))
        || (discarded && row.command.hasSuffix("--discarded"))
    }
    guard !rows.isEmpty else {
      let rest = seen.rows.map { "  \($0.text), \(describeBytes($0.bytes)): `\($0.command)`" }
      return Console.error((["nothing to prune"] + rest).joined(separator: "\n"))
    }
    let list = rows.map { "  \($0.text), \(describeBytes($0.bytes))" }
    try Question.confirm(
      (["to be removed for good:"] + list).joined(separator: "\n"), agreed: consent.yes,
      remedy: ConsentOptions.remedy)
    try StoreAccess.withLedger(store.directory, waiter: queue.waiter) { ledger in
      try ledger.prune(seen, logs: logs, discarded: discarded)
    }
    Console.error("done; \(describeBytes(StoreFiles(reader.layout).database)) of database are left")
  }
}
