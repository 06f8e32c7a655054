public import SweepModel

/// How what other tools recorded becomes results of a sweep: what an import's map says.
///
/// Without a map every name means itself.
public struct ImportMap: Sendable, Hashable {
  /// Where a parameter's value is recorded.
  public struct Source: Sendable, Hashable {
    /// The recorded name.
    public var name: String
    /// What some recorded values are called in the sweep.
    public var renames: [String: String]

    /// Creates a source.
    public init(_ name: String, renames: [String: String] = [:]) {
      self.name = name
      self.renames = renames
    }
  }

  /// A metric of the result.
  public struct Metric: Sendable, Hashable {
    /// Its name in the result, such as `loss`.
    public var name: String
    /// What it is recorded as: a series, a list, or lists whose names go on with `.0`, `.1`, ….
    public var values: String
    /// The recorded list that holds the steps; nil where they are recorded with the values.
    public var steps: String?
    /// The distance of steps that are not recorded.
    public var every: Int?
    /// What values are multiplied by.
    public var scale: Double

    /// Creates a metric.
    public init(
      _ name: String, values: String, steps: String? = nil, every: Int? = nil, scale: Double = 1
    ) {
      self.name = name
      self.values = values
      self.steps = steps
      self.every = every
      self.scale = scale
    }
  }

  /// How far a run must have got whose tool does not record how it ended.
  public enum LastStep: Sendable, Hashable {
    /// As far as the run of the import that got furthest.
    case furthest
    /// Anywhere.
    case any
    /// To this step.
    case step(Int)
    /// To the step that a parameter of the sweep says.
    case parameter(String)
  }

  /// A regular expression, and where it stands.
  public struct Output: Sendable, Hashable {
    /// The expression: `step (?<step>\d+) loss (?<loss>\S+)`.
    public let text: String
    /// Its place in the map, for errors about it.
    public let place: String
  }

  /// What the columns of a table are.
  public struct Table: Sendable, Hashable {
    /// What tells runs apart.
    public var run: String?
    /// The step of a row.
    public var step: String?
    /// How a run ended.
    public var state: String?
    /// The name of the row's metric, where each row holds one value of one metric.
    public var metric: String?
    /// That value.
    public var value: String?

    /// Creates roles.
    public init() {}
  }

  /// Parameters of the sweep that are recorded under other names.
  public var parameters: [String: Source] = [:]
  /// Parameters that all runs have had and none records.
  public var constants: [String: Value] = [:]
  /// Recorded names that say nothing of the sweep's parameters.
  public var ignored: Set<String> = []
  /// Recorded names and the value that runs must have had to be of the sweep.
  public var only: [String: String] = [:]
  /// What command lines, names and folders of runs look like: words with `{width}` where a value stands.
  public var pattern: String?
  /// Regular expressions of lines of output that tell metrics, as in a sweep's file.
  public var output: [Output] = []
  /// The metrics; nil for all that the workload records and the runs have.
  public var metrics: [Metric]?
  /// What a result must hold; nil for what the map's metrics and the sweep's fits name.
  public var required: [String]?
  /// The tool's words for how runs ended that are taken for whole ones.
  public var accepted: [String] = []
  /// How far runs must have got of which nobody recorded how they ended.
  public var lastStep = LastStep.furthest
  /// By how much a recorded number may differ from a grid's, relative to it.
  public var tolerance = 0.0
  /// The roles of a table's columns.
  public var table = Table()

  /// Creates a map by which every name means itself.
  public init() {}
}
