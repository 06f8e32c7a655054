/// A place where one run is recorded.
public struct RecordedPlace: Sendable, Hashable {
  /// Who recorded it.
  public let tool: RecordedRun.Tool
  /// The folder or file.
  public let path: String
  /// Which run of a file that holds several.
  public let key: String?
  /// Why nothing can be read there; nil where something can.
  public let problem: String?

  init(_ tool: RecordedRun.Tool, path: String, key: String? = nil, problem: String? = nil) {
    (self.tool, self.path, self.key, self.problem) = (tool, path, key, problem)
  }
}

/// Runs that other tools have recorded.
public enum RecordedRuns {
  private static let entryLimit = 5_000_000

  /// The places of all runs in a folder and those in it, or of a file, in the order of their names, in
  /// which 10 comes after 2. A run of Hydra owns what other tools have written in its folder, and one
  /// of TensorBoard the event files below its own.
  public static func find(in path: String) -> [RecordedPlace] {
    let walk = TraceWalk(path, entries: entryLimit, entersHydra: false)
    var places = walk.hydra.map { RecordedPlace(.hydra, path: $0) }
    var events: Set<String> = []
    for trace in walk.traces {
      switch trace.kind {
      case .sacred: places.append(RecordedPlace(.sacred, path: trace.path))
      case .wandb: places.append(RecordedPlace(.wandb, path: trace.path))
      case .mlflowFolder:
        let runs =
          MLflowFolder.meta(trace.path) == nil ? MLflowFolder.runs(in: trace.path) : [trace.path]
        places += runs.map { RecordedPlace(.mlflow, path: $0) }
      case .mlflowDatabase: places += database(trace.path)
      case .tensorboard:
        if !isBelow(trace.path, events) {
          places.append(RecordedPlace(.tensorboard, path: trace.path))
        }
        events.insert(trace.path)
      case .jsonLines, .csv, .trainerState: break
      }
    }
    return places.sorted { NaturalOrder.isBefore($0.path, $1.path) }
  }

  private static func isBelow(_ path: String, _ others: Set<String>) -> Bool {
    var above = Substring(path)
    while let slash = above.lastIndex(of: "/") {
      above = above[..<slash]
      if others.contains(String(above)) { return true }
    }
    return false
  }

  private static func database(_ path: String) -> [RecordedPlace] {
    do throws(SQLiteDamage) {
      return try MLflowDatabase(path: path).runs().filter { !$0.isDeleted }.map {
        RecordedPlace(.mlflow, path: path, key: $0.id)
      }
    } catch {
      return [RecordedPlace(.mlflow, path: path, problem: "\(path) cannot be read: \(error)")]
    }
  }
}

extension RecordedPlace {
  /// Reads the run, however damaged it is.
  public func read() -> RecordedRun {
    let name = String(path.split(separator: "/").last ?? "")
    var run = RecordedRun(tool, path: path, id: key ?? name)
    if let problem { run.problems.append(problem) }
    guard problem == nil else { return run }
    switch tool {
    case .sacred: run.readSacred()
    case .wandb: run.readWandB()
    case .mlflow: if let key { run.readMLflowDatabase(key) } else { run.readMLflowFolder() }
    case .hydra: run.readHydra()
    case .tensorboard: run.readTensorBoard()
    }
    return run
  }
}
