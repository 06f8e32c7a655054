import Basics

/// Reads `NAME=FORMULA` with the usual precedence; ^ binds to the right and stronger than a minus
/// before it.
struct FormulaParser {
  private let characters: [Character]
  private var at = 0
  private var depth = 0

  private static let depthLimit = 200

  init(_ text: String) { characters = Array(text) }

  mutating func name() throws(TableError) -> String {
    skipBlanks()
    let name = try word()
    skipBlanks()
    guard peek == "=" else {
      throw error("An equals sign was expected, as in C=6*N*D.")
    }
    at += 1
    return name
  }

  mutating func formula() throws(TableError) -> ColumnFormula.Node {
    let node = try sum()
    guard peek == nil else { throw error("Nothing was expected here, or a + − * / ^.") }
    return node
  }

  private mutating func sum() throws(TableError) -> ColumnFormula.Node {
    depth += 1
    guard depth < Self.depthLimit else { throw error("The formula is nested too deeply.") }
    defer { depth -= 1 }
    var node = try product()
    while let sign = sign(of: "+", "-", "\u{2212}") {
      node = .pair(sign, node, try product())
    }
    return node
  }

  private mutating func product() throws(TableError) -> ColumnFormula.Node {
    var node = try signed()
    while let sign = sign(of: "*", "/", "\u{00B7}", "\u{00D7}") {
      // Python's power.
      if sign == UInt8(ascii: "*"), peek == "*" {
        at -= 1
        return node
      }
      node = .pair(sign, node, try signed())
    }
    return node
  }

  private mutating func signed() throws(TableError) -> ColumnFormula.Node {
    depth += 1
    guard depth < Self.depthLimit else { throw error("The formula is nested too deeply.") }
    defer { depth -= 1 }
    skipBlanks()
    if peek == "-" || peek == "\u{2212}" {
      at += 1
      return .negated(try signed())
    }
    if peek == "+" {
      at += 1
      return try signed()
    }
    let base = try operand()
    skipBlanks()
    if peek == "^" {
      at += 1
    } else if peek == "*", at + 1 < characters.count, characters[at + 1] == "*" {
      at += 2
    } else {
      return base
    }
    return .pair(UInt8(ascii: "^"), base, try signed())
  }

  private mutating func operand() throws(TableError) -> ColumnFormula.Node {
    skipBlanks()
    guard let first = peek else {
      throw error("The formula ends where a number or a column was expected.")
    }
    if first == "(" { return try parenthesised() }
    if first.isNumber || first == "." { return try number() }
    let start = at
    let isQuoted = first == "`"
    let name = try word()
    skipBlanks()
    guard !isQuoted, peek == "(" else { return .column(name, at: start + 1) }
    guard ColumnFormula.functions[name] != nil else {
      at = start
      throw error(
        "There is no function called \(printable(name)). There are exp, log (natural), log10, log2 and sqrt."
      )
    }
    return .call(name, try parenthesised())
  }

  private mutating func parenthesised() throws(TableError) -> ColumnFormula.Node {
    let opening = at
    at += 1
    let node = try sum()
    guard peek == ")" else {
      guard peek == nil else { throw error("A closing parenthesis was expected.") }
      at = opening
      throw error("This parenthesis never closes.")
    }
    at += 1
    skipBlanks()
    return node
  }

  /// A number, with a size's letter too: `1.3B`.
  private mutating func number() throws(TableError) -> ColumnFormula.Node {
    let start = at
    while let character = peek, character.isLetter || character.isNumber || character == "." {
      at += 1
      if character == "e" || character == "E", peek == "-" || peek == "+" { at += 1 }
    }
    let text = String(characters[start..<at])
    guard let value = Table.number(text) else {
      at = start
      throw error("\(printable(text)) is no number.")
    }
    return .number(value)
  }

  private mutating func word() throws(TableError) -> String {
    let start = at
    if peek == "`" {
      at += 1
      while let character = peek, character != "`" { at += 1 }
      guard peek == "`" else {
        at = start
        throw error("This backquote never closes.")
      }
      at += 1
      return String(characters[start + 1..<at - 1])
    }
    while let character = peek,
      character.isLetter || character.isNumber || character == "_" || character == "."
    { at += 1 }
    guard at > start else { throw error("A number or a column was expected.") }
    return String(characters[start..<at])
  }

  private mutating func sign(of signs: Character...) -> UInt8? {
    skipBlanks()
    guard let character = peek, signs.contains(character) else { return nil }
    at += 1
    switch character {
    case "\u{2212}": return UInt8(ascii: "-")
    case "\u{00B7}", "\u{00D7}": return UInt8(ascii: "*")
    default: return character.asciiValue
    }
  }

  private var peek: Character? { at < characters.count ? characters[at] : nil }

  private mutating func skipBlanks() {
    while let character = peek, character.isWhitespace { at += 1 }
  }

  private func error(_ message: String) -> TableError {
    TableError(
      origin: "--let", place: TableError.Place(line: 1, column: at + 1), message: message)
  }
}
