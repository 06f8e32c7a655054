import Analysis
import ArgumentParser
import Basics
import Findings
import Fitting
import Foundation
import SweepModel
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
  @Option(name: .customLong("seed"), help: "The resampling's seed; 1 if absent.")
  var chosenSeed: UInt64?
  @OptionGroup var printing: OutputOptions
  @Option(name: .shortAndLong, help: "A folder for the answer as files.", completion: .directory)
  var output: String?

  var seed: UInt64 { chosenSeed ?? 1 }

  /// The table's rows are taken where all hold.
  func filters() throws -> [RowCondition] { try conditions.map(RowCondition.init(option:)) }

  /// The table; says what the conditions name in vain.
  func table() throws -> Table {
    let table = try Table(path: file)
    try filters().tellAbsent(in: table)
    return table
  }

  /// The answer of a study; where the rows have none, says why and ends the command with the status for it.
  func answer<Report>(
    form: String, y: String, name: String, _ study: (Table) throws -> Report
  ) throws -> Report {
    let table = try table()
    let reason: String
    do {
      return try study(table)
    } catch let error as MinimumLawError {
      reason = error.description
    } catch let error as TwoStepError {
      reason = error.description
    } catch let error as NoRowsError {
      reason = error.description
    }
    let document = RefusedStudy(
      kind: name, source: table.origin, form: form, y: y, refused: reason)
    try tell(document, name: name, text: "\(table.origin): no law. \(reason)")
    throw ExitStatus.someFailed
  }

  /// Prints the answer and writes it as `NAME.json` with its other files, those that are nil left out.
  func tell(
    _ document: any Encodable & Sendable, name: String, text: String,
    files: [(name: String, text: String?)] = []
  ) throws {
    if printing.json { try printJSON(JSONFit(document)) } else { Console.print(text) }
    guard let output else { return }
    let folder = try OutputFolder(output)
    let json = try jsonText(JSONFit(document)) + "\n"
    for case (let name, let text?) in [("\(name).json", json)] + files {
      let path = folder.file(name)
      try OutputFolder.write(Data(text.utf8), to: path)
      Console.name(path, besideData: printing.json)
    }
  }
}

extension RowCondition {
  /// Reads the value of `--where`.
  init(option text: String) throws {
    guard let filter = RowCondition(text) else {
      throw CommandError(
        "--where \"\(printable(text))\" is no condition",
        remedy: "write column=value, or <, <=, >, >=, != for =, with several values as a,b")
    }
    self = filter
  }
}

extension [RowCondition] {
  /// Says on standard error which values of the conditions no row has: a slip of the pen would otherwise
  /// leave out rows without a word.
  func tellAbsent(in table: Table) throws {
    for condition in self {
      for absent in try condition.absent(in: table) {
        let near = absent.nearest.map { printable($0) }.joined(separator: ", ")
        Console.error(
          "--where \(printable(condition.description)): no row has \(printable(absent.value)). The nearest: "
            + "\(near).")
      }
    }
  }
}
