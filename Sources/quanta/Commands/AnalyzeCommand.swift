import ArgumentParser

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Grokking: what theory says, and the phases of a sweep's runs.",
    subcommands: [AnalyzeRepresentationCommand.self, AnalyzePhasesCommand.self])
}
