import Basics
import SweepModel

/// Reads what a sweep file says of a program of the user's.
struct CommandReader {
  /// The mapping that says it.
  private let fields: Fields
  /// The file's top level.
  private let top: Fields

  /// What it says to the workload, as ``SweepTerms/options``.
  static func options(_ top: Fields) throws(FileError) -> [String: [String]] {
    var fields = top
    if let value = top["workload"], case .mapping = value.content {
      fields = try Fields(value, CommandKeys.workload, top.problems)
      for key in CommandKeys.keys.map(\.name) {
        if let entry = top.entry(key) {
          top.problems.add(
            entry.keyPlace.error(
              "\"\(key)\" stands beside the workload's name too", "keep one of them"))
        }
      }
    }
    return try CommandReader(fields: fields, top: top).options()
  }

  private func options() throws(FileError) -> [String: [String]] {
    var spec = CommandSpec()
    spec.isShell = fields.flag("shell") ?? false
    spec.run = try run(spec)
    spec.prefix = try words("prefix") ?? []
    spec.setup = try texts("setup")
    spec.environment = try environment()
    spec.folder = fields.text("workdir")
    spec.metrics = try metrics()
    spec.groups = top["parameters"].map { NestedParameters($0).groups } ?? []
    var options = [CommandSpec.parameter: [spec.text]]
    if let code = fields.address("code") {
      options[CommandSpec.code] = [code]
    } else if fields["run"] == nil, spec.folder == nil, let program = top.text("program"),
      !program.hasPrefix("/"), program.contains(where: { "./".contains($0) })
    {
      // W&B's agents run a script that lies where they are.
      options[CommandSpec.code] = ["."]
    }
    let identity = fields.word("identity", otherwise: "command") ?? "command"
    options[CommandSpec.handling] = [try handling(identity: identity).text]
    return options
  }

  private func run(_ spec: CommandSpec) throws(FileError) -> [String] {
    if let value = fields["run"] {
      guard spec.isShell else { return try words("run") ?? [] }
      guard let script = value.text else {
        throw value.place.error(
          "\"run\" must be one text where \"shell\" is true, found \(value.found)")
      }
      return [script]
    }
    guard let program = top.text("program") else {
      throw top.place.error(
        "\"run\" is missing, the program of every job",
        "write for example run: python3 train.py ${args}")
    }
    guard let command = top["command"] else { return WandbCommand.usual(program) }
    return WandbCommand.words(try texts(of: command, "command"), program: program)
  }

  /// A list of words, or a text that is split as a shell would, without any other meaning of a shell's.
  private func words(_ name: String) throws(FileError) -> [String]? {
    guard let value = fields[name] else { return nil }
    if case .list = value.content { return try texts(of: value, name) }
    guard let text = value.text else {
      throw fields.wrong(name, "a text or a list of words", value)
    }
    let (words, isWhole) = ShellWords.split(text)
    guard isWhole, !words.isEmpty else {
      throw value.place.error(
        "\"\(name)\" \(text.isEmpty ? "is empty" : "has a quote that never closes")",
        "write it as a list of words")
    }
    return words
  }

  private func texts(_ name: String) throws(FileError) -> [String] {
    guard let value = fields[name] else { return [] }
    return try texts(of: value, name)
  }

  private func texts(of value: YAMLValue, _ name: String) throws(FileError) -> [String] {
    let texts = value.elements.compactMap(\.text)
    guard texts.count == value.elements.count, !texts.isEmpty else {
      throw fields.wrong(name, "a text or a list of texts", value)
    }
    return texts
  }

  private func environment() throws(FileError) -> [CommandSpec.Variable] {
    guard let value = fields["env"] else { return [] }
    guard case .mapping(let entries) = value.content else {
      throw fields.wrong("env", "a mapping from names to values", value)
    }
    var variables: [CommandSpec.Variable] = []
    for entry in entries {
      guard let text = entry.value.text else {
        throw entry.value.place.error("\"\(entry.key)\" must be a text, found \(entry.value.found)")
      }
      guard !entry.key.isEmpty, !entry.key.utf8.contains(where: { $0 == 0x3D || $0 == 0 }) else {
        throw entry.keyPlace.error("\(quoted(entry.key)) is no name of a variable")
      }
      variables.append(CommandSpec.Variable(entry.key, text))
    }
    return variables.sorted { $0.name < $1.name }
  }

  private func metrics() throws(FileError) -> CommandMetrics {
    var metrics = CommandMetrics()
    if let value = top["metric"] {
      guard case .mapping(let entries) = value.content,
        let name = entries.first(where: { $0.key == "name" })?.value.text
      else {
        throw value.place.error(
          "\"metric\" is W&B's goal and must be a mapping with a name, found \(value.found)",
          "write for example metric: {name: loss, goal: minimize}, or metrics: [loss] for what every job must "
            + "record")
      }
      metrics.required = [name]
    }
    guard let value = fields["metrics"] else { return metrics }
    guard case .mapping = value.content else {
      metrics.required = try texts("metrics")
      return metrics
    }
    let rules = try Fields(value, CommandKeys.metrics, fields.problems)
    for (name, path) in [
      ("required", \CommandMetrics.required), ("file", \.files), ("output", \.patterns),
    ] {
      if let given = rules[name] { metrics[keyPath: path] = try texts(of: given, name) }
    }
    metrics.step = rules.text("step")
    return metrics
  }

  /// Which values are the best ones: what `metrics` says, then the goal of a W&B file, whose default is
  /// the least.
  private func best() throws(FileError) -> [BestValue] {
    var rules: [BestValue] = []
    if let value = fields["metrics"], case .mapping = value.content,
      let best = try Fields(value, CommandKeys.metrics, Problems())["best"]
    {
      if case .mapping(let entries) = best.content {
        for entry in entries where !entry.key.isEmpty {
          rules.append(BestValue(entry.key, try end(entry.value, "best")))
        }
      } else {
        rules.append(BestValue(nil, try end(best, "best")))
      }
    }
    guard let value = top["metric"], case .mapping(let entries) = value.content,
      let name = entries.first(where: { $0.key == "name" })?.value.text, !name.isEmpty,
      !rules.contains(where: { $0.metric == name })
    else { return rules }
    guard let goal = entries.first(where: { $0.key == "goal" })?.value else {
      return rules + [BestValue(name, .min)]
    }
    return rules + [BestValue(name, try end(goal, "goal"))]
  }

  private func end(_ value: YAMLValue, _ name: String) throws(FileError) -> BestValue.End {
    switch value.text {
    case "min", "minimize": return .min
    case "max", "maximize": return .max
    default:
      throw value.place.error(
        "\"\(name)\" must be min or max, found \(value.found)",
        "write for example best: {acc: max}; min is the least of all steps, max the greatest")
    }
  }

  private func handling(identity: String) throws(FileError) -> CommandHandling {
    var handling = CommandHandling()
    handling.best = try best()
    handling.identity = CommandHandling.Identity(rawValue: identity) ?? .command
    if let value = fields["checkpoint"] {
      let rules = try Fields(value, CommandKeys.checkpoint, fields.problems)
      if let size = rules.size("carry") { handling.carryBytes = size }
    }
    guard let value = fields["warn"] else { return handling }
    var signal: String?
    if case .mapping = value.content {
      let rules = try Fields(value, CommandKeys.warning, fields.problems)
      signal = rules.word("signal")
      if let seconds = rules.duration("before") { handling.warningSeconds = seconds }
    } else {
      signal = value.text
    }
    guard let signal else { return handling }
    let bare = signal.hasPrefix("SIG") ? String(signal.dropFirst(3)) : signal
    let names = CommandHandling.signals.map(\.name)
    guard bare == "none" || names.contains(bare) else {
      throw value.place.error(
        "unknown signal \(quoted(signal))",
        NearestWord.remedy(for: bare, in: names + ["none"]))
    }
    handling.warning = bare == "none" ? nil : bare
    return handling
  }
}

/// The command of a W&B sweep file.
enum WandbCommand {
  /// The one that a file without `command:` means.
  static func usual(_ program: String) -> [String] {
    program.hasSuffix(".py") ? ["${interpreter}", program, "${args}"] : [program, "${args}"]
  }

  /// Its words with the program in its place. `${env}`, the system's `env`, does nothing here.
  static func words(_ words: [String], program: String) -> [String] {
    words.filter { $0 != "${env}" }.map { $0 == "${program}" ? program : $0 }
  }
}
