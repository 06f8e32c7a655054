import ArgumentParser
import Findings
import Store

struct StoreShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what a store holds, with sizes, and what could be freed.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let reader = try store.reader()
    let inventory = try reader.inventory()
    let files = StoreFiles(reader.layout)
    let sweeps = try reader.sweeps().count
    let freeable = try Freeable(reader, files: files, inventory: inventory)
    if output.json {
      return try printJSON(
        StoreDocument(
          store: reader.layout.directory, sweeps: sweeps, inventory: inventory, files: files,
          freeable: freeable))
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
        "checkpoints, half written", describeCount(files.drafts.count),
        describeBytes(files.drafts.bytes),
      ])
    table.add(
      [
        "data sets", describeCount(files.data.count),
        describeBytes(files.data.values.reduce(0, +)),
      ])
    table.add(
      [
        "weights", describeCount(files.weights.count),
        describeBytes(files.weights.values.reduce(0, +)),
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
