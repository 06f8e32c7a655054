import Basics
import Metrics
public import SweepFiles
public import SweepModel
import Tables

/// Finds the recorded runs in files and folders, whatever tool wrote them: what is in them decides, not
/// their names.
public enum RunSources {
  /// The most bytes of a joblog.
  private static let logLimit = 1 << 30

  /// Opens files and folders; throws an ``ImportError`` for one in which nothing is found.
  ///
  /// - Parameter now: The time, seconds since 1970 UTC, by which runs that never said how they ended are
  ///   judged.
  public static func open(
    _ paths: [String], signature: WorkloadSignature, map: ImportMap, now: Double
  ) throws(ImportError) -> [any RunSource] {
    var opener = Opener(map: map, parameters: parameters(signature, map))
    for path in paths { try opener.open(path) }
    let sources = try opener.sources(now)
    guard sources.contains(where: { $0.count > 0 }) else {
      throw ImportError(
        "there are no runs in \(paths.map { printable($0) }.joined(separator: ", "))",
        remedy: "name the files that hold them")
    }
    return sources
  }

  /// The names under which parameters of a sweep may be recorded.
  private static func parameters(_ signature: WorkloadSignature, _ map: ImportMap) -> Set<String> {
    Set(signature.parameters.map { map.parameters[$0.name]?.name ?? $0.name })
      .subtracting(map.ignored)
  }

  /// What has been opened; parts that belong together are joined at the end.
  private struct Opener {
    let map: ImportMap
    let parameters: Set<String>
    private var tables: [TableRuns] = []
    private var charts: [(path: String, table: Table)] = []
    private var logs: [(path: String, bytes: [UInt8])] = []
    private var results: [(path: String, table: Table)] = []
    private var folders: [ResultsFolder] = []
    private var places: [RecordedPlace] = []
    private var files: StepFiles

    init(map: ImportMap, parameters: Set<String>) {
      self.map = map
      self.parameters = parameters
      files = StepFiles(map: map, parameters: parameters)
    }

    mutating func open(_ path: String) throws(ImportError) {
      try CappedFile.check(path)
      if CappedFile.isFolder(path, followingLinks: true) {
        let found = RecordedRuns.find(in: path)
        guard found.isEmpty else {
          places += found
          return
        }
        if let folder = ResultsFolder(path) { return folders.append(folder) }
        let known = files.count
        files.search(path)
        guard files.count > known else {
          throw ImportError(
            "no runs were found in the folder \(printable(path))",
            remedy: "name the folder that Sacred, W&B, MLflow, Hydra, TensorBoard or "
              + "`parallel --results` has written, one with a CSV file or JSON lines of steps a run, "
              + "or a CSV file or joblog")
        }
        return
      }
      if isLog(path) {
        return logs.append((path, try CappedFile.read(path, limit: RunSources.logLimit)))
      }
      let found = RecordedRuns.find(in: path)
      guard found.isEmpty else {
        places += found
        return
      }
      do throws(TableError) {
        let table = try Table(path: path)
        if ChartRuns.isChart(table) { return charts.append((path, table)) }
        try table.checkNames()
        if Set(ParallelRuns.header).isSubset(of: table.header) {
          results.append((path, table))
        } else {
          let source = try TableRuns(table, path: path, map: map, parameters: parameters)
          if source.isOneRun { files.add(path) } else { tables.append(source) }
        }
      } catch {
        throw ImportError(error.description)
      }
    }

    /// A joblog, by its first line.
    private func isLog(_ path: String) -> Bool {
      let header = Array(ParallelRuns.header.joined(separator: "\t").utf8) + [0x0A]
      return CappedFile.start(of: path, count: header.count) == header
    }

    func sources(_ now: Double) throws(ImportError) -> [any RunSource] {
      var sources: [any RunSource] = []
      for tool in RecordedRun.Tool.allCases {
        let own = places.filter { $0.tool == tool }
        if !own.isEmpty { sources.append(ToolRuns(tool, own, now: now)) }
      }
      if !files.runs.isEmpty {
        sources.append(FileRuns(files.runs, map: map, parameters: parameters))
      }
      let tables = tables + files.tables
      if charts.isEmpty {
        sources += tables
      } else {
        sources.append(ChartRuns(charts, tables: tables))
      }
      if !(logs.isEmpty && results.isEmpty && folders.isEmpty) {
        sources.append(
          try ParallelRuns(logs: logs, tables: results, folders: folders, map: map))
      }
      return sources
    }
  }
}
