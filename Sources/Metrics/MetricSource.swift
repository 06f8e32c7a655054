/// Kinds of traces that programs leave of their metrics.
public enum MetricKind: String, CaseIterable, Sendable, Hashable {
  /// A JSON object a line.
  case jsonLines
  /// A CSV file with a header.
  case csv

  /// What people call it.
  public var title: String {
    switch self {
    case .jsonLines: "JSON lines"
    case .csv: "CSV"
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

  /// A reader that begins at its start.
  ///
  /// - Parameter step: The column or member that holds the step; nil for the likeliest.
  public func reader(step: String?) -> any MetricReader {
    switch kind {
    case .jsonLines: JSONLinesReader(path: path, step: step)
    case .csv: CSVReader(path: path, step: step)
    }
  }
}
