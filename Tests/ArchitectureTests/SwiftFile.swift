/// What a Swift file imports and declares, read from its text.
struct SwiftFile {
  /// A declaration at the top of a file.
  struct Declaration: Hashable {
    /// `struct`, `func`, `extension` …
    let keyword: String
    /// The name; that of the extended type, with dots, for an extension.
    let name: String
    /// Whether other files see it.
    let isVisible: Bool
  }

  /// A function, initialiser, subscript or computed property with a body.
  struct Body: Hashable {
    /// Its name, or its keyword where it has none.
    let name: String
    /// The line on which it begins, from 1.
    let line: Int
    /// How many lines it takes, with its signature.
    let lineCount: Int
  }

  /// Where it lies, from the root of the repository.
  let path: String
  /// How many lines it has.
  let lineCount: Int
  /// The modules that it imports.
  private(set) var imports: Set<String> = []
  /// What it declares at its top, in order.
  private(set) var declarations: [Declaration] = []
  /// Everything with a body, at any depth.
  private(set) var bodies: [Body] = []

  init(path: String, text: String) {
    self.path = path
    lineCount = text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let tokens = Token.all(in: CodeText(text))
    readTop(tokens)
    readBodies(tokens)
  }

  /// The file's name without its ending.
  var name: String {
    String(path.split(separator: "/").last?.dropLast(6) ?? "")
  }

  private static let types: Set = [
    "struct", "class", "enum", "protocol", "actor", "extension", "func", "var", "let", "typealias",
  ]

  private mutating func readTop(_ tokens: [Token]) {
    var depth = 0
    var modifiers: Set<String> = []
    for (index, token) in tokens.enumerated() {
      if ["(", "{", "["].contains(token.text) { depth += 1 }
      if [")", "}", "]"].contains(token.text) { depth -= 1 }
      guard depth == 0 else { continue }
      let next = index + 1 < tokens.count ? tokens[index + 1] : nil
      // `.let`, `import struct A.B`
      let isMember = index > 0 && [".", "import"].contains(tokens[index - 1].text)
      if token.text == "import", token.isFirstOnLine || !modifiers.isEmpty, let next {
        readImport(tokens, from: index + 1, next)
        modifiers = []
      } else if Self.types.contains(token.text), !isMember, let next, next.isWord {
        // `class` may be a modifier; `let` and `var` follow others only as parts of patterns.
        guard !Self.types.contains(next.text) else { continue }
        let name = token.text == "extension" ? Self.path(tokens, from: index + 1) : next.text
        declarations.append(
          Declaration(
            keyword: token.text, name: name,
            isVisible: modifiers.isDisjoint(with: ["private", "fileprivate"])))
        modifiers = []
      } else if token.isWord {
        modifiers.insert(token.text)
      } else if token.text == "}" {
        modifiers = []
      }
    }
  }

  private mutating func readImport(_ tokens: [Token], from index: Int, _ next: Token) {
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let name = kinds.contains(next.text) && index + 1 < tokens.count ? tokens[index + 1] : next
    imports.insert(name.text)
  }

  /// Words that dots join, such as `Report.Outcome`.
  private static func path(_ tokens: [Token], from start: Int) -> String {
    var (index, path) = (start, tokens[start].text)
    while index + 2 < tokens.count, tokens[index + 1].text == ".", tokens[index + 2].isWord {
      path += "." + tokens[index + 2].text
      index += 2
    }
    return path
  }

  private static let withBodies: Set = ["func", "init", "deinit", "subscript", "var"]
  private static let others: Set = ["let", "case", "struct", "class", "enum", "typealias"]

  private mutating func readBodies(_ tokens: [Token]) {
    for (index, token) in tokens.enumerated() where Self.withBodies.contains(token.text) {
      let isCall = index > 0 && tokens[index - 1].text == "."
      guard !isCall,
        let opening = Self.opening(tokens, after: index, isVariable: token.text == "var")
      else { continue }
      let closing = Self.closing(tokens, of: opening)
      let next = index + 1 < tokens.count ? tokens[index + 1] : token
      let hasName = ["func", "var"].contains(token.text) && next.isWord
      bodies.append(
        Body(
          name: hasName ? next.text : token.text, line: token.line,
          lineCount: tokens[closing].line - token.line + 1))
    }
  }

  /// The brace at which a body begins; nil where there is none.
  private static func opening(_ tokens: [Token], after start: Int, isVariable: Bool) -> Int? {
    var depth = 0
    for index in (start + 1)..<max(start + 1, tokens.count) {
      let text = tokens[index].text
      if text == "(" || text == "[" { depth += 1 }
      if text == ")" || text == "]" { depth -= 1 }
      guard depth >= 0 else { return nil }
      guard depth == 0 else { continue }
      if text == "{" { return index }
      if text == "}" || (isVariable && text == "=") { return nil }
      if tokens[index].isFirstOnLine, withBodies.contains(text) || others.contains(text) {
        return nil
      }
    }
    return nil
  }

  /// The brace that ends what one begins.
  private static func closing(_ tokens: [Token], of opening: Int) -> Int {
    var depth = 0
    for index in opening..<tokens.count {
      if tokens[index].text == "{" { depth += 1 }
      if tokens[index].text == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return tokens.count - 1
  }
}

/// A word, or one sign, of code.
struct Token {
  let text: String
  /// From 1.
  let line: Int
  /// Whether nothing but spaces comes before it on its line.
  let isFirstOnLine: Bool
  let isWord: Bool

  /// The words and signs of code in their order.
  static func all(in code: CodeText) -> [Token] {
    var tokens: [Token] = []
    var (line, isFirst) = (1, true)
    var word: [UInt8] = []
    func end() {
      guard !word.isEmpty else { return }
      tokens.append(
        Token(
          text: String(decoding: word, as: UTF8.self), line: line, isFirstOnLine: isFirst,
          isWord: true))
      word = []
      isFirst = false
    }
    for byte in code.bytes {
      if isWordByte(byte) {
        word.append(byte)
        continue
      }
      end()
      if byte == UInt8(ascii: "\n") {
        (line, isFirst) = (line + 1, true)
      } else if byte > UInt8(ascii: " ") {
        let text = String(decoding: [byte], as: UTF8.self)
        tokens.append(Token(text: text, line: line, isFirstOnLine: isFirst, isWord: false))
        isFirst = false
      }
    }
    end()
    return tokens
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...:
      true
    default: false
    }
  }
}
