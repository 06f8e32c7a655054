import ArgumentParser

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "What networks have learned: phases of grokking, circuits, quanta.",
    subcommands: [
      AnalyzeRepresentationCommand.self, AnalyzePhasesCommand.self, AnalyzeMechanismsCommand.self,
      AnalyzeQuantaCommand.self, AnalyzeAttributeCommand.self, AnalyzeAnomaliesCommand.self,
      AnalyzeCriticalCommand.self,
    ])
}
