/// Looks for traces of metrics in a folder and those in it. It follows no links, and looks neither
/// deeper than some folders nor at more than some ten thousand entries.
public struct MetricFinder: Sendable {
  private static let entryLimit = 20_000
  private static let sourceLimit = 200

  private let folder: String

  /// Looks in a folder.
  public init(folder: String) { self.folder = folder }

  /// A folder or link that is called as a file of metrics is, and what it is.
  public typealias Oddity = (path: String, what: String)

  /// What is there now, in the order of the paths, in which `version_10` comes after `version_9`.
  ///
  /// Event files in a folder below others' have names that begin with its own, and so have those and tables in
  /// folders such as `train` and `validation` beside each other.
  public func find() -> [MetricSource] { look().sources }

  /// As ``find()``, with what is called as such files are and is none, and a sentence where not all was
  /// looked at.
  ///
  /// - Parameter isLeft: true of what is none of the program's doing, as if it were not there.
  public func look(
    leaving isLeft: (MetricSource) -> Bool = { _ in false }
  ) -> (sources: [MetricSource], odd: [Oddity], omission: String?) {
    let walk = TraceWalk(folder, entries: Self.entryLimit, entersHydra: true)
    let traces = walk.traces.filter { !isLeft(MetricSource(kind: $0.kind, path: $0.path)) }
    var paths = Dictionary(grouping: traces, by: \.kind).mapValues { Set($0.map(\.path)) }
    // Tables of either kind stand beside each other.
    let tables = (paths[.csv] ?? []).union(paths[.jsonLines] ?? [])
    (paths[.csv], paths[.jsonLines]) = (tables, tables)
    let sources = traces.prefix(Self.sourceLimit).map { trace in
      MetricSource(
        kind: trace.kind, path: trace.path,
        prefix: Self.prefix(of: trace, among: paths[trace.kind] ?? []))
    }
    let remedy = "name those that count as \"metrics\": {file: …}."
    let omission =
      walk.entries == 0
      ? "There are more than \(Self.entryLimit) files: metrics were looked for among so many of them; "
        + remedy
      : traces.count > Self.sourceLimit
        ? "There are \(traces.count) files of metrics: \(Self.sourceLimit) of them were read; \(remedy)"
        : nil
    return (sources, walk.odd, omission)
  }

  /// Files that are known by their names.
  public static func kind(ofFile name: String) -> MetricKind? { TraceWalk.kind(ofFile: name) }

  private static func prefix(of trace: TraceWalk.Trace, among paths: Set<String>) -> String {
    switch trace.kind {
    case .tensorboard:
      let run = isOfParameters(trace.path) ? parent(of: trace.path) : trace.path
      var above = Substring(run)
      while let slash = above.lastIndex(of: "/") {
        above = above[..<slash]
        if paths.contains(String(above)) { return run.dropFirst(above.count + 1) + "/" }
      }
      let folders = paths.filter { !isOfParameters($0) }
      return part(run).map { folders.count > 1 ? $0 + "/" : "" } ?? ""
    case .csv, .jsonLines:
      return part(parent(of: trace.path)).map { paths.count > 1 ? $0 + "/" : "" } ?? ""
    default: return ""
    }
  }

  /// The last name of a folder's path where it tells apart what is measured of one run.
  private static func part(_ folder: String) -> String? {
    let name = String(folder.split(separator: "/").last ?? "")
    return DataParts.contains(name) ? name : nil
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
  }

  /// True for the folder of what tensorboardX' or PyTorch's `add_hparams` writes, which is called by its time.
  public static func isOfParameters(_ folder: String) -> Bool {
    TensorBoardRuns.isNumbered(
      folder[(folder.lastIndex(of: "/").map(folder.index(after:)) ?? folder.startIndex)...])
  }
}
