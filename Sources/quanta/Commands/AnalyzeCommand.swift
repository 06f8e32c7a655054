import ArgumentParser

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Grokking: what theory says, the phases of a sweep's runs, and circuits in networks.",
    subcommands: [
      AnalyzeRepresentationCommand.self, AnalyzePhasesCommand.self, AnalyzeMechanismsCommand.self,
    ])
}
