import Foundation

/// A folder to which a command writes files.
struct OutputFolder {
  let path: String

  /// Makes the folder where it is missing.
  init(_ path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandError(
        "the folder \(path) cannot be made: \((error as NSError).localizedDescription)")
    }
  }

  /// The path of a file in it; what a file's name cannot hold, or a shell would read, is one `_`.
  func file(_ name: String) -> String {
    var kept = ""
    for character in name {
      let isPlain =
        character.isASCII
        && (character.isLetter || character.isNumber || "._=+-".contains(character))
      if isPlain || kept.last != "_" { kept.append(isPlain ? character : "_") }
    }
    return "\(path)/\(kept)"
  }

  /// Writes a file whole or not at all, in place of one of that name.
  static func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }
}
