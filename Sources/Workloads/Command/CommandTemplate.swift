import Basics
public import SweepModel

/// Fills the templates of a command: `{width}` in any word, and W&B's `${args}` and its kin, which are
/// several words.
struct CommandTemplate {
  /// The job's own parameters, ascending by name.
  let parameters: [Parameters.Entry]
  /// A file that holds the parameters as JSON, for `${args_json_file}`.
  let parametersFile: String
  /// What `${envvar:NAME}` stands for.
  let variable: (String) -> String?
  /// The first of `python` and `python3` that there is.
  let interpreter: () -> String
  /// As ``CommandSpec/groups``.
  var groups: [String] = []

  /// The macros that are words of their own, and what they stand for.
  private enum Macro: String, CaseIterable {
    case args = "${args}"
    case bare = "${args_no_hyphens}"
    case switches = "${args_no_boolean_flags}"
    case json = "${args_json}"
    case jsonFile = "${args_json_file}"
    case sacred = "${args_sacred}"
    case interpreter = "${interpreter}"
    case env = "${env}"
  }

  /// The words of a list of words.
  func words(_ words: [String]) -> [String] { words.flatMap(expand) }

  /// One word; macros of several words are joined by blanks.
  func text(_ text: String) -> String { Self.fill(text) { value($0) ?? "" } }

  private func expand(_ word: String) -> [String] {
    guard let macro = Macro(rawValue: word) else { return [text(word)] }
    let arguments = CommandArgument.all(parameters, groups: groups)
    switch macro {
    case .args: return arguments.map { "--\($0.name)=\($0.argument.python)" }
    case .bare: return arguments.map { "\($0.name)=\($0.argument.python)" }
    case .switches:
      return arguments.compactMap { named in
        if case .value(.flag(let isOn)) = named.argument { return isOn ? "--\(named.name)" : nil }
        return "--\(named.name)=\(named.argument.python)"
      }
    // Sacred's own way to a nested name is the dot.
    case .sacred:
      return ["with"]
        + parameters.map { "\($0.name)=\(CommandArgument.value($0.value).python)" }
    case .json: return [CommandArgument.json(arguments)]
    case .jsonFile: return [parametersFile]
    case .interpreter: return [interpreter()]
    case .env: return []
    }
  }

  private func value(_ name: Substring) -> String? {
    if name.hasPrefix("envvar:") { return variable(String(name.dropFirst("envvar:".count))) }
    return parameters.first { $0.name == name }?.value.description
  }

  /// A text with `{name}` and `${envvar:NAME}` replaced; `{{` and `}}` stand for braces, and braces
  /// around what is no name stay as they are.
  private static func fill(_ text: String, _ value: (Substring) -> String) -> String {
    var result = ""
    var rest = text[...]
    let hasBraces = text.contains("{{")
    func literal(_ part: Substring) -> String {
      hasBraces
        ? part.split(separator: "}}", omittingEmptySubsequences: false).joined(separator: "}")
        : String(part)
    }
    while let open = rest.firstIndex(of: "{") {
      result += literal(rest[..<open])
      rest = rest[open...]
      if rest.hasPrefix("{{") {
        result += "{"
        rest = rest.dropFirst(2)
        continue
      }
      // A shell's variables are the shell's.
      let name = name(in: rest)
      guard let name, !result.hasSuffix("$") || name.hasPrefix("envvar:") else {
        result += "{"
        rest = rest.dropFirst()
        continue
      }
      if name.hasPrefix("envvar:"), result.hasSuffix("$") { result.removeLast() }
      result += value(name)
      rest = rest.dropFirst(name.count + 2)
    }
    return result + literal(rest)
  }

  /// The name in braces at the beginning of a text; nil where there is none.
  private static func name(in text: Substring) -> Substring? {
    guard let close = text.firstIndex(of: "}") else { return nil }
    let name = text[text.index(after: text.startIndex)..<close]
    let isName = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "_.-:/".utf8.contains($0)
    }
    let first = name.utf8.first ?? 0
    let isWord = (65...90).contains(first) || (97...122).contains(first) || first == 95
    return isName && isWord ? name : nil
  }

  /// The names that the words of a command have in braces; nil where a macro stands for all parameters.
  fileprivate static func names(in spec: CommandSpec) -> Set<String>? {
    let words =
      spec.run + spec.prefix + spec.environment.map(\.value) + spec.metrics.files
      + (spec.folder.map { [$0] } ?? [])
    var found: Set<String> = []
    for word in words {
      if let macro = Macro(rawValue: word) {
        if macro != .interpreter, macro != .env { return nil }
      } else {
        _ = fill(word) { name in
          found.insert(String(name))
          return ""
        }
      }
    }
    return found
  }

  /// Throws where a template names what is no parameter.
  static func check(_ spec: CommandSpec, parameters names: [String]) throws(ParameterProblem) {
    let macros = Macro.allCases.map(\.rawValue)
    let places =
      spec.run.map { ("run", $0) } + spec.prefix.map { ("prefix", $0) }
      + spec.environment.map { ("env", $0.value) } + spec.metrics.files.map { ("metrics", $0) }
      + (spec.folder.map { [("workdir", $0)] } ?? [])
    var unknown: [(key: String, name: String)] = []
    for (key, word) in places where !macros.contains(word) {
      // A shell has its own meaning of `${…}`.
      let isMacro = word.hasPrefix("${") && word.hasSuffix("}") && !word.hasPrefix("${envvar:")
      if isMacro, !spec.isShell {
        throw ParameterProblem(
          parameter: key,
          message: "Unknown \(printable(word)); \(NearestWord.remedy(for: word, in: macros)).")
      }
      _ = fill(word) { name in
        let isKnown = name.hasPrefix("envvar:") || names.contains(String(name))
        if !isKnown, !unknown.contains(where: { $0.name == name }) {
          unknown.append((key, String(name)))
        }
        return ""
      }
    }
    guard let first = unknown.first else { return }
    let more = unknown.dropFirst().map { unknown in
      let near = NearestWord.of(unknown.name, in: names).map { ", for \"\($0)\"?" } ?? ""
      return " \"\(unknown.key)\" has {\(unknown.name)} as well\(near)."
    }
    let remedy =
      names.isEmpty
      ? "name it under \"grid\" or \"settings\"" : NearestWord.remedy(for: first.name, in: names)
    throw ParameterProblem(
      parameter: first.key,
      message:
        "\"\(first.key)\" has {\(first.name)}, which is no parameter of this sweep; \(remedy); "
        + "{{\(first.name)}} stands for the braces themselves." + more.joined())
  }
}

extension CommandSpec {
  /// The parameters that no word of the command has, in their order: the program may still learn of them from
  /// its environment.
  public func unused(among names: [String]) -> [String] {
    guard let used = CommandTemplate.names(in: self) else { return [] }
    // Nested ones may be handed over by their group.
    return names.filter { name in
      !used.contains(name) && !used.contains { name.hasPrefix("\($0).") }
    }
  }
}
