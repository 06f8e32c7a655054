import ArgumentParser
import Findings
import Foundation
import Operations
import Store

/// The store of a command.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The store's folder; what QUANTA_STORE names, or \(StoreLayout.defaultDirectory), if absent.",
      valueName: "folder"),
    completion: .directory, transform: Self.path)
  var chosen: String?

  var directory: String { chosen ?? Self.usual }

  /// Where a store is if the command line does not say.
  static var usual: String {
    environment("QUANTA_STORE").map(path) ?? StoreLayout.defaultDirectory
  }

  /// The path with the home folder for `~`, which shells leave as it is in `--store=~/x`, in quotes
  /// and in files that set variables.
  static func path(_ text: String) -> String {
    guard text == "~" || text.hasPrefix("~/") else { return text }
    return (environment("HOME") ?? NSHomeDirectory()) + text.dropFirst()
  }

  /// Opens the store for a command, which says so where it is about a sweep or a job of that name:
  /// before the first run there is no store, and the error then names the run that is meant.
  func reader(about text: String? = nil) throws -> StoreReader {
    do throws(StoreError) {
      return try StoreReader.open(at: directory)
    } catch {
      guard error.code == .notFound, let text,
        let slip = try UnknownSweep(text, at: error.path, known: []).error
      else { throw error }
      throw slip
    }
  }

  /// The results of the stored sweep that a command is about.
  func results(of sweep: String) throws -> SweepResults {
    let reader = try reader(about: sweep)
    return try SweepResults(
      SweepArgument.record(sweep, in: reader, note: Console.error), reader: reader)
  }
}

/// A variable of the environment; nil also for an empty one.
func environment(_ name: String) -> String? {
  let value = ProcessInfo.processInfo.environment[name] ?? ""
  return value.isEmpty ? nil : value
}

/// `--json` of a command.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print JSON for machines.")
  var json = false
}
