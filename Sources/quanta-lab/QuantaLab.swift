import ArgumentParser
import Foundation

/// `quanta-lab`: what proves and what times Quanta, for its developers.
@main
struct QuantaLab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quanta-lab",
    abstract:
      "Proves and times Quanta: simulated clusters, failing hosts, damaged input, benchmarks.",
    subcommands: [
      SimulateCommand.self, ChaosCommand.self, HostileCommand.self, FuzzCommand.self,
      BenchCommand.self,
    ])

  /// Runs a command; a wrong command line ends with 2, as it does with `quanta`.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
      Foundation.exit(2)
    }
  }
}
