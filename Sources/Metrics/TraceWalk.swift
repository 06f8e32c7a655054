import Glibc
import Posix

/// A walk through folders in search of traces. It follows no links and ends after a number of entries.
struct TraceWalk {
  /// A folder or file that a tool has written.
  struct Trace: Hashable {
    let kind: MetricKind
    let path: String
  }

  private static let depthLimit = 16
  /// Folders that hold no traces but may be large.
  private static let skipped: Set = [
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages",
    ".trash",
  ]

  /// How many entries may still be looked at.
  private(set) var entries: Int
  private(set) var traces: [Trace] = []
  /// Folders and links that are called as such files are; links are not followed.
  private(set) var odd: [MetricFinder.Oddity] = []
  /// Folders with Hydra's `.hydra` in them.
  private(set) var hydra: [String] = []
  /// Whether the walk goes into folders of one of Hydra's runs.
  private let entersHydra: Bool

  init(_ path: String, entries: Int, entersHydra: Bool) {
    self.entries = entries
    self.entersHydra = entersHydra
    if let folder = Self.open(path) {
      visit(path, folder, depth: Self.depthLimit, isFirst: true)
    } else {
      if let kind = Self.kind(ofNamed: path) { traces.append(Trace(kind: kind, path: path)) }
    }
    traces.sort { NaturalOrder.isBefore($0.path, $1.path) }
    hydra.sort(by: NaturalOrder.isBefore)
  }

  private mutating func visit(_ path: String, _ folder: Descriptor, depth: Int, isFirst: Bool) {
    var names = folder.names
    if names.count > entries {
      // What is called as such files are stands first.
      let isNamed = Dictionary(grouping: names) { Self.kind(ofFile: $0) != nil }
      names = Array(((isNamed[true] ?? []) + (isNamed[false] ?? [])).prefix(entries))
    }
    if names.isEmpty { return }
    entries -= names.count
    let all = Set(names)
    if all.contains(".hydra"), !hydra.contains(path) {
      hydra.append(path)
      if !entersHydra { return }
    }
    let isSacred =
      all.contains("run.json") || (all.contains("config.json") && all.contains("cout.txt"))
    if isSacred { return traces.append(Trace(kind: .sacred, path: path)) }
    let isMLflow =
      (isFirst || path.hasSuffix("/mlruns")) && !MLflowFolder.runs(in: path).isEmpty
      || all.contains("meta.yaml") && MLflowFolder.meta(path) != nil
    if isMLflow { return traces.append(Trace(kind: .mlflowFolder, path: path)) }
    if names.contains(where: { $0.contains(TensorBoardReader.fileNamePart) }) {
      traces.append(Trace(kind: .tensorboard, path: path))
    }
    var folders: [String] = []
    for name in names where !Self.skipped.contains(name) {
      let type = Self.type(of: name, in: folder)
      if type == S_IFDIR { folders.append(name) }
      guard type != 0, let kind = Self.kind(ofFile: name) else { continue }
      if type == S_IFDIR || type == S_IFLNK {
        odd.append(("\(path)/\(name)", RegularFile.words(type)))
      } else {
        // Readers tell why nothing can be read of a pipe.
        traces.append(Trace(kind: kind, path: "\(path)/\(name)"))
      }
    }
    guard depth > 0 else { return }
    for name in folders where entries > 0 {
      guard let inner = Self.open(name, in: folder) else { continue }
      visit("\(path)/\(name)", inner, depth: depth - 1, isFirst: false)
    }
  }

  /// What a file is that a person has named.
  private static func kind(ofNamed path: String) -> MetricKind? {
    guard unsafe access(path, R_OK) == 0 else { return nil }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if name.contains(TensorBoardReader.fileNamePart) { return .tensorboard }
    if name.hasSuffix(".wandb") { return .wandb }
    if name.hasSuffix(".db") || name.hasSuffix(".sqlite") { return .mlflowDatabase }
    return kind(ofFile: name)
  }

  /// Files that are known by their names.
  static func kind(ofFile name: String) -> MetricKind? {
    switch name {
    case "metrics.jsonl", "metrics.json", "log.jsonl", "logs.jsonl", "history.jsonl",
      "progress.jsonl", "progress.json", "train_log.jsonl", "result.json":
      .jsonLines
    case "metrics.csv", "progress.csv", "training.csv", "training.log", "training_log.csv",
      "log.csv",
      "logs.csv", "history.csv", "results.csv":
      .csv
    case "trainer_state.json": .trainerState
    case "mlflow.db": .mlflowDatabase
    default: name.hasSuffix(".wandb") && name.hasPrefix("run-") ? .wandb : nil
    }
  }

  private static func open(_ name: String, in folder: Descriptor? = nil) -> Descriptor? {
    try? Descriptor(
      opening: name, in: folder?.number ?? AT_FDCWD,
      O_RDONLY | O_DIRECTORY | O_NONBLOCK | (folder == nil ? 0 : O_NOFOLLOW), mode: 0)
  }

  private static func type(of name: String, in folder: Descriptor) -> mode_t {
    var status = stat()
    guard unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return 0 }
    return status.st_mode & S_IFMT
  }
}

/// Names in the order in which people count: runs of digits by their numbers.
enum NaturalOrder {
  static func isBefore(_ left: String, _ right: String) -> Bool {
    var (left, right) = (Substring(left).utf8[...], Substring(right).utf8[...])
    while let a = left.first, let b = right.first {
      if isDigit(a), isDigit(b) {
        let (first, second) = (number(&left), number(&right))
        if first.count != second.count { return first.count < second.count }
        if !first.elementsEqual(second) { return first.lexicographicallyPrecedes(second) }
      } else {
        if a != b { return a < b }
        left = left.dropFirst()
        right = right.dropFirst()
      }
    }
    return left.isEmpty && !right.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// The next digits without zeros before them.
  private static func number(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
    let digits = text.prefix(while: isDigit)
    text = text[digits.endIndex...]
    return digits.drop { $0 == 48 }
  }
}
