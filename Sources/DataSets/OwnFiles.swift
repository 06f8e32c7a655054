import Glibc
import Posix

/// What people have beside their code that is Quanta's, not the code's: stores, work folders, and the files
/// that say what shall run and where. An edited grid is no edited program.
enum OwnFiles {
  /// The most bytes of a file that are looked at.
  private static let limit = 1 << 20

  /// The paths below a folder that are not Quanta's.
  static func removed(from paths: [String], of folder: String) -> [String] {
    let own = Set(
      paths.compactMap { path -> Substring? in
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = slash == path.startIndex ? path[...] : path[path.index(after: slash)...]
        return isMark(name, at: "\(folder)/\(path)") ? path[..<slash] : nil
      })
    return paths.filter { path in
      !own.contains { folder in folder.isEmpty || path == folder || path.hasPrefix("\(folder)/") }
        && !isDefinition(path, in: folder)
    }
  }

  /// A database called as a store's is one where it has a store's tables, or nothing yet.
  private static func isMark(_ name: Substring, at path: String) -> Bool {
    guard name == "store.sqlite" else { return name == ".quanta-folder" }
    let start = start(of: path)
    return start.isEmpty || String(decoding: start, as: UTF8.self).contains("sweep_job")
  }

  /// Whether a file is one of sweeps or hosts, by the keys at its top. A program's own settings may have
  /// keys such as `run` and `parameters`, too.
  private static func isDefinition(_ path: String, in folder: String) -> Bool {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else { return false }
    let keys = topKeys(start(of: "\(folder)/\(path)"))
    if path == "cluster.yaml" || path.hasSuffix("/cluster.yaml") { return keys["hosts"] != nil }
    func isMapping(_ key: String) -> Bool {
      keys[key].map { $0.isEmpty || $0.hasPrefix("{") || $0.hasPrefix("#") } ?? false
    }
    // A program of one word, or a mapping, may be anybody's.
    let isCommand = keys["run"].map {
      $0.hasPrefix("[") || (!$0.hasPrefix("{") && $0.contains(" "))
    }
    let isOurs =
      keys["name"] != nil && isMapping("grid") && (isCommand == true || keys["workload"] != nil)
    let isWandB =
      isMapping("parameters") && (keys["program"] != nil || keys["command"] != nil)
      && ["grid", "random", "bayes"].contains(keys["method"])
    return isOurs || isWandB
  }

  /// The first bytes of a file; none of what is no file.
  private static func start(of path: String) -> [UInt8] {
    guard RegularFile.isOne(path), let file = (try? RegularFile.open(path)) ?? nil else {
      return []
    }
    return (try? file.read(at: 0, count: limit)) ?? []
  }

  /// The words before a colon at the beginnings of lines, and what follows them there.
  private static func topKeys(_ text: [UInt8]) -> [String: String] {
    let pairs = text.split(separator: 0x0A).compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: 0x3A) else { return nil }
      let key = line[..<colon]
      guard !key.isEmpty, key.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
      let rest = line[(colon + 1)...].split { $0 <= 0x20 }.joined(separator: [0x20])
      return (String(decoding: key, as: UTF8.self), String(decoding: Array(rest), as: UTF8.self))
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
