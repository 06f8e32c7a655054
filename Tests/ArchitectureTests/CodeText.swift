/// Swift source as code alone: what comments, texts and regular expressions hold is blank, and every
/// byte and line stays where it is.
struct CodeText {
  /// The bytes of the source, those of no code replaced by spaces.
  let bytes: [UInt8]

  init(_ source: String) {
    var blanking = Blanking(source)
    bytes = blanking.run()
  }
}

/// Walks through a source and blanks what is no code; texts are code again within `\(…)`.
private struct Blanking {
  private enum Place {
    /// Code, within so many parentheses.
    case code(Int)
    /// A text whose quotes have so many `#`.
    case text(hashes: Int, isMultiline: Bool)
  }

  private let source: [UInt8]
  private var output: [UInt8]
  private var at = 0
  private var places: [Place] = [.code(0)]
  /// The last byte of code that is no space: it tells a division from a regular expression.
  private var before = UInt8(ascii: "\n")

  init(_ text: String) {
    source = Array(text.utf8)
    output = source
  }

  private func byte(_ distance: Int = 0) -> UInt8 {
    at + distance < source.count ? source[at + distance] : 0
  }

  private func follows(_ text: String, at distance: Int = 0) -> Bool {
    text.utf8.enumerated().allSatisfy { byte(distance + $0.offset) == $0.element }
  }

  /// Blanks bytes, but for ends of lines, and goes on after them.
  private mutating func blank(_ count: Int) {
    for _ in 0..<count where at < source.count {
      if source[at] != UInt8(ascii: "\n") { output[at] = UInt8(ascii: " ") }
      at += 1
    }
  }

  mutating func run() -> [UInt8] {
    while at < source.count {
      switch places.last {
      case .code(let depth)?: code(depth)
      case .text(let hashes, let isMultiline)?: text(hashes, isMultiline)
      case nil: places = [.code(0)]
      }
    }
    return output
  }

  private mutating func code(_ depth: Int) {
    let hashes =
      byte() == UInt8(ascii: "#") ? (0...).first { byte($0) != UInt8(ascii: "#") } ?? 0 : 0
    let opening = byte(hashes)
    if opening == UInt8(ascii: "\"") {
      let isMultiline = follows("\"\"\"", at: hashes)
      places.append(.text(hashes: hashes, isMultiline: isMultiline))
      before = opening
      blank(hashes + (isMultiline ? 3 : 1))
    } else if opening == UInt8(ascii: "/"), hashes > 0 {
      expression(ending: "/" + String(repeating: "#", count: hashes), opening: hashes + 1)
    } else if follows("//") {
      while at < source.count, byte() != UInt8(ascii: "\n") { blank(1) }
    } else if follows("/*") {
      comment()
    } else if opening == UInt8(ascii: "/"), isExpression {
      expression(ending: "/", opening: 1)
    } else {
      count(opening, depth)
      if byte() > UInt8(ascii: " ") { before = byte() }
      at += 1
    }
  }

  /// Counts parentheses, of which one ends the code within a text.
  private mutating func count(_ byte: UInt8, _ depth: Int) {
    if byte == UInt8(ascii: "(") { places[places.count - 1] = .code(depth + 1) }
    guard byte == UInt8(ascii: ")") else { return }
    if depth == 0, places.count > 1 {
      // Its opening one is blank as well.
      output[at] = UInt8(ascii: " ")
      places.removeLast()
    } else {
      places[places.count - 1] = .code(max(0, depth - 1))
    }
  }

  private mutating func comment() {
    var depth = 0
    repeat {
      if follows("/*") { depth += 1 }
      if follows("*/") { depth -= 1 }
      blank(follows("/*") || follows("*/") ? 2 : 1)
    } while depth > 0 && at < source.count
  }

  /// A slash where a value begins, and another one on its line.
  private var isExpression: Bool {
    let begins = "(,=:[{&|?!\n".utf8.contains(before)
    guard begins, byte(1) > UInt8(ascii: " "), byte(1) != UInt8(ascii: "/") else { return false }
    let rest = source[(at + 1)...].prefix { $0 != UInt8(ascii: "\n") }
    return rest.contains(UInt8(ascii: "/"))
  }

  private mutating func expression(ending: String, opening: Int) {
    before = UInt8(ascii: "/")
    blank(opening)
    while at < source.count, !follows(ending) {
      blank(byte() == UInt8(ascii: "\\") ? 2 : 1)
    }
    blank(ending.utf8.count)
  }

  private mutating func text(_ hashes: Int, _ isMultiline: Bool) {
    let marks = String(repeating: "#", count: hashes)
    if follows("\\" + marks) {
      let isCode = byte(1 + hashes) == UInt8(ascii: "(")
      blank(2 + hashes)
      if isCode {
        places.append(.code(0))
        before = UInt8(ascii: "(")
      }
    } else if follows((isMultiline ? "\"\"\"" : "\"") + marks) {
      places.removeLast()
      blank((isMultiline ? 3 : 1) + hashes)
      before = UInt8(ascii: "\"")
    } else if !isMultiline, byte() == UInt8(ascii: "\n") {
      places.removeLast()
    } else {
      blank(1)
    }
  }
}
