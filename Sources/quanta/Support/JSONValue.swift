import SweepModel

/// A parameter's value with its JSON type.
struct JSONValue: Encodable {
  let value: Value

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .integer(let number): try container.encode(number)
    case .real(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    }
  }
}

/// Parameters as a JSON object.
func jsonObject(_ parameters: Parameters) -> [String: JSONValue] {
  Dictionary(
    uniqueKeysWithValues: parameters.entries.map { ($0.name, JSONValue(value: $0.value)) })
}
