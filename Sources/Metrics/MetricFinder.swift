/// Looks for traces of metrics in a folder and those in it. It follows no links, and looks neither
/// deeper than some folders nor at more than some ten thousand entries.
public struct MetricFinder: Sendable {
  private static let entryLimit = 20_000
  private static let sourceLimit = 200
  /// Folders that tell apart what is measured of the same run.
  private static let parts: Set = [
    "train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation",
  ]

  private let folder: String

  /// Looks in a folder.
  public init(folder: String) { self.folder = folder }

  /// A folder or link that is called as a file of metrics is, and what it is.
  public typealias Oddity = (path: String, what: String)

  /// What is there now, in the order of the paths, in which `version_10` comes after `version_9`.
  ///
  /// Event files in a folder below others' have names that begin with its own, and so have those in
  /// folders such as `train` and `validation` beside each other.
  public func find() -> [MetricSource] { look().sources }

  /// As ``find()``, with what is called as such files are and is none.
  public func look() -> (sources: [MetricSource], odd: [Oddity]) {
    let walk = TraceWalk(folder, entries: Self.entryLimit, entersHydra: true)
    let events = Set(walk.traces.lazy.filter { $0.kind == .tensorboard }.map(\.path))
    let sources = walk.traces.prefix(Self.sourceLimit).map { trace in
      MetricSource(
        kind: trace.kind, path: trace.path,
        prefix: trace.kind == .tensorboard ? Self.prefix(of: trace.path, among: events) : "")
    }
    return (sources, walk.odd)
  }

  /// Files that are known by their names.
  public static func kind(ofFile name: String) -> MetricKind? { TraceWalk.kind(ofFile: name) }

  private static func prefix(of path: String, among paths: Set<String>) -> String {
    var above = Substring(path)
    while let slash = above.lastIndex(of: "/") {
      above = above[..<slash]
      if paths.contains(String(above)) {
        let rest = path.dropFirst(above.count + 1)
        // A folder of tensorboardX's hparams is called by its time.
        return Double(rest) == nil ? rest + "/" : ""
      }
    }
    let name = String(path.split(separator: "/").last ?? "")
    return parts.contains(name.lowercased()) && paths.count > 1 ? name + "/" : ""
  }
}
