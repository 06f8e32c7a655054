import Basics
import Foundation
import Posix
import SweepFiles
import SweepModel

/// The script that a command hands to its interpreter: a slip in its name is told before any job runs.
enum CommandScript {
  private static let interpreters: Set = [
    "bash", "julia", "lua", "node", "perl", "python", "Rscript", "ruby", "sh", "zsh",
  ]

  /// Throws where the jobs of a file run a script that the folder of their code does not have.
  static func check(_ signature: WorkloadSignature, of source: SweepSource) throws(FileError) {
    func given(_ name: String) -> String? {
      let value = signature.parameters.first { $0.name == name }?.defaultValue
      guard case .text(let text)? = value else { return nil }
      return text
    }
    guard signature.name == CommandSpec.workload, let text = given(CommandSpec.parameter),
      let spec = CommandSpec(text: text), let script = script(of: spec)
    else { return }
    guard let folder = given(CommandSpec.code) else {
      throw FileError(
        file: source.origin,
        message:
          "\(printable(script)) would be looked for in an empty folder: the sweep names no code",
        remedy:
          "write `code: .` (what lies here goes to every host), or give the script by a path that begins "
          + "with /")
    }
    guard DataSet(name: folder) == nil else { return }
    let path = "\(folder)/\(script)"
    guard !FileManager.default.fileExists(atPath: path) else { return }
    let place = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let near = NearestWord.of(name, in: Descriptor.names(in: place).sorted())
    throw FileError(
      file: source.origin,
      message: "there is no \(printable(script)) in the folder of the code, \(printable(folder))",
      remedy: near.map { "did you mean \"\(printable($0))\"?" }
        ?? "give the folder in which it lies as \"code\"")
  }

  /// A word that names a script by its place in the folder; nil where that cannot be told for sure.
  private static func script(of spec: CommandSpec) -> String? {
    // In a container a script may lie anywhere.
    guard !spec.isShell, spec.folder == nil, spec.prefix.isEmpty, let first = spec.run.first else {
      return nil
    }
    if first.hasPrefix("./") || first.hasPrefix("../") { return plain(first) }
    let program = first.split(separator: "/").last ?? ""
    let bare = String(program.prefix { $0.isLetter })
    guard interpreters.contains(bare) || first == "${interpreter}", spec.run.count > 1 else {
      return nil
    }
    let script = spec.run[1]
    return script.contains(".") ? plain(script) : nil
  }

  private static func plain(_ word: String) -> String? {
    let isTemplate = word.contains("{") || word.contains("$")
    return isTemplate || word.hasPrefix("-") || word.hasPrefix("/") ? nil : word
  }
}
