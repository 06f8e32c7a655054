import ArgumentParser
import Basics
import Findings
import Foundation
import SweepFiles
import SweepModel

struct WorkersSystemCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "system",
    abstract: "Prints the file that describes a batch system, to begin one of your own with.",
    discussion: """
      What submits, tells, calls off, and what answers mean. A pool of a cluster file names a changed \
      one as `system: ./ourpbs.yaml`, beside `ask:` for what stood under the system's name. Without a name \
      it lists the systems.

      Examples:
        quanta workers system
        quanta workers system pbs > ourpbs.yaml
      """)

  @Argument(
    help: "The system: slurm, pbs and so on.",
    completion: .list(BatchSystems.all.map(\.name)))
  var name: String?

  func run() throws {
    guard let name else {
      var table = TextTable(["SYSTEM", "TITLE"])
      for system in BatchSystems.all { table.add([system.name, system.title]) }
      return Console.print(table)
    }
    guard let text = BatchSystems.text(of: name) else {
      throw CommandError(
        "there is no batch system \(jsonQuoted(name))",
        remedy: NearestWord.remedy(for: name, in: BatchSystems.all.map(\.name)))
    }
    Console.write(text, to: .standardOutput)
  }
}
