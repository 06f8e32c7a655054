import Yams

/// Turns YAML text into values with places. Bounds everything that a hostile or broken file could
/// blow up: characters, aliases, values; nesting is bounded at 1 000 levels by the YAML library.
enum YAMLReader {
  /// References (`*name`) that one file may hold, so that nested ones cannot multiply.
  static let maximumAliases = 24
  /// Values after aliases are filled in.
  static let maximumValues = 1_000_000

  /// Reads the text's only document.
  static func read(_ text: String, file: String) throws(FileError) -> YAMLValue {
    try checkCharacters(text, file: file)
    let end = TextEnd(of: text, file: file)
    let root: Node?
    do {
      root = try compose(yaml: text, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw translate(error, text: text, end: end)
    } catch {
      throw FileError(file: file, message: "not valid YAML: \(error)")
    }
    guard let root else { throw FileError(file: file, message: "the file is empty") }
    var converter = Converter(end: end)
    return try converter.value(of: root)
  }

  /// Refuses what YAML does not allow in a text, and counts aliases.
  private static func checkCharacters(_ text: String, file: String) throws(FileError) {
    var place = Place(file: file, line: 1, column: 1)
    var aliases = 0
    var last: [Unicode.Scalar] = ["\n", "\n"]
    for scalar in text.unicodeScalars {
      guard isPrintable(scalar) else {
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw place.error("the character U+\(code) is not allowed in YAML", "is it a text file?")
      }
      // An asterisk that begins a word: perhaps within a text, but never missed.
      if last[1] == "*", !" \t\r\n".unicodeScalars.contains(scalar),
        " \t\r\n[]{},:-?".unicodeScalars.contains(last[0])
      {
        aliases += 1
        guard aliases <= maximumAliases else {
          throw place.error("more than \(maximumAliases) aliases (\"*name\")")
        }
      }
      last = [last[1], scalar]
      place.advance(over: scalar)
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x1_0000...0x10_FFFF:
      true
    default: false
    }
  }

  private static func translate(_ error: YamlError, text: String, end: TextEnd) -> FileError {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return translate(problem: problem, context: context, mark: mark, text: text, end: end)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = quoted(duplicates.first ?? "")
      return end.place(of: context.mark).error(
        "the key \(key) is given more than once in this mapping", "keep one")
    default:
      return FileError(file: end.last.file, message: "not valid YAML: \(error)")
    }
  }

  private static func translate(
    problem: String, context: YamlError.Context?, mark: Mark, text: String, end: TextEnd
  ) -> FileError {
    let place = end.place(of: mark)
    if problem == "but found another document" {
      return place.error("a second YAML document begins here", "keep one document in a file")
    }
    if problem.hasPrefix("Maximum nesting level") { return place.error("nested too deeply") }
    var message = "not valid YAML: \(problem)"
    if let context { message += " (\(context.text) from line \(context.mark.line))" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
    let hasTab = line.prefix { $0 == " " || $0 == "\t" }.contains("\t")
    return place.error(message, hasTab ? "indent with spaces; YAML allows no tabs there" : nil)
  }
}

/// Where a text ends. The library puts what is missing at the end of a file whose last line does
/// not end onto a line that does not exist: that is the end of the last line.
private struct TextEnd {
  /// The place behind the text's last character.
  let last: Place

  init(of text: String, file: String) {
    var end = (line: 1, column: 1)
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if Self.lineEnds.contains(scalar) {
        if !(last == "\r" && scalar == "\n") { end = (end.line + 1, 1) }
      } else {
        end.column += 1
      }
      last = scalar
    }
    self.last = Place(file: file, line: end.line, column: end.column)
  }

  /// What the library takes for the end of a line.
  private static let lineEnds: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  func place(of mark: Mark) -> Place {
    guard let line = last.line, mark.line <= line else { return last }
    return Place(file: last.file, line: mark.line, column: mark.column)
  }
}

/// Copies the library's tree into values, aliases filled in, up to a bound.
private struct Converter {
  let end: TextEnd
  private var count = 0

  init(end: TextEnd) { self.end = end }

  mutating func value(of node: Node) throws(FileError) -> YAMLValue {
    let place = node.mark.map(end.place) ?? Place(file: end.last.file)
    count += 1
    guard count <= YAMLReader.maximumValues else {
      throw place.error("more than \(YAMLReader.maximumValues) values")
    }
    switch node {
    case .scalar(let scalar):
      try checkTag(scalar.tag, place)
      return YAMLValue(content: content(of: scalar), place: place)
    case .sequence(let sequence):
      try checkTag(sequence.tag, place)
      var values: [YAMLValue] = []
      for element in sequence { values.append(try value(of: element)) }
      return YAMLValue(content: .list(values), place: place)
    case .mapping(let mapping):
      try checkTag(mapping.tag, place)
      var entries: [YAMLEntry] = []
      for (key, element) in mapping { entries.append(try entry(key, element)) }
      return YAMLValue(content: .mapping(entries), place: place)
    case .alias: throw place.error("an alias without its anchor")
    }
  }

  private mutating func entry(_ key: Node, _ element: Node) throws(FileError) -> YAMLEntry {
    let key = try value(of: key)
    guard let name = key.text else {
      throw key.place.error("a key must be a word, found \(key.found)")
    }
    return YAMLEntry(key: name, keyPlace: key.place, value: try value(of: element))
  }

  private func content(of scalar: Node.Scalar) -> YAMLValue.Content {
    let isPlain = scalar.style == .plain && scalar.tag.description.isEmpty
    guard isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) else {
      return .scalar(scalar.string, isPlain: isPlain)
    }
    return .null
  }

  private func checkTag(_ tag: Tag, _ place: Place) throws(FileError) {
    // The library itself sets these three on quoted texts and on keys.
    let known: [Tag.Name] = [.implicit, .str, .seq, .map]
    guard !known.map(\.rawValue).contains(tag.description) else { return }
    throw place.error("tags such as \(quoted(tag.description)) are not supported", "remove the tag")
  }
}
