import Basics

/// One value of a YAML file with its place.
struct YAMLValue: Sendable {
  /// What the value is. Scalars stay text: what they mean depends on what the key expects.
  enum Content: Sendable {
    /// Nothing, `~` or `null`.
    case null
    /// A scalar; `isPlain` tells that it stands without quotes, so it may be a number.
    case scalar(String, isPlain: Bool)
    /// A list.
    case list([YAMLValue])
    /// A mapping in the file's order; its keys are unique.
    case mapping([YAMLEntry])
  }

  /// What it is.
  let content: Content
  /// Where it begins.
  let place: Place
}

/// One `key: value` of a mapping.
struct YAMLEntry: Sendable {
  /// The key's text.
  let key: String
  /// Where the key begins.
  let keyPlace: Place
  /// The value.
  let value: YAMLValue
}

extension YAMLValue {
  /// The text of a scalar without quotes; nil for anything else.
  var plain: String? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return text
  }

  /// The text of a scalar, quoted or not; nil for anything else.
  var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  /// The value as errors name it: `"ten"`, `the quoted text "10"`, `a list`, `nothing`.
  var found: String {
    switch content {
    case .null: "nothing"
    case .scalar(let text, isPlain: true): quoted(text)
    case .scalar(let text, isPlain: false): "the quoted text \(quoted(text))"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The elements of a list, or a lone value as a list of one.
  var elements: [YAMLValue] {
    guard case .list(let values) = content else { return [self] }
    return values
  }
}

extension YAMLValue {
  /// The value on one line as JSON has it, plain scalars as they are written: `[64, 64]`.
  var flow: String {
    switch content {
    case .null: "null"
    case .scalar(let text, isPlain: true): text
    case .scalar(let text, isPlain: false): jsonQuoted(text)
    case .list(let elements): "[\(elements.map(\.flow).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\(jsonQuoted($0.key)): \($0.value.flow)" }.joined(separator: ", "))}"
    }
  }
}

/// The text in quotes, shortened, control characters escaped, for error messages.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars.prefix(60) {
    switch scalar {
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\"": result += "\\\""
    default:
      let isControl = scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value)
      result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }
  return result + (text.unicodeScalars.count > 60 ? "…\"" : "\"")
}
