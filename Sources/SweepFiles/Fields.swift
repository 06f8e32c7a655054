import Basics
import SweepModel

/// A mapping whose keys have been checked against a table; reads its values by their shapes.
struct Fields {
  /// The keys that may occur.
  let table: KeyTable
  /// Where the mapping begins.
  let place: Place
  /// The entries in the file's order.
  let entries: [YAMLEntry]

  /// Checks that `value` is a mapping, that it has only known keys, and all required ones. `home`
  /// tells in words where a key belongs that is unknown here.
  init(
    _ value: YAMLValue, _ table: KeyTable, home: (String) -> String? = { _ in nil }
  ) throws(FileError) {
    var problems = Problems()
    self = try Fields(value, table, &problems, home: home)
    try problems.check()
  }

  /// Reads a mapping all the same when some of its keys are wrong; these are left out, and go to
  /// `problems`.
  init(
    _ value: YAMLValue, _ table: KeyTable, example: String? = nil, _ problems: inout Problems,
    home: (String) -> String?
  ) throws(FileError) {
    guard case .mapping(let entries) = value.content else {
      throw value.place.error(
        "\(table.subject) must be a mapping, found \(value.found)",
        example.map { "write for example \($0)" })
    }
    self.table = table
    self.place = value.place
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
          home(entry.key) ?? NearestWord.remedy(for: entry.key, in: table.names)
            + table.hint(onOwn: entry)))
    }
    // What a file of another program lacks is told with its keys; a slip is not a missing key too.
    for spec in table.keys where spec.isRequired && foreign.isEmpty && self[spec.name] == nil {
      guard !unknown.contains(where: { NearestWord.of($0.key, in: [spec.name]) != nil }) else {
        continue
      }
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
  func text(_ name: String) throws(FileError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.text else { throw wrong(name, "a text", value) }
    return text
  }

  /// A name that may become a file name.
  func safeName(_ name: String) throws(FileError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.text else { throw wrong(name, "a name", value) }
    if let problem = SafeName.problem(text) {
      throw value.place.error("\"\(name)\" \(problem), found \(quoted(text))")
    }
    return text
  }

  /// Names with ranges, expanded, each of which satisfies a rule.
  func names(
    _ name: String, _ problem: (String) -> String?
  ) throws(FileError) -> [String]? {
    guard let value = self[name], let text = try text(name) else { return nil }
    let names: [String]
    do throws(HostRange.Problem) {
      names = try HostRange.names(text)
    } catch {
      throw value.place.error("\"\(name)\" \(error.message), found \(quoted(text))")
    }
    for single in names {
      guard let problem = problem(single) else { continue }
      throw value.place.error("\"\(name)\" \(problem), found \(quoted(text))")
    }
    return names
  }

  /// One of the words that the table lists.
  func word(_ name: String) throws(FileError) -> String? {
    guard case .word(let words) = table.spec(name).shape, let value = self[name] else { return nil }
    guard let text = value.text else {
      throw wrong(name, "one of \(words.joined(separator: ", "))", value)
    }
    guard words.contains(text) else {
      throw value.place.error(
        "unknown \"\(name)\" \(quoted(text))", NearestWord.remedy(for: text, in: words))
    }
    return text
  }

  /// `true` or `false`.
  func flag(_ name: String) throws(FileError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let flag = value.flag else { throw wrong(name, "true or false", value) }
    return flag
  }

  /// A whole number within the range of the table.
  func integer(_ name: String) throws(FileError) -> Int? {
    guard case .integer(let range) = table.spec(name).shape, let value = self[name] else {
      return nil
    }
    return try value.integer(in: range, name: name)
  }

  /// How many there are of what the table only counts: GPUs, and names of the file's own.
  func counts() throws(FileError) -> Amounts {
    var amounts = Amounts()
    for entry in entries where entry.key == "gpu" || !table.names.contains(entry.key) {
      amounts[entry.key] = try entry.value.integer(in: KeyTable.counts, name: entry.key)
    }
    return amounts
  }

  /// A finite number above 0.
  func positiveNumber(_ name: String) throws(FileError) -> Double? {
    guard let value = self[name] else { return nil }
    return try value.real(in: 0...Double.greatestFiniteMagnitude, openBelow: true, name: name)
  }

  /// Two numbers, the smaller first.
  func interval(_ name: String) throws(FileError) -> ClosedRange<Double>? {
    guard let value = self[name] else { return nil }
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

  /// A user name or a path, as the table says, that is safe to hand on.
  func address(_ name: String) throws(FileError) -> String? {
    guard let text = try text(name), let value = self[name] else { return nil }
    let problem: String? =
      switch table.spec(name).shape {
      case .user: SafeAddress.userProblem(text)
      default: SafeAddress.pathProblem(text)
      }
    if let problem { throw value.place.error("\"\(name)\" \(problem), found \(quoted(text))") }
    return text
  }

  /// A length of time, seconds.
  func duration(_ name: String) throws(FileError) -> Double? {
    guard let value = self[name] else { return nil }
    guard let text = value.text, let seconds = Quantity.duration(text) else {
      throw wrong(
        name, "a duration such as 30s, 5 min, 1h30m or 24:00:00", value,
        value.text.flatMap(Quantity.remedy(forDuration:)))
    }
    return seconds
  }

  /// A size, bytes.
  func size(_ name: String) throws(FileError) -> Int? {
    guard let value = self[name] else { return nil }
    guard let text = value.text, let bytes = Quantity.size(text) else {
      throw wrong(
        name, "a size such as 512MiB, 1GiB or 4GB", value,
        value.text.flatMap(Quantity.remedy(forSize:)))
    }
    return bytes
  }

  /// A wrong-type error: what was expected and what was found.
  func wrong(
    _ name: String, _ expected: String, _ value: YAMLValue, _ remedy: String? = nil
  ) -> FileError {
    value.place.error("\"\(name)\" must be \(expected), found \(value.found)", remedy)
  }
}

extension KeyTable {
  /// True for a name of the file's own with a whole number: neither a slip of a key nor another
  /// program's word for one.
  fileprivate func isCount(_ entry: YAMLEntry, _ home: (String) -> String?) -> Bool {
    countsOthers && !names.contains(entry.key) && Amounts.problem(ofName: entry.key) == nil
      && (entry.value.text.flatMap { Int($0) } ?? -1) >= 0 && home(entry.key) == nil
      && NearestWord.of(entry.key, in: names) == nil
  }

  /// What whoever keeps anchors under a key of their own does instead; empty for other keys.
  fileprivate func hint(onOwn entry: YAMLEntry) -> String {
    guard allowsExtensions, NearestWord.of(entry.key, in: names) == nil else { return "" }
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
