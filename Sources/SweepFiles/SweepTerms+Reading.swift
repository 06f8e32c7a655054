import SweepModel

extension SweepTerms {
  /// The workload that `workload: NAME` or `workload: {name: NAME, …}` names, or without either what a
  /// program to run means; nil for anything else.
  static func name(_ entries: [YAMLEntry]) -> String? {
    guard let value = entries.first(where: { $0.key == "workload" })?.value else {
      let isCommand = entries.contains { CommandKeys.hints.contains($0.key) }
      return isCommand ? CommandSpec.workload : nil
    }
    guard case .mapping(let words) = value.content else { return value.text }
    return words.first { $0.key == "name" }?.value.text
  }

  /// Reads the terms off a file's top level and overrides; nil where it names no workload. What is wrong
  /// with the rest is not told here.
  init?(_ entries: [YAMLEntry], overrides: [String], command: () -> [String: [String]]?) {
    guard let name = Self.name(entries) else { return nil }
    var options: [String: [String]] = [:]
    if name == CommandSpec.workload {
      options = command() ?? [:]
    } else if case .mapping(let words)? = entries.first(where: { $0.key == "workload" })?.value
      .content
    {
      for word in words where word.key != "name" {
        options[word.key] = word.value.elements.compactMap(\.text)
      }
    }
    var found = NamedParameters()
    for entry in entries where ["settings", "grid", "parameters"].contains(entry.key) {
      found.add(NestedParameters.flat(entry).value)
    }
    let list = OverrideList(overrides)
    // A command that is handed all parameters takes any; another has those of its file, or a slip would
    // be one more.
    let isOpen = options[CommandSpec.parameter]?.first?.contains("${arg") ?? true
    let known = Set(found.all.map(\.name))
    func isMeant(_ entry: YAMLEntry) -> Bool { isOpen || known.contains(entry.key) }
    for text in list.replacements {
      guard let entry = (try? Override(text))?.entry, entry.key != "name" else { continue }
      if isMeant(entry) { found.add(entry) }
    }
    for text in list.additions {
      for entry in (try? Addition(text))?.entries ?? [] where isMeant(entry) { found.add(entry) }
    }
    let place = entries.first?.keyPlace
    let fields = place.flatMap { place in
      try? Fields(
        YAMLValue(content: .mapping(entries), place: place), SweepKeys.table(of: entries),
        Problems())
    }
    let keep = fields.flatMap { try? KeepReader($0, list.replacements) }
    self.init(workload: name, options: options, parameters: found.all, keep: keep?.rule)
  }
}

/// Collects parameters with the narrowest type of all that is given for them.
private struct NamedParameters {
  private(set) var all: [SweepTerms.Parameter] = []

  /// A mapping from names to values, whatever its groups are.
  mutating func add(_ value: YAMLValue) {
    guard case .mapping(let entries) = value.content else { return }
    for entry in entries {
      if SweepKeys.gridWords.contains(entry.key) {
        for element in entry.value.elements { add(element) }
      } else {
        add(entry)
      }
    }
  }

  mutating func add(_ entry: YAMLEntry) {
    let kinds = Self.values(entry.value).map { ParameterSpec.Kind.any(of: $0) }
    // A name without a value is one that is wrong, not one that is unknown.
    let first = kinds.first ?? .text
    let index = all.firstIndex { $0.name == entry.key }
    let kind = kinds.reduce(index.map { all[$0].kind } ?? first, Self.common)
    let parameter = SweepTerms.Parameter(name: entry.key, kind: kind)
    if let index { all[index] = parameter } else { all.append(parameter) }
  }

  private static func common(_ a: ParameterSpec.Kind, _ b: ParameterSpec.Kind)
    -> ParameterSpec.Kind
  {
    if a == b { return a }
    switch (a, b) {
    case (.integer, .real): return b
    case (.real, .integer): return a
    default: return .text
    }
  }

  /// Values as they are written; of an axis in words, some that have its type.
  private static func values(_ value: YAMLValue) -> [Value] {
    switch value.content {
    case .null: return []
    case .list(let elements):
      return elements.flatMap { element in
        if case .list = element.content { [Value.text(element.flow)] } else { values(element) }
      }
    case .mapping(let entries):
      if entries.contains(where: { $0.key == "as" }) { return [.integer(0)] }
      let isSpace = entries.contains { AxisKeys.spaces.contains($0.key) }
      return isSpace
        ? [.real(0)]
        : entries.filter { !["unique", "count"].contains($0.key) }.flatMap { entry in
          // One value may be a list.
          if entry.key == "value", case .list = entry.value.content {
            return [Value.text(entry.value.flow)]
          }
          return values(entry.value)
        }
    case .scalar(let text, _):
      if let flag = value.flag { return [.flag(flag)] }
      guard let number = value.plain.flatMap(DecimalText.init) else { return [.text(text)] }
      if case .value(let whole) = number.whole, !text.contains(".") { return [.integer(whole)] }
      return [number.real.map(Value.real) ?? .text(text)]
    }
  }
}
