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
  /// The folders of a run of TensorBoard.
  let parts: [TensorBoardRuns.Part]

  init(
    _ tool: RecordedRun.Tool, path: String, key: String? = nil, problem: String? = nil,
    parts: [TensorBoardRuns.Part] = []
  ) {
    (self.tool, self.path, self.key, self.problem) = (tool, path, key, problem)
    self.parts = parts
  }
}

/// Runs that other tools have recorded.
public enum RecordedRuns {
  private static let entryLimit = 5_000_000

  /// The places of all runs in a folder and those in it, or of a file, in the order of their names, in
  /// which 10 comes after 2. A run of Hydra owns what other tools have written in its folder, and one
  /// of TensorBoard folders such as `train` below its own.
  public static func find(in path: String) -> [RecordedPlace] {
    let walk = TraceWalk(path, entries: entryLimit, entersHydra: false)
    var places = walk.hydra.map { RecordedPlace(.hydra, path: $0) }
    var events: [String] = []
    for trace in walk.traces {
      switch trace.kind {
      case .sacred: places.append(RecordedPlace(.sacred, path: trace.path))
      case .wandb: places.append(RecordedPlace(.wandb, path: trace.path))
      case .mlflowFolder:
        let runs =
          MLflowFolder.meta(trace.path) == nil ? MLflowFolder.runs(in: trace.path) : [trace.path]
        places += runs.map { RecordedPlace(.mlflow, path: $0) }
      case .mlflowDatabase: places += database(trace.path)
      case .tensorboard: events.append(trace.path)
      case .jsonLines, .csv, .trainerState: break
      }
    }
    places += TensorBoardRuns(events, in: path).places.map {
      RecordedPlace(.tensorboard, path: $0.path, parts: $0.parts)
    }
    return places.sorted { NaturalOrder.isBefore($0.path, $1.path) }
  }

  /// The order of names in which 10 comes after 2.
  public static func isBefore(_ left: String, _ right: String) -> Bool {
    NaturalOrder.isBefore(left, right)
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
    var reader = RecordedReader()
    return reader.read(self)
  }
}

/// Reads one run after the other. What places beside each other have in common, such as a database, is
/// read once.
public struct RecordedReader: Sendable {
  private var database: MLflowRuns?

  /// A reader that has read nothing.
  public init() {}

  /// Reads a run, however damaged it is.
  public mutating func read(_ place: RecordedPlace) -> RecordedRun {
    let name = String(place.path.split(separator: "/").last ?? "")
    var run = RecordedRun(place.tool, path: place.path, id: place.key ?? name)
    if let problem = place.problem {
      run.problems.append(problem)
      return run
    }
    switch place.tool {
    case .sacred: run.readSacred()
    case .wandb: run.readWandB()
    case .mlflow where place.key != nil:
      if database?.isOf(place.path) != true { database = MLflowRuns(path: place.path) }
      run.readMLflow(from: database)
    case .mlflow: run.readMLflowFolder()
    case .hydra: run.readHydra()
    case .tensorboard: run.readTensorBoard(place.parts)
    }
    return run
  }
}
