import ArgumentParser
import Foundation
import SweepModel

/// `quanta`: measures how neural networks scale.
@main
struct Quanta: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quanta",
    abstract: "Measures how neural networks scale: sweeps in, fitted exponents out.",
    discussion: """
      A first sweep, on this machine's cores:

        quanta new parity-parameters-small > sweep.yaml
        quanta plan sweep.yaml
        quanta run sweep.yaml
        quanta report parity-parameters-small

      A SWEEP is a sweep file, the name of a preset, or the name of a sweep in the store.
      Exit status: 0 done, 1 some jobs failed or are missing, 2 bad input, 130 interrupted.
      Shell completion: quanta --generate-completion-script bash|zsh|fish
      """,
    version: "quanta \(quantaVersion)",
    subcommands: [
      PresetsCommand.self, NewCommand.self, SchemaCommand.self, PlanCommand.self, RunCommand.self,
      ResumeCommand.self, RetryCommand.self, CancelCommand.self, PauseCommand.self,
      StatusCommand.self, JobsCommand.self, LogsCommand.self, ExplainCommand.self,
      WaitCommand.self, WorkersCommand.self, VerifyCommand.self, FitCommand.self,
      NextCommand.self, AnalyzeCommand.self, ExportCommand.self, PlotCommand.self,
      ReportCommand.self, StoreCommand.self,
    ])

  /// Runs a command and ends the process with the documented status.
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    do {
      try checkSubcommand(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      try command.run()
    } catch let ending as ExitStatus {
      Foundation.exit(ending.rawValue)
    } catch {
      leave(because: error)
    }
  }

  /// The parser says only that a mistyped command is unexpected.
  private static func checkSubcommand(
    _ words: [String], of command: any ParsableCommand.Type = Quanta.self
  ) throws {
    let commands = command.configuration.subcommands
    guard !commands.isEmpty, let word = words.first, !word.hasPrefix("-") else { return }
    if let found = commands.first(where: { $0._commandName == word }) {
      return try checkSubcommand(Array(words.dropFirst()), of: found)
    }
    let names = commands.map { $0._commandName } + ["help"]
    guard !names.contains(word) else { return }
    throw CommandError(
      "no command is called \"\(word)\"", remedy: NearestWord.remedy(for: word, in: names))
  }

  /// Help and version end with 0; a wrong command line and every other error with 2.
  private static func leave(because error: any Error) -> Never {
    switch exitCode(for: error) {
    case .success: exit(withError: error)
    case .validationFailure: Console.error(fullMessage(for: error))
    default: Console.error("error: \(error)")
    }
    Foundation.exit(ExitStatus.badInput.rawValue)
  }
}

/// The documented exit statuses; thrown to end the process with one.
enum ExitStatus: Int32, Error {
  /// Some jobs failed, were set aside, or are missing.
  case someFailed = 1
  /// A wrong command line, file, store or host.
  case badInput = 2
  /// Interrupted; running again goes on.
  case interrupted = 130
}

/// An error of a command itself: what is wrong and what to do.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ message: String, remedy: String = "") {
    description = remedy.isEmpty ? message : "\(message); \(remedy)"
  }
}
