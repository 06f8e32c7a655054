import ArgumentParser
import Basics
import Findings
import Foundation
import SweepFiles
import SweepModel

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Prints a ready sweep file.",
    discussion: """
      Examples:
        quanta new parity-parameters-small > sweep.yaml
        quanta new parity-exponents | less
      """)

  @Argument(
    help: "The preset's name; `quanta presets` lists them.",
    completion: .presets)
  var preset: String

  func run() throws {
    guard let found = Presets.all.first(where: { $0.name == preset }) else {
      throw CommandError(
        "no preset is called \"\(preset)\"",
        remedy: NearestWord.remedy(for: preset, in: Presets.all.map(\.name)))
    }
    Console.write(found.text, to: .standardOutput)
  }
}
