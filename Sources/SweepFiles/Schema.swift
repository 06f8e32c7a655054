public import SweepModel

/// The JSON Schemas (draft 2020-12) that editors check sweep and cluster files with.
///
/// They come from the same key tables and signatures that the parser reads by. The schema is the
/// looser of the two: what depends on several values together only the parser knows.
public enum Schema {
  /// The schema of sweep files, with every workload's parameters.
  public static func sweep(workloads: [WorkloadSignature]) -> String {
    let names = workloads.map(\.name)
    let definitions: [(String, JSONText)] =
      [
        ("workload", .object([("enum", .strings(names))])),
        ("number", number), ("value", anyScalar),
        ("settings", .object([("type", .string("object"))])),
        ("grid", .object([("type", .string("object")), ("minProperties", .number("1"))])),
        ("axis", object(AxisKeys.axis)), ("metric", .object([("type", .string("object"))])),
        (
          "best",
          .object([
            ("type", .string("object")),
            ("additionalProperties", schema(.word(CommandKeys.bestWords))),
          ])
        ),
      ] + workloads.map { ("settings-\($0.name)", settings($0)) }
      + workloads.map { ("grid-\($0.name)", grid($0)) }
    return document(
      title: "Quanta sweep file", table: SweepKeys.command, definitions: definitions,
      rules: [("allOf", .array(workloads.map(rule)))])
  }

  /// The schema of cluster files.
  public static func cluster() -> String {
    let shorthand: JSONText = .object([
      ("type", .string("string")), ("pattern", .string(ClusterKeys.shorthandPattern)),
      (
        "description",
        .string("[cores/][user@]host[:port], or local for this machine; node[01-32,40] are many")
      ),
    ])
    return document(
      title: "Quanta cluster file", table: ClusterKeys.file,
      definitions: [("shorthand", shorthand)], rules: [])
  }

  private static func document(
    title: String, table: KeyTable, definitions: [(String, JSONText)],
    rules: [(String, JSONText)]
  ) -> String {
    guard case .object(let body) = object(table) else { preconditionFailure("an object") }
    let head: [(String, JSONText)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string(title)),
    ]
    let all = head + body + rules + [("$defs", .object(definitions))]
    return JSONText.object(all).pretty() + "\n"
  }

  /// If the workload is this one, then settings and grid take its parameters.
  private static func rule(_ signature: WorkloadSignature) -> JSONText {
    let isThis: JSONText = .object([("const", .string(signature.name))])
    let properties: [(String, JSONText)] = [
      ("settings", reference("settings-\(signature.name)")),
      ("grid", reference("grid-\(signature.name)")),
      ("parameters", reference("grid-\(signature.name)")),
    ]
    return .object([
      ("if", .object([("properties", .object([("workload", isThis)]))])),
      ("then", .object([("properties", .object(properties))])),
    ])
  }

  private static func settings(_ signature: WorkloadSignature) -> JSONText {
    closed(signature.parameters.map { ($0.name, described($0.schema, $0)) })
  }

  private static func grid(_ signature: WorkloadSignature) -> JSONText {
    let axes = signature.parameters.map { ($0.name, described(axis($0), $0)) }
    let zip = closed(axes)
    let groups: [JSONText] = [zip, list(zip)]
    let assignments = closed(
      signature.parameters.map { spec in
        (spec.name, .object([("anyOf", .array([spec.schema, list(spec.schema)]))]))
      })
    return closed(
      axes + [
        ("zip", .object([("anyOf", .array(groups))])), ("exclude", list(assignments)),
        ("points", list(settings(signature))),
      ])
  }

  private static func axis(_ spec: ParameterSpec) -> JSONText {
    .object([("anyOf", .array([spec.schema, list(spec.schema), reference("axis")]))])
  }

  private static func described(_ schema: JSONText, _ spec: ParameterSpec) -> JSONText {
    guard case .object(let entries) = schema else { return schema }
    var text = spec.summary
    if let value = spec.defaultValue { text += " (default \(value))" }
    return .object(entries + [("description", .string(text))])
  }

  private static let number: JSONText = .object([("type", .string("number"))])
  private static let anyScalar: JSONText = .object([
    ("type", .strings(["number", "string", "boolean"]))
  ])

  private static func reference(_ name: String) -> JSONText {
    .object([("$ref", .string("#/$defs/\(name)"))])
  }

  private static func list(_ items: JSONText, count: ClosedRange<Int>? = nil) -> JSONText {
    var entries: [(String, JSONText)] = [
      ("type", .string("array")), ("items", items),
      ("minItems", .number("\(count?.lowerBound ?? 1)")),
    ]
    if let count { entries.append(("maxItems", .number("\(count.upperBound)"))) }
    return .object(entries)
  }

  private static func closed(_ properties: [(String, JSONText)]) -> JSONText {
    .object([
      ("type", .string("object")), ("properties", .object(properties)),
      ("additionalProperties", .flag(false)),
    ])
  }

  private static func object(_ table: KeyTable) -> JSONText {
    let properties = table.keys.map { spec -> (String, JSONText) in
      guard case .object(let entries) = schema(spec.shape) else {
        preconditionFailure("every shape is an object")
      }
      return (spec.name, .object(entries + [("description", .string(spec.summary))]))
    }
    guard case .object(var entries) = closed(properties) else { preconditionFailure("an object") }
    if table.isOpen { entries.removeAll { $0.0 == "additionalProperties" } }
    if table.allowsExtensions {
      entries.append(("patternProperties", .object([("^x-", .object([]))])))
    }
    if table.countsOthers {
      let index = entries.firstIndex { $0.0 == "additionalProperties" }
      if let index {
        entries[index].1 = schema(table.takesShares ? .amount : .integer(KeyTable.counts))
      }
    }
    let required = table.keys.filter { $0.isRequired && $0.replacements.isEmpty }.map(\.name)
    return .object(required.isEmpty ? entries : entries + [("required", .strings(required))])
  }

  private static func pattern(_ pattern: String) -> JSONText {
    .object([("type", .string("string")), ("pattern", .string(pattern))])
  }

  private static func schema(_ shape: Shape) -> JSONText {
    switch shape {
    case .text: .object([("type", .strings(["string", "number", "boolean"]))])
    case .name: pattern(SafeName.pattern)
    case .word(let words): .object([("enum", .strings(words))])
    case .flag: .object([("type", .string("boolean"))])
    case .integer(let range):
      ParameterSpec("", .integer(range), "").schema
    case .amount:
      .object([
        (
          "anyOf",
          .array([
            schema(.integer(KeyTable.counts)),
            .object([
              ("type", .string("number")), ("exclusiveMinimum", .number("0")),
              ("exclusiveMaximum", .number("1")),
            ]),
          ])
        )
      ])
    case .positiveNumber:
      .object([("type", .string("number")), ("exclusiveMinimum", .number("0"))])
    case .interval: list(number, count: 2...2)
    case .duration: pattern(Quantity.durationPattern)
    case .size: pattern(Quantity.sizePattern)
    case .path: pattern(SafeAddress.pathPattern)
    case .names:
      pattern("^([A-Za-z0-9_]|\(HostRange.pattern))([A-Za-z0-9._-]|\(HostRange.pattern))*$")
    case .hosts: pattern(SafeAddress.hostPattern)
    case .user: pattern(SafeAddress.userPattern)
    case .list(let items): list(schema(items))
    case .oneOrMore(let items):
      .object([("anyOf", .array([schema(items), list(schema(items))]))])
    case .mapping(let table): object(table)
    case .dictionary(let values):
      .object([
        ("type", .string("object")), ("propertyNames", pattern(SafeName.pattern)),
        ("additionalProperties", schema(values)),
      ])
    case .counts:
      .object([
        ("type", .string("object")),
        ("additionalProperties", schema(.integer(KeyTable.counts))),
      ])
    case .either(let shapes): .object([("anyOf", .array(shapes.map(schema)))])
    case .reference(let name): reference(name)
    }
  }
}

extension ParameterSpec {
  /// The JSON Schema of one value.
  var schema: JSONText {
    switch kind {
    case .integer(let range):
      var entries: [(String, JSONText)] = [("type", .string("integer"))]
      if range.lowerBound != .min { entries.append(("minimum", .number("\(range.lowerBound)"))) }
      if range.upperBound != .max { entries.append(("maximum", .number("\(range.upperBound)"))) }
      return .object(entries)
    case .real(let range, let openBelow):
      var entries: [(String, JSONText)] = [("type", .string("number"))]
      if range.lowerBound > -Double.greatestFiniteMagnitude {
        let key = openBelow ? "exclusiveMinimum" : "minimum"
        entries.append((key, .number("\(range.lowerBound)")))
      }
      if range.upperBound < Double.greatestFiniteMagnitude {
        entries.append(("maximum", .number("\(range.upperBound)")))
      }
      return .object(entries)
    case .choice(let words): return .object([("enum", .strings(words))])
    case .flag: return .object([("type", .string("boolean"))])
    case .data: return .object([("type", .string("string"))])
    case .text: return .object([("type", .strings(["string", "number", "boolean"]))])
    }
  }
}
