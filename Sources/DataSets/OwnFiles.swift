import Glibc
import Posix

/// What people have beside their code that is Quanta's, not the code's: stores, work folders, and the files
/// that say what shall run and where. An edited grid is no edited program.
enum OwnFiles {
  /// Files by which Quanta knows its folders.
  private static let marks: Set = ["store.sqlite", ".quanta-folder"]
  /// Keys that stand together in files of sweeps alone, the last two of W&B's.
  private static let definitions: [Set<String>] = [
    ["workload", "grid"], ["run", "grid"], ["program", "method", "parameters"],
    ["command", "method", "parameters"],
  ]
  /// The most bytes of a sweep file that are looked at.
  private static let limit = 1 << 20

  /// The paths below a folder that are not Quanta's.
  static func removed(from paths: [String], of folder: String) -> [String] {
    let own = Set(
      paths.compactMap { path -> Substring? in
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = slash == path.startIndex ? path[...] : path[path.index(after: slash)...]
        return marks.contains(String(name)) ? path[..<slash] : nil
      })
    return paths.filter { path in
      !own.contains { folder in folder.isEmpty || path == folder || path.hasPrefix("\(folder)/") }
        && !isDefinition(path, in: folder)
    }
  }

  /// Whether a file is one of sweeps or hosts, by the keys at its top.
  private static func isDefinition(_ path: String, in folder: String) -> Bool {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"),
      RegularFile.isOne("\(folder)/\(path)"),
      let file = (try? RegularFile.open("\(folder)/\(path)")) ?? nil,
      let text = try? file.read(at: 0, count: limit)
    else { return false }
    let keys = topKeys(text)
    if path == "cluster.yaml" || path.hasSuffix("/cluster.yaml") { return keys.contains("hosts") }
    // A program's own settings may have keys such as `run` and `parameters`, too.
    return definitions.contains(where: keys.isSuperset)
  }

  /// The words before a colon at the beginnings of lines.
  private static func topKeys(_ text: [UInt8]) -> Set<String> {
    Set(
      text.split(separator: 0x0A).compactMap { line in
        guard let colon = line.firstIndex(of: 0x3A) else { return nil }
        let key = line[..<colon]
        let isWord = !key.isEmpty && key.allSatisfy { (0x61...0x7A).contains($0) }
        return isWord ? String(decoding: key, as: UTF8.self) : nil
      })
  }
}
