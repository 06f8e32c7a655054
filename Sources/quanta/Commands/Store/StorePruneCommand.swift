import ArgumentParser
import Foundation
import Store
import SweepModel

struct StorePruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Removes what nobody needs any more, for good; says what and asks.",
    discussion: """
      Without options: results that no sweep lists, logs and checkpoints of jobs in no sweep, \
      checkpoints of done jobs, and data sets that no sweep reads. Only files that runs of the store \
      wrote are removed. Which job ran where and when stays on record.

      Examples:
        quanta store prune
        quanta store prune --logs --discarded --yes
      """)

  @Flag(name: .long, help: "The logs of done jobs as well.")
  var logs = false
  @Flag(name: .long, help: "The numbers and curves of discarded results as well.")
  var discarded = false
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let reader = try store.reader()
    let seen = try freeable(reader)
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
    try StoreAccess.withLedger(store.directory, queue) { try prune($0, seen) }
    Console.error("done; \(describeBytes(StoreFiles(reader.layout).database)) of database are left")
  }

  private func freeable(_ reader: StoreReader) throws -> Freeable {
    try Freeable(reader, files: StoreFiles(reader.layout), inventory: reader.inventory())
  }

  /// Removes what was shown and is still nobody's. The database first: files whose jobs it no longer
  /// needs are found again if this is cut short.
  private func prune(_ ledger: LedgerStore, _ seen: Freeable) throws {
    _ = try ledger.prune(
      unlisted: seen.unlistedResults.sorted(), discarded: discarded,
      at: Date().timeIntervalSince1970)
    let now = try freeable(StoreReader.open(at: store.directory))
    let files = StoreFiles(ledger.layout)
    for key in seen.strayLogs.intersection(now.strayLogs) { try files.removeLogs(of: key) }
    for key in seen.strayCheckpoints.intersection(now.strayCheckpoints) {
      try files.removeCheckpoint(of: key)
    }
    for hash in seen.strayData.intersection(now.strayData) { try files.removeData(hash) }
    if logs {
      for key in seen.logsOfDone.intersection(now.logsOfDone) { try files.removeLogs(of: key) }
    }
    try ledger.compact()
  }
}
