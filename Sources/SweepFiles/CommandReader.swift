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
    var options = [CommandSpec.parameter: [spec.text]]
    if let code = fields.address("code") { options[CommandSpec.code] = [code] }
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
    guard let words = ShellWords.split(text), !words.isEmpty else {
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
      else { throw top.wrong("metric", "a mapping with a name", value) }
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

  private func handling(identity: String) throws(FileError) -> CommandHandling {
    var handling = CommandHandling()
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

/// A text as words, by a shell's rules for blanks, quotes and backslashes and no other.
public enum ShellWords {
  /// The words; nil where a quote never closes.
  public static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      switch (character, quote) {
      case ("\\", .some("'")): word = (word ?? "") + "\\"
      case ("\\", _):
        guard let next = characters.next() else { return nil }
        let keeps = quote == "\"" && next != "\"" && next != "\\"
        word = (word ?? "") + (keeps ? "\\" : "") + String(next)
      case (let end, .some(let open)) where end == open: quote = nil
      case (_, .some): word = (word ?? "") + String(character)
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case (_, nil) where character.isWhitespace:
        if let done = word { words.append(done) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
