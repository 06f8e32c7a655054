import SweepModel

/// W&B's nested parameters, `optimizer: {parameters: {lr: {values: […]}}}`, as a grid has them: under names
/// with dots, `optimizer.lr`.
struct NestedParameters {
  /// The parameters, those of groups one by one.
  private(set) var entries: [YAMLEntry] = []
  /// The groups by their whole names, an outer one before those in it.
  private(set) var groups: [String] = []
  /// The groups that each of the parameters stands in, as the beginning of its name.
  private var prefixes: [String] = []
  private static let word = "parameters"
  private static let groupLimit = 100

  /// Reads what stands under `parameters:`; what is wrong with groups goes to `problems`.
  init(_ value: YAMLValue, _ problems: Problems = Problems()) {
    guard case .mapping(let entries) = value.content else { return }
    add(entries, prefix: "", problems)
    for (entry, prefix) in zip(self.entries, prefixes) {
      let group = groups.first { group in
        entry.key == group
          || entry.key.hasPrefix(group + ".") && !prefix.hasPrefix(group + ".")
      }
      guard let group else { continue }
      problems.add(
        entry.keyPlace.error(
          "\(quoted(entry.key)) and the group \(quoted(group)) of nested parameters cannot be told apart",
          "give one of them another name"))
    }
  }

  /// The value under `parameters:` without groups; any other as it is.
  static func flat(_ entry: YAMLEntry, _ problems: Problems = Problems()) -> YAMLEntry {
    guard entry.key == word, case .mapping = entry.value.content else { return entry }
    let flat = NestedParameters(entry.value, problems)
    return YAMLEntry(
      key: entry.key, keyPlace: entry.keyPlace,
      value: YAMLValue(content: .mapping(flat.entries), place: entry.value.place))
  }

  private mutating func add(_ entries: [YAMLEntry], prefix: String, _ problems: Problems) {
    for entry in entries {
      let name = prefix + entry.key
      guard case .mapping(let words) = entry.value.content,
        let inner = words.first(where: { $0.key == Self.word })
      else {
        self.entries.append(YAMLEntry(key: name, keyPlace: entry.keyPlace, value: entry.value))
        prefixes.append(prefix)
        continue
      }
      for other in words where other.key != Self.word {
        problems.add(
          other.keyPlace.error(
            "\"\(name)\" has both \"\(Self.word)\" and \(quoted(other.key))",
            "a group of nested parameters has nothing but these"))
      }
      let example = "write for example \(entry.key): {parameters: {lr: {values: [0.1, 0.01]}}}"
      guard case .mapping(let parameters) = inner.value.content else {
        problems.add(
          inner.value.place.error(
            "\"\(Self.word)\" of \"\(name)\" must be a mapping from parameters to values, found "
              + inner.value.found, example))
        continue
      }
      guard !parameters.isEmpty else {
        problems.add(
          inner.value.place.error("\"\(Self.word)\" of \"\(name)\" is empty", example))
        continue
      }
      guard groups.count < Self.groupLimit else {
        return problems.add(
          entry.keyPlace.error("there are more than \(Self.groupLimit) groups of nested parameters")
        )
      }
      groups.append(name)
      add(parameters, prefix: name + ".", problems)
    }
  }
}
