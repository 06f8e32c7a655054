import Basics

/// A JSON value whose objects keep their order, so that the printed schema reads well and never
/// changes by chance.
indirect enum JSONText {
  /// A text.
  case string(String)
  /// A number in its JSON form.
  case number(String)
  /// `true` or `false`.
  case flag(Bool)
  /// A list.
  case array([JSONText])
  /// Names and values in order.
  case object([(String, JSONText)])

  /// A list of texts.
  static func strings(_ texts: [String]) -> JSONText { .array(texts.map(JSONText.string)) }

  /// The text with two spaces a level.
  func pretty(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .string(let text): return Self.quote(text)
    case .number(let text): return text
    case .flag(let flag): return flag ? "true" : "false"
    case .array(let items):
      guard !items.isEmpty else { return "[]" }
      let lines = items.map { inner + $0.pretty(indent: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    case .object(let entries):
      guard !entries.isEmpty else { return "{}" }
      let lines = entries.map { "\(inner)\(Self.quote($0)): \($1.pretty(indent: inner))" }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    }
  }

  private static func quote(_ text: String) -> String { jsonQuoted(text, newline: "\\n") }
}
