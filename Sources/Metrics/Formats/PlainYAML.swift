/// The YAML that programs write of settings: maps and lists in block style with plain or quoted values
/// of one line. Anything else is left as its text; nothing is ever built from a tag.
enum PlainYAML {
  private static let lineLimit = 100_000

  /// The values by their names, joined by points, in order; entries of lists are named by their number.
  static func values(_ text: String) -> [(name: String, value: RecordedRun.Value)] {
    var values: [(name: String, value: RecordedRun.Value)] = []
    // The names that enclose a line, with the columns where they begin.
    var open: [(column: Int, name: String, count: Int)] = []
    for line in text.split(whereSeparator: \.isNewline).prefix(lineLimit) {
      var column = line.prefix { $0 == " " }.count
      var rest = line.dropFirst(column)
      guard !rest.isEmpty, !rest.hasPrefix("#"), !rest.hasPrefix("---"), !rest.hasPrefix("%") else {
        continue
      }
      while rest == "-" || rest.hasPrefix("- ") {
        // A list may stand in the column of its name.
        while let last = open.last, last.column > column || last.column == column && isEntry(last) {
          if last.column == column { break }
          open.removeLast()
        }
        let number = open.last.map { $0.column == column && isEntry($0) ? $0.count + 1 : 0 } ?? 0
        if number > 0 { open.removeLast() }
        guard open.count < 64 else { return values }
        open.append((column, "\(number)", number))
        let blanks = rest.dropFirst().prefix { $0 == " " }.count + 1
        column += blanks
        rest = rest.dropFirst(blanks)
      }
      guard let (name, value) = entry(rest) else {
        if !rest.isEmpty, let last = open.last, isEntry(last), last.column < column {
          values.append((path(open), value(rest)))
        }
        continue
      }
      while let last = open.last, last.column >= column { open.removeLast() }
      guard open.count < 64 else { return values }
      if value.isEmpty {
        open.append((column, name, -1))
      } else {
        values.append((path(open + [(column, name, -1)]), Self.value(value)))
      }
    }
    return values
  }

  /// The entries of a list of texts.
  static func list(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).prefix(lineLimit).compactMap { line in
      let rest = line.drop { $0 == " " }
      return rest.hasPrefix("- ") ? unquoted(trimmed(rest.dropFirst(2))) : nil
    }
  }

  private static func isEntry(_ place: (column: Int, name: String, count: Int)) -> Bool {
    place.count >= 0
  }

  private static func path(_ open: [(column: Int, name: String, count: Int)]) -> String {
    open.map(\.name).joined(separator: ".")
  }

  /// A name and what follows its colon; nil for a line without.
  private static func entry(_ line: Substring) -> (String, Substring)? {
    var end = line.startIndex
    if let quote = line.first, quote == "\"" || quote == "'" {
      guard let closing = line.dropFirst().firstIndex(of: quote) else { return nil }
      end = line.index(after: closing)
    }
    while end < line.endIndex {
      let next = line.index(after: end)
      if line[end] == ":", next == line.endIndex || line[next] == " " {
        let name = unquoted(trimmed(line[..<end]))
        return name.isEmpty ? nil : (name, withoutComment(trimmed(line[next...])))
      }
      end = next
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }

  private static func withoutComment(_ text: Substring) -> Substring {
    guard let first = text.first, first != "\"", first != "'" else { return text }
    if first == "#" { return "" }
    guard let range = text.firstRange(of: " #") else { return text }
    return trimmed(text[..<range.lowerBound])
  }

  private static func unquoted(_ text: Substring) -> String {
    guard text.count >= 2, let quote = text.first, quote == text.last else { return String(text) }
    let content = text.dropFirst().dropLast()
    switch quote {
    case "'":
      var result = ""
      var wasQuote = false
      for character in content {
        wasQuote = character == "'" && !wasQuote
        if !wasQuote { result.append(character) }
      }
      return result
    case "\"":
      var result = ""
      var isEscaped = false
      for character in content {
        if isEscaped {
          result.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else {
          result.append(character)
        }
      }
      return result
    default: return String(text)
    }
  }

  private static func value(_ text: Substring) -> RecordedRun.Value {
    let isQuoted = text.first == "\"" || text.first == "'"
    if isQuoted { return .text(unquoted(text)) }
    switch text {
    case "~", "": return .null
    case ".nan", ".NaN", ".NAN": return .real(.nan)
    case ".inf", "+.inf": return .real(.infinity)
    case "-.inf": return .real(-.infinity)
    default: break
    }
    if text.hasPrefix("["), text.hasSuffix("]") { return .list(String(text)) }
    return RecordedRun.Value(text: String(text))
  }
}
