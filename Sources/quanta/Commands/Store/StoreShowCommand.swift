import ArgumentParser
import Foundation
import Store

struct StoreShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what a store holds, with sizes, and what could be freed.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Document: Encodable {
    let store: String
    let sweeps: Int
    let jobs: Int
    let results: Int
    let curves: Int
    let databaseBytes: Int
    let curveBytes: Int
    let logs: Int
    let logBytes: Int
    let checkpoints: Int
    let checkpointBytes: Int
    let dataSets: Int
    let dataBytes: Int
    let unlistedResults: Int
    let discardedResults: Int
    let freeable: [Freeable.Row]
  }

  func run() throws {
    let reader = try store.reader()
    let inventory = try reader.inventory()
    let files = StoreFiles(reader.layout)
    let sweeps = try reader.sweeps().count
    let freeable = try Freeable(reader, files: files, inventory: inventory)
    if output.json {
      return try printJSON(
        Document(
          store: reader.layout.directory, sweeps: sweeps, jobs: inventory.jobs,
          results: inventory.results, curves: inventory.curves, databaseBytes: files.database,
          curveBytes: inventory.curveBytes, logs: files.logs.count, logBytes: files.logs.total,
          checkpoints: files.checkpoints.count, checkpointBytes: files.checkpoints.total,
          dataSets: files.data.count, dataBytes: files.data.values.reduce(0, +),
          unlistedResults: inventory.unlistedResults, discardedResults: inventory.discarded,
          freeable: freeable.rows))
    }
    Console.print("store \(reader.layout.directory)")
    var table = TextTable(["WHAT", "NUMBER", "SIZE"], numeric: [1, 2])
    table.add(["sweeps", describeCount(sweeps), ""])
    table.add(["jobs", describeCount(inventory.jobs), ""])
    table.add(["results", describeCount(inventory.results), ""])
    table.add(
      ["curves", describeCount(inventory.curves), describeBytes(inventory.curveBytes)])
    table.add(["database, all in all", "", describeBytes(files.database)])
    table.add(["logs", describeCount(files.logs.count), describeBytes(files.logs.total)])
    table.add(
      [
        "checkpoints", describeCount(files.checkpoints.count),
        describeBytes(files.checkpoints.total),
      ])
    table.add(
      [
        "data sets", describeCount(files.data.count),
        describeBytes(files.data.values.reduce(0, +)),
      ])
    Console.print(table)
    guard !freeable.rows.isEmpty else {
      return Console.print("\nnothing could be freed without a loss")
    }
    Console.print("\ncould be freed:")
    for row in freeable.rows {
      Console.print("  \(row.text), \(describeBytes(row.bytes)): `\(row.command)`")
    }
  }
}
