import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
import SweepModel

struct StoreMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Takes over the results and sweeps of another store.",
    discussion: """
      The other store is only read. A job that has a result in both is compared bit for bit; where \
      they differ, this store's stays, the job is named, and the exit status is 1, as for a result \
      whose weights are damaged there, which is left out. A sweep whose name \
      is taken here by other points comes under a name of its own, such as widths-2. Where this store \
      does not exist yet, it is made.

      Examples:
        quanta store merge ../laptop/quanta-store
        quanta store merge old --store new
      """)

  @Argument(help: "The other store's folder.", completion: .directory)
  var other: String
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let source = try otherStore()
    let layout = StoreLayout(directory: store.directory)
    guard !Self.isSame(source.layout.directory, layout.directory) else {
      throw CommandError("a store cannot be merged into itself", remedy: "name another one")
    }
    let report = try StoreAccess.withLedger(store.directory, waiter: queue.waiter, creating: true) {
      ledger in
      // Before a sweep can ask for them.
      try StoreCopy.copyData(from: source.layout, to: layout)
      try StoreCopy.copyWeights(source.weightHashes(), from: source.layout, to: layout)
      let report = try ledger.merge(
        source, at: Date().timeIntervalSince1970, renaming: { $0.renamed($1) })
      try StoreCopy.copyLogs(of: report, from: source.layout, to: layout)
      return report
    }
    try show(report)
    if !report.different.isEmpty || !report.leftOut.isEmpty { throw ExitStatus.someFailed }
  }

  /// What `--store` can do about a bad folder is no remedy for the other store.
  private func otherStore() throws -> StoreReader {
    guard !other.hasSuffix(".tar.gz"), !other.hasSuffix(".tgz") else {
      throw CommandError(
        "\(other) is an archive", remedy: "unpack it (`tar xzf`) and name the folder that it holds")
    }
    guard FileManager.default.fileExists(atPath: StoreLayout(directory: other).database) else {
      throw CommandError("there is no store in \(other)", remedy: "name the other store's folder")
    }
    return try StoreReader.open(at: other)
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    return stat(one, &first) == 0 && stat(other, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private func show(_ report: MergeReport) throws {
    if output.json {
      return try printJSON(MergeDocument(report))
    }
    Console.print(
      "\(counted(report.adopted.count, "result")) taken over"
        + (report.same > 0
          ? "; \(counted(report.same, "result")) that both stores have "
            + "\(report.same == 1 ? "is" : "are") the same bit for bit" : ""))
    for sweep in report.sweeps {
      Console.print(
        sweep.was == sweep.name
          ? "sweep \(sweep.name): `quanta status \(sweep.name)` shows how it stands here"
          : "sweep \(sweep.was) is here under the name \(sweep.name): this store has another "
            + "\(sweep.was)")
    }
    for (key, difference) in report.different.prefix(20) {
      Console.print("job \(key.short) differs, and this store's result stays: \(difference)")
    }
    if report.different.count > 20 {
      Console.print("and \(report.different.count - 20) more that differ")
    }
    for (key, reason) in report.leftOut.prefix(20) {
      Console.print("job \(key.short) was left out: \(reason)")
    }
    if !report.different.isEmpty {
      Console.error("`quanta verify` computes recorded results again and tells which are right")
    }
  }
}
