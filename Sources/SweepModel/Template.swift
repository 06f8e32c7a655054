/// A text with places for values: `--time={time}`. Braces that stand for themselves are doubled where
/// they are around a name.
public enum Template {
  private enum Part {
    case text(String)
    case value(String)
  }

  /// The names of the values that a text wants.
  public static func names(in text: String) -> [String] {
    parts(of: text).compactMap { part in
      if case .value(let name) = part { name } else { nil }
    }
  }

  /// The text with its values; nil where one is absent.
  public static func fill(_ text: String, _ values: [String: String]) -> String? {
    var result = ""
    for part in parts(of: text) {
      switch part {
      case .text(let text): result += text
      case .value(let name):
        guard let value = values[name] else { return nil }
        result += value
      }
    }
    return result
  }

  /// Words with their values, where `lists` gives several for one; nil where one is absent. A word of which
  /// its values leave nothing is none.
  public static func fill(
    _ words: [String], _ values: [String: String], lists: [String: [String]] = [:]
  ) -> [String]? {
    var result: [String] = []
    for word in words {
      if let name = names(in: word).first, word == "{\(name)}", let list = lists[name] {
        result += list
      } else {
        guard let filled = fill(word, values) else { return nil }
        if !filled.isEmpty || word.isEmpty { result.append(filled) }
      }
    }
    return result
  }

  private static func parts(of text: String) -> [Part] {
    var parts: [Part] = []
    var plain = ""
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        plain.append(first)
        rest = rest.dropFirst(2)
      } else if first == "{", let end = rest.firstIndex(of: "}"), isName(rest[..<end].dropFirst()) {
        parts += [.text(plain), .value(String(rest[..<end].dropFirst()))]
        plain = ""
        rest = rest[end...].dropFirst()
      } else {
        plain.append(first)
        rest = rest.dropFirst()
      }
    }
    return parts + [.text(plain)]
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
  }
}
