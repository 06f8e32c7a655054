import ArgumentParser
import Foundation
import Tables

/// What the commands that study a table have in common: its rows, the resampling's seed, and where the
/// answer goes.
struct StudyOptions: ParsableArguments {
  @Argument(help: "A table.", completion: .sweepsAndTables)
  var file: String
  @Option(
    name: .customLong("where"),
    help: "Only rows with column=value, or with <, <=, >, >=, != and sets a,b (repeatable).")
  var conditions: [String] = []
  @Option(name: .long, help: "The resampling's seed.")
  var seed: UInt64 = 1
  @OptionGroup var printing: OutputOptions
  @Option(name: .shortAndLong, help: "A folder for the answer as files.", completion: .directory)
  var output: String?

  /// The table's rows are taken where all hold.
  func filters() throws -> [RowCondition] { try conditions.map(RowCondition.init(option:)) }

  /// Prints the answer and writes its files, those that are nil left out.
  func tell(
    _ document: any Encodable & Sendable, text: String, files: [(name: String, text: String?)]
  ) throws {
    if printing.json { try printJSON(JSONFit(document)) } else { Console.print(text) }
    guard let output else { return }
    let folder = try OutputFolder(output)
    for case (let name, let text?) in files {
      let path = folder.file(name)
      try OutputFolder.write(Data(text.utf8), to: path)
      if printing.json { Console.error(path) } else { Console.print(path) }
    }
  }
}

extension RowCondition {
  /// Reads the value of `--where`.
  init(option text: String) throws {
    guard let filter = RowCondition(text) else {
      throw CommandError(
        "--where \"\(text)\" is no condition",
        remedy: "write column=value, or <, <=, >, >=, != for =")
    }
    self = filter
  }
}
