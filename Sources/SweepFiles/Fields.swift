import Basics
import SweepModel

/// A mapping whose keys have been checked against a table; reads its values by their shapes.
///
/// What is wrong with a key or a value goes to `problems`, and the value is nil then as if the key were
/// absent: nothing that is wrong hides the rest.
struct Fields {
  /// The keys that may occur.
  let table: KeyTable
  /// Where the mapping begins.
  let place: Place
  /// The entries in the file's order, without those of unknown keys.
  let entries: [YAMLEntry]
  /// What is wrong with the file.
  let problems: Problems

  /// Checks that `value` is a mapping, that it has only known keys, and all required ones. Throws where
  /// it is none. `home` tells in words where a key belongs that is unknown here.
  init(
    _ value: YAMLValue, _ table: KeyTable, _ problems: Problems, example: String? = nil,
    home: (String) -> String? = { _ in nil }
  ) throws(FileError) {
    guard case .mapping(let entries) = value.content else {
      throw value.place.error(
        "\(table.subject) must be a mapping, found \(value.found)",
        example.map { "write for example \($0)" })
    }
    self.table = table
    self.place = value.place
    self.problems = problems
    self.entries = entries.filter { table.names.contains($0.key) || table.isCount($0, home) }
    let unknown = entries.filter {
      !table.names.contains($0.key) && !(table.allowsExtensions && $0.key.hasPrefix("x-"))
        && !table.isCount($0, home)
    }
    let foreign = unknown.filter { table.foreign?.names.contains($0.key) == true }
    if let first = foreign.first, let keys = table.foreign {
      let lacking = table.keys.filter { $0.isRequired && self[$0.name] == nil }.map(\.name)
      problems.add(
        first.keyPlace.error(
          keys.subject(foreign.map(\.key)), keys.remedy(lacking: lacking)))
    }
    for entry in unknown where table.foreign?.names.contains(entry.key) != true {
      problems.add(
        entry.keyPlace.error(
          "unknown key \(quoted(entry.key))",
          (home(entry.key) ?? NearestWord.remedy(for: entry.key, in: table.names))
            + table.hint(onOwn: entry, home)))
    }
    // What a file of another program lacks is told with its keys; a slip is not a missing key too.
    for spec in table.keys where spec.isRequired && foreign.isEmpty && self[spec.name] == nil {
      guard
        !unknown.contains(where: {
          NearestWord.of($0.key, in: [spec.name] + spec.replacements) != nil
        }),
        !entries.contains(where: { spec.replacements.contains($0.key) })
      else { continue }
      problems.add(
        value.place.error("missing key \"\(spec.name)\" in \(table.subject)", spec.summary))
    }
  }

  /// The value of a key; nil when the mapping does not hold it.
  subscript(name: String) -> YAMLValue? { entry(name)?.value }

  /// A key with its value; nil when the mapping does not hold it.
  func entry(_ name: String) -> YAMLEntry? {
    _ = table.spec(name)
    return entries.first { $0.key == name }
  }

  /// Any text; a plain number or word counts as text.
  func text(_ name: String) -> String? {
    read(name) { value throws(FileError) in try text(name, value) }
  }

  /// A name that may become a file name.
  func safeName(_ name: String) -> String? {
    read(name) { value throws(FileError) in
      guard let text = value.text else { throw wrong(name, "a name", value) }
      return try checked(text, SafeName.problem, name, value)
    }
  }

  /// Names with ranges, expanded, each of which satisfies a rule.
  func names(_ name: String, _ problem: (String) -> String?) -> [String]? {
    read(name) { value throws(FileError) in
      let text = try text(name, value)
      let names: [String]
      do throws(HostRange.Problem) {
        names = try HostRange.names(text)
      } catch {
        throw value.place.error("\"\(name)\" \(error.message), found \(quoted(text))")
      }
      _ = try checked(text, { _ in names.lazy.compactMap(problem).first }, name, value)
      return names
    }
  }

  /// One of the words that the table lists.
  func word(_ name: String) -> String? {
    guard case .word(let words) = table.spec(name).shape else { return nil }
    return read(name) { value throws(FileError) in
      guard let text = value.text else {
        throw wrong(name, "one of \(words.joined(separator: ", "))", value)
      }
      guard words.contains(text) else {
        throw value.place.error(
          "unknown \"\(name)\" \(quoted(text))", NearestWord.remedy(for: text, in: words))
      }
      return text
    }
  }

  /// The same, or another word where the key is absent; nil for a wrong one alone.
  func word(_ name: String, otherwise word: String) -> String? {
    self[name] == nil ? word : self.word(name)
  }

  /// `true` or `false`.
  func flag(_ name: String) -> Bool? {
    read(name) { value throws(FileError) in
      guard let flag = value.flag else { throw wrong(name, "true or false", value) }
      return flag
    }
  }

  /// A whole number within the range of the table.
  func integer(_ name: String) -> Int? {
    guard case .integer(let range) = table.spec(name).shape else { return nil }
    return read(name) { value throws(FileError) in try value.integer(in: range, name: name) }
  }

  /// How many there are of what the table only counts: GPUs, and names of the file's own. Where it takes
  /// shares, a part of one too.
  func counts(besides names: Set<String> = []) -> Amounts {
    var amounts = Amounts()
    for entry in entries
    where !names.contains(entry.key)
      && (entry.key == "gpu" || !table.names.contains(entry.key))
    {
      let amount = problems.trying(
        try table.takesShares
          ? entry.value.amount(name: entry.key)
          : Amount(entry.value.integer(in: KeyTable.counts, name: entry.key)))
      amounts[entry.key] = amount ?? 0
    }
    return amounts
  }

  /// A finite number above 0.
  func positiveNumber(_ name: String) -> Double? {
    read(name) { value throws(FileError) in
      try value.real(in: 0...Double.greatestFiniteMagnitude, openBelow: true, name: name)
    }
  }

  /// Two numbers, the smaller first.
  func interval(_ name: String) -> ClosedRange<Double>? {
    read(name) { value throws(FileError) in
      guard case .list(let ends) = value.content, ends.count == 2 else {
        throw wrong(name, "two numbers such as [500, 15000]", value)
      }
      let low = try ends[0].real(name: name)
      let high = try ends[1].real(name: name)
      guard low <= high else {
        throw value.place.error("\"\(name)\" must give the smaller end first")
      }
      return low...high
    }
  }

  /// A user name or a path, as the table says, that is safe to hand on.
  func address(_ name: String) -> String? {
    read(name) { value throws(FileError) in
      let text = try text(name, value)
      let rule =
        if case .user = table.spec(name).shape { SafeAddress.userProblem } else {
          SafeAddress.pathProblem
        }
      return try checked(text, rule, name, value)
    }
  }

  /// A length of time, seconds.
  func duration(_ name: String) -> Double? {
    quantity(
      name, "a duration such as 30s, 5 min, 1h30m or 24:00:00", Quantity.duration,
      Quantity.remedy(forDuration:))
  }

  /// A size, bytes.
  func size(_ name: String) -> Int? {
    quantity(
      name, "a size such as 512MiB, 1GiB or 4GB", Quantity.size, Quantity.remedy(forSize:))
  }

  private func quantity<Amount>(
    _ name: String, _ expected: String, _ amount: (String) -> Amount?,
    _ remedy: (String) -> String?
  ) -> Amount? {
    read(name) { value throws(FileError) in
      guard let amount = value.text.flatMap(amount) else {
        throw wrong(name, expected, value, value.text.flatMap(remedy))
      }
      return amount
    }
  }

  private func read<Result>(
    _ name: String, _ body: (YAMLValue) throws(FileError) -> Result
  ) -> Result? {
    guard let value = self[name] else { return nil }
    return problems.trying(try body(value))
  }

  private func text(_ name: String, _ value: YAMLValue) throws(FileError) -> String {
    guard let text = value.text else { throw wrong(name, "a text", value) }
    return text
  }

  /// The text, unless a rule has something against it.
  private func checked(
    _ text: String, _ rule: (String) -> String?, _ name: String, _ value: YAMLValue
  ) throws(FileError) -> String {
    guard let problem = rule(text) else { return text }
    throw value.place.error("\"\(name)\" \(problem), found \(quoted(text))")
  }

  /// A wrong-type error: what was expected and what was found.
  func wrong(
    _ name: String, _ expected: String, _ value: YAMLValue, _ remedy: String? = nil
  ) -> FileError {
    value.place.error("\"\(name)\" must be \(expected), found \(value.found)", remedy)
  }
}

extension KeyTable {
  /// True for a name of the file's own with a number from 0 on: neither a slip of a key nor another
  /// program's word for one. A slip of `gpu` is told by who looks for hosts that have as many.
  fileprivate func isCount(_ entry: YAMLEntry, _ home: (String) -> String?) -> Bool {
    countsOthers && !names.contains(entry.key) && Amounts.problem(ofName: entry.key) == nil
      && isCount(entry.value) && home(entry.key) == nil
      && NearestWord.of(entry.key, in: names.filter { $0 != "gpu" }) == nil
  }

  private func isCount(_ value: YAMLValue) -> Bool {
    guard let number = value.text.flatMap({ DecimalText($0) }), !number.isNegative else {
      return false
    }
    if case .value = number.whole { return true }
    return takesShares
  }

  /// What whoever counts something of the key's name, or keeps anchors under a key of their own, does
  /// instead; empty for other keys.
  fileprivate func hint(onOwn entry: YAMLEntry, _ home: (String) -> String?) -> String {
    if countsOthers, names.contains("resources"), Amounts.problem(ofName: entry.key) == nil,
      let count = entry.value.text.flatMap({ Int($0) }), KeyTable.counts.contains(count)
    {
      return "; something of that name to count stands under resources: {\(entry.key): \(count)}"
    }
    guard allowsExtensions, home(entry.key) == nil,
      NearestWord.of(entry.key, in: names) == nil
    else { return "" }
    switch entry.value.content {
    case .mapping, .list: return "; keys of your own begin with \"x-\", as x-\(entry.key) does"
    default: return ""
    }
  }
}

extension ForeignKeys {
  /// The sentence about those that were found, all of them named.
  fileprivate func subject(_ found: [String]) -> String {
    let words = found.map(quoted)
    let last = words.count > 1 ? " and \(words[words.count - 1])" : ""
    let head = words.count > 1 ? words.dropLast().joined(separator: ", ") : words[0]
    return "\(head)\(last) \(words.count > 1 ? "are" : "is") \(reason)"
  }
}

/// Names that become file names.
enum SafeName {
  /// The most characters in a name.
  static let maximumLength = 100
  /// The same rule as a regular expression, for the JSON Schema.
  static let pattern = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$"

  /// What is wrong with a name, as the end of a sentence; nil when it may be used.
  static func problem(_ name: String) -> String? {
    guard let first = name.unicodeScalars.first else { return "must not be empty" }
    guard name.unicodeScalars.count <= maximumLength else {
      return "must have at most \(maximumLength) characters"
    }
    guard name.unicodeScalars.allSatisfy({ isAllowed($0) }) else {
      return "may hold only letters A–Z, digits, \".\", \"_\" and \"-\" (it becomes a file name)"
    }
    guard first != ".", first != "-" else {
      return "must begin with a letter, a digit or \"_\" (it becomes a file name)"
    }
    return nil
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
