import ArgumentParser
import Foundation
import LabSupport
import Testing

@testable import quanta

/// Every `--help`, as a newcomer reads it.
@Suite(.timeLimit(.minutes(10))) struct HelpTests {
  /// A command with the words that call it.
  struct Entry {
    let words: [String]
    let type: any ParsableCommand.Type
  }

  private static let commands = all(below: Quanta.self, [])

  private static func all(below type: any ParsableCommand.Type, _ words: [String]) -> [Entry] {
    [Entry(words: words, type: type)]
      + type.configuration.subcommands.flatMap { all(below: $0, words + [$0._commandName]) }
  }

  /// The command lines that a help text shows, each as its words.
  private static func examples(in help: String) -> [[String]] {
    let joined = help.replacing(#/ \\\n */#, with: " ")
    return joined.split(separator: "\n").filter { $0.contains(/^  quanta [a-z]/) }.flatMap { line in
      line.split(separator: " && ").map { part in
        // What a shell would read: no redirection, and quotes that hold blanks together.
        let command = part.prefix { $0 != ">" && $0 != "|" || part.contains("\"") }
        return command.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .flatMap { place, text in
            place % 2 == 1 ? [String(text)] : text.split(separator: " ").map(String.init)
          }
      }
    }
  }

  @Test func help_ofEveryCommand_fitsEightyColumns() async throws {
    #expect(Self.commands.count > 35)
    try await Sandbox.with { sandbox in
      for command in Self.commands {
        let help = await sandbox.quanta(command.words + ["--help"])
        #expect(help.status == 0, "\(command.words)")
        for line in help.output.split(separator: "\n") where line.count > 80 {
          Issue.record("\(command.words): \(line)")
        }
        let isBroken = help.output.contains(/(?m)^  quanta [^\n]*\n(--|[a-z])/)
        #expect(!isBroken, "an example of \(command.words) is broken: \(help.output)")
      }
    }
  }

  @Test func examples_ofEveryCommand_areCommandLines() throws {
    var count = 0
    for command in Self.commands {
      let help = Quanta.helpMessage(for: command.type, columns: 200)
      for words in Self.examples(in: help) {
        count += 1
        #expect(throws: Never.self, "\(words)") {
          _ = try Quanta.parseAsRoot(Array(words.dropFirst()))
        }
      }
    }
    #expect(count > 60)
  }
}
