import ArgumentParser
import Findings
import SweepFiles

struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Lists the ready sweeps.",
    discussion: """
      Examples:
        quanta presets
        quanta new parity-parameters > sweep.yaml
      """)

  @OptionGroup var output: OutputOptions

  private struct Row: Encodable {
    let name: String
    let summary: String
  }

  func run() throws {
    let presets = Presets.all
    if output.json { return try printJSON(presets.map { Row(name: $0.name, summary: $0.summary) }) }
    var table = TextTable(["PRESET", "WHAT IT MEASURES"])
    for preset in presets { table.add([preset.name, preset.summary]) }
    Console.print(table)
  }
}
