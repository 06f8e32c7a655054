import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
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
      PresetsCommand.self, NewCommand.self, WorkloadsCommand.self, SchemaCommand.self,
      PlanCommand.self, RunCommand.self,
      ResumeCommand.self, RetryCommand.self, CancelCommand.self, PauseCommand.self,
      StatusCommand.self, JobsCommand.self, LogsCommand.self, ExplainCommand.self,
      WaitCommand.self, AttachCommand.self, WorkersCommand.self, VerifyCommand.self,
      FitCommand.self,
      PredictCommand.self,
      ComputeOptimalCommand.self, OptimumCommand.self, DownstreamCommand.self,
      NextCommand.self, AnalyzeCommand.self, ImportCommand.self, ExportCommand.self,
      PlotCommand.self,
      ReportCommand.self, StoreCommand.self,
    ])

  /// Runs a command and ends the process with the documented status.
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    // A file that grows beyond `ulimit -f` is an error with its sentence, not a silent death.
    signal(SIGXFSZ, SIG_IGN)
    raiseFileLimit()
    do {
      try checkSubcommand(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(withNegativeValues(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch let ending as ExitStatus {
      Foundation.exit(ending.rawValue)
    } catch is Interrupted {
      Foundation.exit(ExitStatus.interrupted.rawValue)
    } catch {
      leave(because: error)
    }
  }

  /// One spelling for all errors.
  static var _errorPrefix: String { "error: " }

  /// Ties negative numbers to the option before them: the parser takes `-1` for an option of its own
  /// and says no more than that there is none, where the option can say why it refuses it.
  static func withNegativeValues(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var isEnded = false
    for argument in arguments {
      let isNumber = argument.contains(/^-\.?[0-9]/)
      if isNumber, !isEnded, let option = result.last, option.hasPrefix("-"),
        !option.contains("="), !option.contains(/^-\.?[0-9]/)
      {
        result[result.count - 1] = "\(option)=\(argument)"
      } else {
        result.append(argument)
      }
      if argument == "--" { isEnded = true }
    }
    return result
  }

  /// Allows as many open files as the system lets this process have: a host needs several.
  private static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
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
    if word == "help" { return try checkSubcommand(Array(words.dropFirst()), of: command) }
    let names = commands.map { $0._commandName } + ["help"]
    throw CommandError(
      "no command is called \"\(word)\"", remedy: NearestWord.remedy(for: word, in: names))
  }

  /// Help and version end with 0; a wrong command line and every other error with 2.
  private static func leave(because error: any Error) -> Never {
    switch exitCode(for: error) {
    case .success: tell(error)
    case .validationFailure:
      let text = wrapped(withNearestWord(fullMessage(for: error)))
      let usage = text.firstMatch(of: #/\n(Help|Usage): /#)?.range.lowerBound ?? text.endIndex
      let message = text[..<usage]
      if message.hasPrefix(_errorPrefix) {
        Console.failure(String(message.dropFirst(_errorPrefix.count)))
      } else {
        Console.error(String(message))
      }
      // How a command is called holds whatever this process was called with.
      if usage < text.endIndex {
        Console.write(text[usage...].dropFirst() + "\n", to: .standardError)
      }
    default: Console.failure("\(error)")
    }
    Foundation.exit(ExitStatus.badInput.rawValue)
  }

  /// Prints help with its usage broken between options; a version or a completion script as it is.
  private static func tell(_ success: any Error) -> Never {
    let text = fullMessage(for: success)
    guard text.hasPrefix("OVERVIEW: ") || text.hasPrefix("USAGE: ") else {
      exit(withError: success)
    }
    let columns = max(40, Console.size(of: 1)?.columns ?? 80)
    Console.write(wrapped(text, columns: columns) + "\n", to: .standardOutput)
    Foundation.exit(0)
  }

  /// The parser lists the words that an option takes and leaves it to the reader to see which of them
  /// was meant.
  static func withNearestWord(_ text: String) -> String {
    let refusal = /The value '(.+?)' is invalid for '(\S+).*?\. (?=Please provide one of)/
    guard let match = text.firstMatch(of: refusal) else { return text }
    let rest = text[match.range.upperBound...]
    let inLine = rest.prefix { $0 != "\n" }.matches(of: /'([^']+)'/).map(\.1)
    let below = rest.matches(of: /(?m)^  - (.+)$/).map(\.1)
    let words = (inLine + below).map(String.init)
    let parts = match.1.split(separator: ",").map(String.init)
    let hint: String
    if parts.count > 1, parts.allSatisfy(words.contains) {
      hint = "Give one at a time: " + parts.map { "\(match.2) \($0)" }.joined(separator: " ") + ". "
    } else if let near = NearestWord.of(String(match.1), in: words) {
      hint = "Did you mean '\(near)'? "
    } else {
      return text
    }
    return text.replacingCharacters(in: match.range, with: match.0 + hint)
  }

  /// The text with its usage line, which the parser leaves on one line, broken between options.
  static func wrapped(_ text: String, columns: Int = 80) -> String {
    let head = "Usage: "
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let isUsage = line.hasPrefix(head) || line.hasPrefix(head.uppercased())
      guard isUsage, line.count > columns else { return String(line) }
      var lines = [""]
      for part in parts(line) {
        let last = lines[lines.count - 1]
        if !last.isEmpty, last.count + 1 + part.count > columns {
          lines.append(String(repeating: " ", count: head.count) + part)
        } else {
          lines[lines.count - 1] = last.isEmpty ? part : "\(last) \(part)"
        }
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The words of a usage line; what stands in brackets is one.
  private static func parts(_ line: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in line {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == " ", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}

/// The documented exit statuses; thrown to end the process with one.
enum ExitStatus: Int32, Error {
  /// Some jobs failed or are missing.
  case someFailed = 1
  /// A wrong command line, file, store or host.
  case badInput = 2
  /// The terminal hung up, 128 and the signal's number as shells say it; running again goes on.
  case hungUp = 129
  /// Interrupted; running again goes on.
  case interrupted = 130
}
