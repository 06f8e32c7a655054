import Foundation

/// Checks JSON values against a JSON Schema (draft 2020-12), as far as the keywords go that the house
/// uses; a schema with another keyword is an error, so that none is passed over.
struct SchemaValidator {
  /// The schema as JSON.
  private let root: [String: Any]

  init(_ text: String) throws {
    guard let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else {
      throw Problem(description: "The schema is no object.")
    }
    self.root = root
  }

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// What speaks against a JSON text, each with its place; none where it is valid.
  func problems(_ text: String) throws -> [String] {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    return try problems(value, root, at: "$")
  }

  /// Every definition that is named and not there, and every keyword that is not known.
  func checkSchema() throws {
    try check(root, at: "#")
  }

  private static let notes: Set = ["$schema", "title", "description", "$defs"]
  private static let asserted: Set = [
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "$ref",
    "oneOf", "minimum", "minItems", "maxItems", "pattern",
  ]

  private func check(_ schema: Any, at place: String) throws {
    guard let object = schema as? [String: Any] else {
      guard schema is Bool else { throw Problem(description: "\(place) is no schema") }
      return
    }
    let unknown = Set(object.keys).subtracting(Self.notes).subtracting(Self.asserted)
    guard unknown.isEmpty else { throw Problem(description: "\(place): keywords \(unknown)") }
    if let name = object["$ref"] as? String { _ = try definition(name) }
    for key in ["properties", "$defs"] {
      for (name, part) in object[key] as? [String: Any] ?? [:] {
        try check(part, at: "\(place)/\(key)/\(name)")
      }
    }
    for key in ["items", "additionalProperties"] {
      if let part = object[key] { try check(part, at: "\(place)/\(key)") }
    }
    for (index, part) in (object["oneOf"] as? [Any] ?? []).enumerated() {
      try check(part, at: "\(place)/oneOf/\(index)")
    }
    let isObject = object["type"] as? String == "object"
    if isObject, object["additionalProperties"] == nil {
      throw Problem(description: "\(place) is open: additionalProperties says nothing")
    }
    let names = Set((object["properties"] as? [String: Any] ?? [:]).keys)
    let missing = Set(object["required"] as? [String] ?? []).subtracting(names)
    guard missing.isEmpty else { throw Problem(description: "\(place) requires \(missing)") }
  }

  private func definition(_ reference: String) throws -> [String: Any] {
    let name = String(reference.dropFirst("#/$defs/".count))
    guard reference.hasPrefix("#/$defs/"),
      let found = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
    else { throw Problem(description: "there is no \(reference)") }
    return found
  }

  private func problems(_ value: Any, _ schema: [String: Any], at place: String) throws -> [String]
  {
    var found: [String] = []
    if let name = schema["$ref"] as? String {
      found += try problems(value, definition(name), at: place)
    }
    if let options = schema["oneOf"] as? [[String: Any]] {
      let results = try options.map { try problems(value, $0, at: place) }
      let valid = results.count(where: \.isEmpty)
      if valid != 1 {
        // Of several kinds the one with the least against it is meant.
        let nearest = results.min { $0.count < $1.count } ?? []
        found.append("\(place) is \(valid) of the kinds: \(nearest.joined(separator: "; "))")
      }
    }
    if let types = schema["type"].map({ $0 as? [String] ?? [$0 as? String ?? ""] }),
      !types.contains(where: { Self.isOf($0, value) })
    {
      return found + ["\(place) is no \(types.joined(separator: " or "))"]
    }
    if let options = schema["enum"] as? [String], !options.contains(value as? String ?? "") {
      found.append("\(place) is none of \(options)")
    }
    if let word = schema["const"] as? String, value as? String != word {
      found.append("\(place) is not \(word)")
    }
    if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
      found.append("\(place) is below \(least)")
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(place) does not look like \(pattern)")
    }
    return try found + members(value, schema, at: place)
  }

  private func members(_ value: Any, _ schema: [String: Any], at place: String) throws -> [String] {
    var found: [String] = []
    if let object = value as? [String: Any] {
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        found.append("\(place) has no \(name)")
      }
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      for (name, member) in object {
        if let known = properties[name] {
          found += try problems(member, known, at: "\(place).\(name)")
        } else if let rest = schema["additionalProperties"] as? [String: Any] {
          found += try problems(member, rest, at: "\(place).\(name)")
        } else if schema["additionalProperties"] as? Bool == false {
          found.append("\(place) has \(name), which is not declared")
        }
      }
    }
    if let list = value as? [Any] {
      if let least = schema["minItems"] as? Int, list.count < least {
        found.append("\(place) has fewer than \(least)")
      }
      if let most = schema["maxItems"] as? Int, list.count > most {
        found.append("\(place) has more than \(most)")
      }
      if let items = schema["items"] as? [String: Any] {
        for (index, member) in list.enumerated() {
          found += try problems(member, items, at: "\(place)[\(index)]")
        }
      }
    }
    return found
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    let number = value as? NSNumber
    let isFlag = number.map { CFNumberKind.isFlag($0) } ?? false
    return switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": isFlag
    case "number": number != nil && !isFlag
    case "integer": !isFlag && number.map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "null": value is NSNull
    default: false
    }
  }
}

private enum CFNumberKind {
  /// JSON's true and false come as numbers of the type of C's char.
  static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
