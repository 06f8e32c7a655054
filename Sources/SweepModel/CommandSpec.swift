import Basics

/// What a sweep of the workload `command` runs: a program with arguments, where, and how its results are
/// read. It decides results, so it is part of every job, as the text of one parameter.
public struct CommandSpec: Hashable, Sendable {
  /// The name of the workload whose jobs are programs of the user's.
  public static let workload = "command"
  /// The parameter that holds ``text``.
  public static let parameter = "command"
  /// The parameter that names the packed folder of code.
  public static let code = "command.code"
  /// The parameter that holds ``CommandHandling/text``.
  public static let handling = "command.handling"
  /// The names that the grid cannot have.
  public static let reserved = [parameter, code, handling]
  /// How those lines of a job's log begin that say where its metrics were read.
  public static let metricsNote = "note: metrics "

  /// The program and its arguments, with templates; of a shell's script one text.
  public var run: [String] = []
  /// The one text of `run` is a shell's script.
  public var isShell = false
  /// Words before the program, such as `apptainer exec image.sif`.
  public var prefix: [String] = []
  /// Lines of a shell's script that runs once on every host.
  public var setup: [String] = []
  /// Variables of the program, ascending by name, with templates.
  public var environment: [Variable] = []
  /// Where the program runs; nil for a private copy of the code.
  public var folder: String?
  /// How metrics are read.
  public var metrics = CommandMetrics()

  /// A variable of the program's environment.
  public struct Variable: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value, with templates.
    public let value: String

    /// Creates a variable.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The groups of W&B's nested parameters, each before those in it: `optimizer` of `optimizer.lr`, which
  /// the program gets as one argument.
  public var groups: [String] = []

  /// Creates a specification of nothing.
  public init() {}

  /// The specification as JSON: what is absent or empty is left out, so that what a later version adds
  /// changes no job's key.
  public var text: String {
    var members: [JSON.Member] = [JSON.Member("run", .texts(run))]
    if isShell { members.append(JSON.Member("shell", .flag(true))) }
    if !prefix.isEmpty { members.append(JSON.Member("prefix", .texts(prefix))) }
    if !setup.isEmpty { members.append(JSON.Member("setup", .texts(setup))) }
    if !environment.isEmpty {
      let variables = environment.map { JSON.Member($0.name, .text($0.value)) }
      members.append(JSON.Member("env", .object(variables)))
    }
    if let folder { members.append(JSON.Member("workdir", .text(folder))) }
    if metrics != CommandMetrics() { members.append(JSON.Member("metrics", metrics.json)) }
    if !groups.isEmpty { members.append(JSON.Member("groups", .texts(groups))) }
    return JSON.object(members).line
  }

  /// Reads ``text``; nil for any other text.
  public init?(text: String) {
    guard let json = try? JSON(Array(text.utf8)), let run = json["run"]?.texts, !run.isEmpty else {
      return nil
    }
    self.run = run
    isShell = json["shell"] == .flag(true)
    prefix = json["prefix"]?.texts ?? []
    setup = json["setup"]?.texts ?? []
    environment = (json["env"]?.members ?? []).map { Variable($0.name, $0.value.text ?? "") }
    folder = json["workdir"]?.text
    metrics = json["metrics"].map(CommandMetrics.init) ?? CommandMetrics()
    groups = json["groups"]?.texts ?? []
  }
}

/// How the metrics of a program are read, where it does not write them natively.
public struct CommandMetrics: Hashable, Sendable {
  /// Names without which a job that ended well has failed.
  public var required: [String] = []
  /// Files, relative to the program's folder, with templates.
  public var files: [String] = []
  /// Regular expressions on the program's output.
  public var patterns: [String] = []
  /// The name of the step in files; nil to find it.
  public var step: String?

  /// Creates the rules of a program that says nothing of its metrics.
  public init() {}

  init(_ json: JSON) {
    required = json["required"]?.texts ?? []
    files = json["file"]?.texts ?? []
    patterns = json["output"]?.texts ?? []
    step = json["step"]?.text
  }

  var json: JSON {
    var members: [JSON.Member] = []
    if !required.isEmpty { members.append(JSON.Member("required", .texts(required))) }
    if !files.isEmpty { members.append(JSON.Member("file", .texts(files))) }
    if !patterns.isEmpty { members.append(JSON.Member("output", .texts(patterns))) }
    if let step { members.append(JSON.Member("step", .text(step))) }
    return .object(members)
  }
}

/// How the jobs of a command are treated, which decides no result.
public struct CommandHandling: Hashable, Sendable {
  /// What makes a job another one.
  public enum Identity: String, Hashable, Sendable {
    /// Its command and parameters.
    case command
    /// The content of its code, too.
    case code
  }

  /// What makes a job another one.
  public var identity = Identity.command
  /// The most bytes of a checkpoint folder that go to another host.
  public var carryBytes = 256 << 20
  /// The signal by which a program is told that it must end soon, without `SIG`; nil for none.
  public var warning: String? = "USR2"
  /// How long before its time limit it is told, seconds.
  public var warningSeconds = 60.0
  /// Which of a metric's values is its best one. It names a value that is recorded anyway.
  public var best: [BestValue] = []

  /// Creates the handling of a file that says nothing of it.
  public init() {}

  /// The handling as JSON.
  public var text: String {
    JSON.object(
      [
        JSON.Member("carry", .integer(carryBytes)),
        JSON.Member("warn", warning.map(JSON.text) ?? .null),
        JSON.Member("before", .real(warningSeconds)),
        JSON.Member("identity", .text(identity.rawValue)),
      ] + (best.isEmpty ? [] : [JSON.Member("best", BestValue.json(best))])
    ).line
  }

  /// Reads ``text``; what is missing there is as without it.
  public init(text: String) {
    guard let json = try? JSON(Array(text.utf8)) else { return }
    if case .integer(let bytes)? = json["carry"] { carryBytes = max(0, bytes) }
    if let word = json["warn"] { warning = word.text }
    if let seconds = json["before"]?.number { warningSeconds = max(0, seconds) }
    identity = json["identity"]?.text.flatMap(Identity.init) ?? .command
    best = json["best"].map(BestValue.read) ?? []
  }

  /// Signals that a program can be told by, by their names without `SIG`.
  public static let signals: [(name: String, number: Int32)] = [
    ("HUP", 1), ("INT", 2), ("USR1", 10), ("USR2", 12), ("TERM", 15), ("CONT", 18),
  ]
}

extension JSON {
  /// A list of texts.
  fileprivate static func texts(_ texts: [String]) -> JSON { .list(texts.map(JSON.text)) }

  /// The texts of a list of them; an empty list is one of numbers to the reader.
  fileprivate var texts: [String]? {
    switch self {
    case .list(let elements): elements.compactMap(\.text)
    case .numbers: []
    default: nil
    }
  }
}
