import Basics

/// What a tool has recorded of one run: its parameters, how it ended, its metrics.
public struct RecordedRun: Sendable {
  /// Tools whose records are read.
  public enum Tool: String, CaseIterable, Sendable, Hashable {
    /// Sacred's FileStorageObserver.
    case sacred = "Sacred"
    /// The log of W&B, offline or not.
    case wandb = "W&B"
    /// MLflow, as folder or SQLite file.
    case mlflow = "MLflow"
    /// Hydra's output folders.
    case hydra = "Hydra"
    /// TensorBoard's event files.
    case tensorboard = "TensorBoard"
  }

  /// A parameter's value, as it was written.
  public enum Value: Sendable, Hashable {
    /// A whole number.
    case integer(Int)
    /// Any other number.
    case real(Double)
    /// A text.
    case text(String)
    /// `true` or `false`
    case flag(Bool)
    /// None.
    case null
    /// A list, as JSON.
    case list(String)
  }

  /// A parameter.
  public struct Parameter: Sendable, Hashable {
    /// Its name, those of nested ones joined by points.
    public let name: String
    /// Its value.
    public let value: Value

    init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// How a run has ended, or has not.
  public enum State: String, Sendable, Hashable {
    /// It went well.
    case finished
    /// It runs, or was killed without a chance to say so.
    case running
    /// It failed.
    case failed
    /// A person ended it.
    case interrupted
    /// The tool or the machine ended it.
    case killed
    /// It has not begun.
    case queued
    /// Nothing says so.
    case unknown
  }

  /// A list of numbers without steps.
  public struct Numbers: Sendable, Hashable {
    /// Its name, those of nested ones joined by points.
    public let name: String
    /// Its numbers.
    public let values: [Double]
  }

  /// Who recorded it.
  public let tool: Tool
  /// The tool's version, where it is recorded.
  public internal(set) var toolVersion: String?
  /// The run's folder or file.
  public let path: String
  /// What the tool calls the run.
  public internal(set) var id: String
  /// Every file that was read.
  public internal(set) var files: [String] = []
  /// In the order of the record.
  public internal(set) var parameters: [Parameter] = []
  /// The names of those that were set for this run, where that is recorded.
  public internal(set) var swept: [String] = []
  /// The command line, where it is recorded.
  public internal(set) var command: [String]?
  /// How it ended.
  public internal(set) var state = State.unknown
  /// The tool's word for it.
  public internal(set) var stateWord: String?
  /// Why it failed, where that is recorded.
  public internal(set) var failure: String?
  /// The exit status, where it is recorded.
  public internal(set) var exitCode: Int?
  /// When it began, seconds since 1970.
  public internal(set) var startedAt: Double?
  /// When it ended.
  public internal(set) var endedAt: Double?
  /// When it was last heard of.
  public internal(set) var heartbeat: Double?
  /// The host's name.
  public internal(set) var hostname: String?
  /// The metrics.
  public internal(set) var book = MetricBook()
  /// Lists of numbers as they are written, those too that became series of the book.
  public internal(set) var lists: [Numbers] = []
  /// What is missing or damaged, a sentence each.
  public internal(set) var problems: [String] = []
  /// Whether nothing is missing or damaged.
  public var isWhole: Bool { problems.isEmpty }

  init(_ tool: Tool, path: String, id: String) {
    self.tool = tool
    self.path = path
    self.id = id
  }

  /// The parameter of a name.
  public subscript(parameter: String) -> Value? {
    parameters.last { $0.name == parameter }?.value
  }
}

extension RecordedRun.Value {
  /// A number, whole if it can be.
  init(_ number: Double) { self = Int(exactly: number).map(Self.integer) ?? .real(number) }

  /// A text, or what it says if that is a number or a flag.
  init(text: String) {
    if let integer = Int(text) {
      self = .integer(integer)
    } else if let number = MetricValue.number(Substring(text)), text.lowercased() != "true",
      text.lowercased() != "false"
    {
      self = .real(number)
    } else {
      switch text {
      case "true", "True": self = .flag(true)
      case "false", "False": self = .flag(false)
      case "null", "None": self = .null
      default: self = .text(text)
      }
    }
  }

  /// A value of JSON that is no object.
  init(_ json: JSON) {
    switch json {
    case .null, .object: self = .null
    case .flag(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .text(let text): self = .text(text)
    case .numbers, .list: self = .list(json.written)
    }
  }
}

extension [RecordedRun.Parameter] {
  /// The members of an object and of those in it, by names joined by points. What a Python object was
  /// is not interpreted.
  init(_ object: JSON, prefix: String = "") {
    self = object.members.flatMap { member -> [RecordedRun.Parameter] in
      let name = prefix + member.name
      guard case .object(let members) = member.value else {
        return [RecordedRun.Parameter(name, RecordedRun.Value(member.value))]
      }
      if members.isEmpty || member.value.isPythonObject {
        return [RecordedRun.Parameter(name, .null)]
      }
      return Self(member.value, prefix: name + ".")
    }
  }
}

extension JSON {
  /// Whether jsonpickle wrote it for a Python object.
  var isPythonObject: Bool { members.contains { $0.name.hasPrefix("py/") } }

  /// The value as JSON.
  var written: String {
    switch self {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .integer(let integer): "\(integer)"
    case .real(let real):
      real.isNaN ? "NaN" : real.isInfinite ? (real < 0 ? "-" : "") + "Infinity" : "\(real)"
    case .text(let text): jsonQuoted(text)
    case .numbers(let numbers):
      "[\(numbers.map { (Int(exactly: $0).map(JSON.integer) ?? .real($0)).written }.joined(separator: ", "))]"
    case .list(let values): "[\(values.map(\.written).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(jsonQuoted($0.name)): \($0.value.written)" }.joined(separator: ", "))}"
    }
  }
}
