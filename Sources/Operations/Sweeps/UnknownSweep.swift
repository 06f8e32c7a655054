import Basics
package import Findings
import SweepFiles
import SweepModel

/// The name of a sweep that a store does not have, in a command that reads the store only.
package struct UnknownSweep {
  private let text: String
  private let directory: String
  private let known: [String]

  package init(_ text: String, at directory: String, known: [String]) {
    self.text = text
    self.directory = directory
    self.known = known
  }

  /// What runs the sweep, where a file or a preset of the name can be run, or nearly one; nil for
  /// other words. Throws what is wrong with the file.
  package var error: CommandError? {
    get throws {
      if let file = SweepFile.existing(text) {
        let name = try SweepDataSets.name(of: SweepFile.read(path: file))
        return notRun("the sweep \"\(name)\" of \(text)", by: text)
      }
      if Preset.named(text) != nil { return notRun("the preset \"\(text)\"", by: text) }
      if text.hasSuffix(".yaml") || text.hasSuffix(".yml") { _ = try SweepFile.read(path: text) }
      guard let near = NearestWord.of(text, in: known + Presets.all.map(\.name)),
        !known.contains(near)
      else { return nil }
      return CommandError(
        "the store \(directory) has no sweep \"\(text)\"",
        remedy: "did you mean the preset \"\(near)\"? `quanta run \(near)` runs it")
    }
  }

  private func notRun(_ subject: String, by argument: String) -> CommandError {
    CommandError(
      "\(subject) is not in the store \(directory)",
      remedy: "`quanta run \(ShellWord.quoted(argument))` runs it; --store names another store"
    )
  }
}
