import ArgumentParser

/// Times the parts of Quanta that decide how long a sweep takes.
@main
struct QuantaBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quanta-bench",
    abstract: "Times Quanta's training core and its ledger on this machine.",
    subcommands: [ParityCommand.self, DispatchCommand.self])
}
