import ArgumentParser

/// `quanta-lab`: what proves and what times Quanta, for its developers.
@main
struct QuantaLab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quanta-lab",
    abstract: "Proves and times Quanta: simulated clusters, damaged input, benchmarks.",
    subcommands: [SimulateCommand.self, FuzzCommand.self, BenchCommand.self])
}
