import ArgumentParser

/// Times the parts of Quanta that decide how long a sweep takes.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times Quanta's training core, its ledger and its fitter on this machine.",
    subcommands: [
      TrainCommand.self, DispatchCommand.self, FitBenchCommand.self, CoverageCommand.self,
      OptimaCommand.self, DiagnoseCommand.self, ReplayCommand.self, ForecastCommand.self,
      DiscoveryCommand.self,
    ])
}
