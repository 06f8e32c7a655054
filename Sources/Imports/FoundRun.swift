public import SweepModel

/// A run as another tool has recorded it, whichever tool that was: texts of parameters, and numbers.
public struct FoundRun: Sendable {
  /// How it ended, as its tool says.
  public enum State: Sendable, Hashable {
    /// Well.
    case finished
    /// Not well, or not yet; why, as a sentence that needs no subject.
    case unfinished(String, word: String)
    /// Nobody has recorded how.
    case unknown
  }

  /// A recorded parameter.
  public struct Field: Sendable, Hashable {
    /// Its name, with dots where it is nested.
    public let name: String
    /// Its value as it is written.
    public let text: String

    /// Creates a field.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Numbers over steps, or a list without any.
  public struct Series: Sendable {
    /// Its name.
    public let name: String
    /// The steps, as many as there are values; nil where none are recorded.
    public let steps: [Int]?
    /// The values.
    public let values: [Double]
    /// The least and the greatest of all that was recorded, where some rows have been left out.
    var extremes: (least: Double?, greatest: Double?)?

    /// Creates a series.
    public init(_ name: String, steps: [Int]?, values: [Double]) {
      self.name = name
      self.steps = steps
      self.values = values
    }
  }

  /// What people find it by: its folder, or its file and line.
  public var name: String
  /// The files that were read for it.
  public var files: [String] = []
  /// Its parameters.
  public var fields: [Field] = []
  /// The words of its command line, or else its name, in which a pattern may find parameters.
  public var words: [String] = []
  /// Its words are the names of the folders that it is in.
  var isPath = false
  /// Names of numbers that its tool notes of every run, whatever was run.
  var toolsOwn: Set<String> = []
  /// How it ended.
  public var state = State.unknown
  /// Its metrics over steps, and lists.
  public var series: [Series] = []
  /// Its single numbers.
  public var scalars: [JobResult.Scalar] = []
  /// Says what stands where a number was expected, with its place; by the metric's name.
  var unreadable: [String: @Sendable () -> String] = [:]
  /// Names that are no metrics unless somebody asks for them: of a table's parameters, and of columns
  /// with more texts than numbers.
  var asides: Set<String> = []
  /// Names of fields that are columns of a table: nobody says which of them are parameters.
  var columns: Set<String> = []
  /// Names of fields that are no parameters, since they change while it runs or say how it went.
  var varying: Set<String> = []
  /// What is wrong with its files, a sentence each.
  public var damage: [String] = []
  /// The version of the tool that recorded it, where that is recorded.
  public var version: String?
  /// The machine, where that is recorded.
  public var hostname = ""
  /// When it began and ended, seconds since 1970 UTC, where that is recorded.
  public var startedAt: Double?
  /// Its end.
  public var endedAt: Double?

  /// Creates a run of which only the name is known.
  public init(name: String) { self.name = name }

  /// The value of a field, the last of several.
  public func field(_ name: String) -> String? { fields.last { $0.name == name }?.text }
}

/// Runs that can be read one at a time, and again: of many, no more than one is held.
public protocol RunSource: Sendable {
  /// The tool that recorded them, such as `Sacred`.
  var tool: String { get }
  /// How many there are.
  var count: Int { get }
  /// Reads one, from 0.
  func run(_ index: Int) -> FoundRun
}
