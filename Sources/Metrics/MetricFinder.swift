import Glibc
import Posix

/// Looks for traces of metrics in a folder and those in it. It follows no links, and looks neither
/// deeper than a dozen folders nor at more than some ten thousand entries.
public struct MetricFinder: Sendable {
  private static let depthLimit = 12
  private static let entryLimit = 20_000
  private static let sourceLimit = 200

  private let folder: String

  /// Looks in a folder.
  public init(folder: String) { self.folder = folder }

  /// What is there now, in the order of the paths, in which `version_10` comes after `version_9`.
  public func find() -> [MetricSource] {
    var walk = Walk(entries: Self.entryLimit)
    walk.visit(folder, depth: Self.depthLimit)
    return Array(
      walk.sources.sorted { NaturalOrder.isBefore($0.path, $1.path) }.prefix(Self.sourceLimit))
  }

  /// Files that are known by their names.
  public static func kind(ofFile name: String) -> MetricKind? {
    switch name {
    case "metrics.jsonl", "metrics.json", "log.jsonl", "logs.jsonl", "history.jsonl",
      "progress.jsonl", "progress.json", "train_log.jsonl", "result.json":
      .jsonLines
    case "metrics.csv", "progress.csv", "training.csv", "training.log", "training_log.csv",
      "log.csv",
      "logs.csv", "history.csv", "results.csv":
      .csv
    default: nil
    }
  }

  /// Folders that hold no traces but may be large.
  static let skipped: Set = [
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages",
  ]
}

/// A walk through folders that ends after a number of entries.
private struct Walk {
  var entries: Int
  var sources: [MetricSource] = []

  mutating func visit(_ path: String, depth: Int) {
    guard depth > 0, entries > 0, let folder = Self.open(path) else { return }
    let names = folder.names.prefix(entries)
    entries -= names.count
    var folders: [String] = []
    for name in names {
      switch Self.type(of: name, in: folder) {
      case S_IFDIR: if !MetricFinder.skipped.contains(name) { folders.append(name) }
      case S_IFREG:
        if let kind = MetricFinder.kind(ofFile: name) {
          sources.append(MetricSource(kind: kind, path: "\(path)/\(name)"))
        }
      default: break
      }
    }
    folder.close()
    for name in folders { visit("\(path)/\(name)", depth: depth - 1) }
  }

  private static func open(_ path: String) -> Descriptor? {
    try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
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
