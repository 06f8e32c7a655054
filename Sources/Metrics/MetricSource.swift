/// Kinds of traces that programs leave of their metrics.
public enum MetricKind: String, CaseIterable, Sendable, Hashable {
  /// A JSON object a line.
  case jsonLines
  /// A CSV file with a header.
  case csv
  /// A folder with TensorBoard's event files.
  case tensorboard
  /// A run's folder of Sacred's FileStorageObserver.
  case sacred
  /// A log of W&B, `run-ID.wandb`.
  case wandb
  /// MLflow's folder `mlruns`, or one run in it.
  case mlflowFolder
  /// MLflow's SQLite file `mlflow.db`.
  case mlflowDatabase
  /// `trainer_state.json` of Hugging Face's Trainer.
  case trainerState

  /// What people call it.
  public var title: String {
    switch self {
    case .jsonLines: "JSON lines"
    case .csv: "CSV"
    case .tensorboard: "TensorBoard events"
    case .sacred: "Sacred run"
    case .wandb: "W&B log"
    case .mlflowFolder: "MLflow folder"
    case .mlflowDatabase: "MLflow database"
    case .trainerState: "Hugging Face trainer state"
    }
  }

  /// What is expected of one in which no number was found.
  public var expectation: String {
    switch self {
    case .jsonLines: "objects with numbers are expected, one a line: {\"step\": 10, \"loss\": 1.5}"
    case .csv: "a header with the metrics' names is expected, and rows of numbers below it"
    default: "it holds no number"
    }
  }
}

/// A trace that a program leaves of its metrics.
public struct MetricSource: Sendable, Hashable {
  /// What it is.
  public let kind: MetricKind
  /// The file or folder.
  public let path: String
  /// What its names begin with, where several sources would have the same ones: `train/`.
  public let prefix: String

  /// A source of a kind that is known.
  public init(kind: MetricKind, path: String, prefix: String = "") {
    self.kind = kind
    self.path = path
    self.prefix = prefix
  }

  /// Where it is, whatever its names begin with.
  public var bare: MetricSource { MetricSource(kind: kind, path: path) }

  /// A reader that begins at its start.
  ///
  /// - Parameter step: The column or member that holds the step; nil for the likeliest. Only JSON lines,
  ///   CSV and the trainer state leave a choice.
  public func reader(step: String?) -> any MetricReader {
    switch kind {
    case .jsonLines: JSONLinesReader(path: path, prefix: prefix, step: step)
    case .csv: CSVReader(path: path, prefix: prefix, step: step)
    case .tensorboard: TensorBoardReader(path: path, prefix: prefix)
    case .sacred: SacredReader(path: path, prefix: prefix)
    case .wandb: WandBReader(path: path, prefix: prefix)
    case .mlflowFolder: MLflowFolderReader(path: path, prefix: prefix)
    case .mlflowDatabase: MLflowDatabaseReader(path: path, prefix: prefix)
    case .trainerState: TrainerStateReader(path: path, prefix: prefix, step: step)
    }
  }
}
