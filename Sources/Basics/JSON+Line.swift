extension JSON {
  /// The value on one line; numbers that are none are written as Python writes them.
  public var line: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let integer): "\(integer)"
    case .real(let real): Self.word(real)
    case .text(let text): jsonQuoted(text)
    case .numbers(let numbers): "[\(numbers.map(Self.word).joined(separator: ","))]"
    case .list(let list): "[\(list.map(\.line).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(jsonQuoted($0.name)):\($0.value.line)" }.joined(separator: ","))}"
    }
  }

  private static func word(_ real: Double) -> String {
    if real.isNaN { return "NaN" }
    return real.isFinite ? "\(real)" : real < 0 ? "-Infinity" : "Infinity"
  }
}
