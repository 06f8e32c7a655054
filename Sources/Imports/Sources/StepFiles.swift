import Basics
import Metrics
import Posix
import SweepFiles
import Tables

/// Finds tables of steps in folders: CSV files and JSON lines.
struct StepFiles {
  /// A run's files.
  struct Run: Sendable {
    /// Its table, or the folder of several.
    let name: String
    let tables: [String]
    let settings: [String]
  }

  /// What names of tables end in.
  static let endings: Set = ["csv", "tsv", "jsonl", "ndjson", "json", "log", "txt"]
  /// Names of tables of one run beside each other that are no parts of its names.
  private static let usual: Set = [
    "metrics", "metric", "log", "logs", "history", "progress", "results", "losses", "loss",
  ]
  /// The most folders and levels that are looked at, and bytes of a table's first line.
  private static let limits = (folders: 1_000_000, depth: 16, line: 1 << 16)

  private let map: ImportMap
  private let parameters: Set<String>
  private(set) var runs: [Run] = []
  /// Tables with several runs each.
  private(set) var tables: [TableRuns] = []

  init(map: ImportMap, parameters: Set<String>) {
    self.map = map
    self.parameters = parameters
  }

  /// How many were found.
  var count: Int { runs.count + tables.count }

  /// Takes a table that is one run.
  mutating func add(_ path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let settings = Self.settings(name, Descriptor.names(in: folder))
    runs.append(
      Run(
        name: path, tables: [path], settings: settings.map { slash == nil ? $0 : "\(folder)/\($0)" }
      ))
  }

  /// Takes all tables of steps in a folder and those in it; follows no links.
  mutating func search(_ root: String) {
    var waiting: [(path: String, depth: Int)] = [(root, 0)]
    var seen = 0
    while let (path, depth) = waiting.popLast(), seen < Self.limits.folders {
      seen += 1
      let names = Descriptor.names(in: path).filter { !$0.hasPrefix(".") }
        .sorted(by: RecordedRuns.isBefore)
      take(names.filter { isOfSteps("\(path)/\($0)", $0) }, among: names, in: path)
      guard depth < Self.limits.depth else { continue }
      for name in names.reversed()
      where CappedFile.isFolder("\(path)/\(name)", followingLinks: false) {
        waiting.append(("\(path)/\(name)", depth + 1))
      }
    }
  }

  private mutating func take(_ found: [String], among names: [String], in folder: String) {
    var own: [String] = []
    for name in found {
      let path = "\(folder)/\(name)"
      guard needsReading(path), let source = try? table(path), source.count > 1 else {
        own.append(name)
        continue
      }
      tables.append(source)
    }
    let isOne =
      own.count > 1
      && own.allSatisfy { name in
        DataParts.contains(Self.stem(name)) || Self.usual.contains(Self.stem(name))
      }
    for group in isOne ? [own] : own.map({ [$0] }) {
      let settings = Self.settings(isOne ? "" : group[0], names)
      runs.append(
        Run(
          name: isOne ? folder : "\(folder)/\(group[0])", tables: group.map { "\(folder)/\($0)" },
          settings: settings.map { "\(folder)/\($0)" }))
    }
  }

  private func table(_ path: String) throws(TableError) -> TableRuns {
    let table = try Table(path: path)
    try table.checkNames()
    return try TableRuns(table, path: path, map: map, parameters: parameters)
  }

  /// What a table's names begin with where its run has several.
  static func prefix(_ path: String) -> String {
    let stem = stem(String(path.split(separator: "/").last ?? ""))
    return DataParts.contains(stem) ? "\(stem)/" : ""
  }

  private static func stem(_ name: String) -> String {
    String(name.lowercased().prefix { $0 != "." })
  }

  /// The files of settings of a table beside them.
  private static func settings(_ name: String, _ names: [String]) -> [String] {
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? Substring(name)
    let own = Set(["json", "yaml", "yml"].map { "\(stem).\($0)" }).subtracting([name])
    return names.filter { SettingsFile.names.contains($0) || own.contains($0) }
  }

  // MARK: First lines

  private func isOfSteps(_ path: String, _ name: String) -> Bool {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex,
      Self.endings.contains(name[name.index(after: dot)...].lowercased()),
      !SettingsFile.names.contains(name)
    else { return false }
    // A table that cannot be read is told of, not passed by.
    let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains(CappedFile.start(of: path, count: 2))
    return isUTF16 && ["csv", "tsv"].contains(name[name.index(after: dot)...].lowercased())
      || TableRuns.step(among: header(path), map, parameters) != nil
  }

  /// Whether it may hold several runs, or names of parameters.
  private func needsReading(_ path: String) -> Bool {
    let header = header(path)
    return TableRuns.run(among: header, map, parameters) != nil
      || header.contains(where: parameters.contains)
  }

  /// The names in a file's first line; none where it is no table's.
  private func header(_ path: String) -> [String] {
    let start = CappedFile.start(of: path, count: Self.limits.line)
    guard let end = start.firstIndex(of: 0x0A) else { return [] }
    let line = start[..<end]
    guard let first = line.first(where: { $0 > 0x20 }), !line.contains(0) else { return [] }
    if first == UInt8(ascii: "{") {
      // A file of settings may be an object on one line, too.
      let isOnly = path.hasSuffix(".json") && !start[end...].contains(first)
      guard !isOnly, let value = try? JSON(Array(line)) else { return [] }
      return value.members.map(\.name)
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let separator = [",", "\t", ";"].first(where: { text.contains($0) }) else { return [] }
    return text.split(separator: separator, omittingEmptySubsequences: false).map { name in
      let isQuote = { (character: Character) in "\"\r\u{FEFF} ".contains(character) }
      return String(String(name.drop(while: isQuote)).reversed().drop(while: isQuote).reversed())
    }
  }
}
