import SweepModel

/// One parameter of the grid with its values.
struct SweepAxis {
  /// The parameter.
  let spec: ParameterSpec
  /// Where the file or the argument names it.
  let place: Place
  /// Its values in order; never empty, all different.
  var values: [Value]
  /// Whether a person wrote each value down, which a range or a space does not.
  let isListed: Bool

  /// Reads the axis from a lone value, a list, or a mapping such as
  /// `{log2space: [10, 500], count: 30, as: int}`.
  init(_ spec: ParameterSpec, _ source: YAMLValue, named place: Place) throws(FileError) {
    self.spec = spec
    self.place = place
    isListed = Self.isListed(source)
    switch source.content {
    case .null:
      throw source.place.error("\"\(spec.name)\" has no values", "write [a, b] or a number")
    case .scalar: values = [try spec.value(of: source)]
    case .list(let elements): values = try Self.list(spec, elements, at: source.place)
    case .mapping: values = try Self.mapping(spec, source)
    }
  }

  private static func isListed(_ source: YAMLValue) -> Bool {
    guard case .mapping(let entries) = source.content else { return true }
    return entries.contains { ["value", "values"].contains($0.key) }
  }

  private static func list(
    _ spec: ParameterSpec, _ elements: [YAMLValue], at place: Place
  ) throws(FileError) -> [Value] {
    guard !elements.isEmpty else { throw place.error("\"\(spec.name)\" has no values") }
    let problems = Problems()
    var values: [Value] = []
    var first: [Value: Int] = [:]
    for (index, element) in elements.enumerated() where !problems.areTooMany {
      guard let value = problems.trying(try spec.value(of: element)) else { continue }
      if let earlier = first[value] {
        problems.add(
          element.place.error(
            "\"\(spec.name)\" has \(value) twice (values \(earlier + 1) and \(index + 1))",
            "remove one"))
      } else {
        first[value] = index
      }
      values.append(value)
    }
    try problems.check()
    return values
  }

  private static func mapping(
    _ spec: ParameterSpec, _ source: YAMLValue
  ) throws(FileError) -> [Value] {
    let problems = Problems()
    let fields = try Fields(source, AxisKeys.axis, problems)
    let given = fields.entries.filter { AxisKeys.sources.contains($0.key) }
    guard let entry = given.first else {
      // A misspelt source is told already.
      try problems.check()
      throw source.place.error(
        "\"\(spec.name)\" does not say its values",
        "give one of: \(AxisKeys.sources.joined(separator: ", "))")
    }
    for other in given.dropFirst() {
      problems.add(
        other.keyPlace.error(
          "\"\(spec.name)\" has both \"\(entry.key)\" and \"\(other.key)\"", "keep one"))
    }
    for key in ["count", "as", "unique"] where !AxisKeys.spaces.contains(entry.key) {
      guard let extra = fields.entry(key), given.count == 1 else { continue }
      problems.add(
        extra.keyPlace.error(
          "\"\(key)\" does not go with \"\(entry.key)\"",
          "only \(AxisKeys.spaces.joined(separator: ", ")) take it"))
    }
    let values = problems.trying(try self.values(spec, entry, fields)) ?? []
    try problems.check()
    return values
  }

  private static func values(
    _ spec: ParameterSpec, _ entry: YAMLEntry, _ fields: Fields
  ) throws(FileError) -> [Value] {
    switch entry.key {
    case "value": return [try spec.value(of: entry.value)]
    case "values":
      guard case .list(let elements) = entry.value.content else {
        throw fields.wrong("values", "a list such as [1, 2, 3]", entry.value)
      }
      return try list(spec, elements, at: entry.value.place)
    case "range": return try RangeReader(spec: spec).values(entry.value)
    default: return try space(spec, entry, fields)
    }
  }

  private static func space(
    _ spec: ParameterSpec, _ entry: YAMLEntry, _ fields: Fields
  ) throws(FileError) -> [Value] {
    try spec.requireNumber(entry)
    let problems = fields.problems
    let (count, rounding) = (fields.integer("count"), fields.word("as"))
    let isUnique = fields.flag("unique") ?? false
    if fields["count"] == nil {
      problems.add(
        entry.keyPlace.error(
          "\"\(entry.key)\" needs a count", "write {\(entry.key): [a, b], count: 10}"))
    }
    guard case .list(let given) = entry.value.content, given.count == 2 else {
      throw fields.wrong(entry.key, "two numbers such as [10, 500]", entry.value)
    }
    let ends = problems.collecting(given) { end throws(FileError) in try self.end(end, of: entry) }
    guard let count, ends.count == 2, problems.isEmpty else { return [] }
    var numbers: [Double]
    switch entry.key {
    case "linspace": numbers = Spacing.linear(from: ends[0], to: ends[1], count: count)
    case "logspace": numbers = Spacing.decimal(from: ends[0], to: ends[1], count: count)
    default: numbers = Spacing.binary(from: ends[0], to: ends[1], count: count)
    }
    switch rounding {
    case "int": numbers = numbers.map { $0.rounded(.towardZero) }
    case "round": numbers = numbers.map { $0.rounded(.toNearestOrEven) }
    default: break
    }
    do throws(FileError) {
      return try distinct(spec, numbers, keepingFirst: isUnique, at: entry.value.place)
    } catch {
      throw explaining(error, entry, ends)
    }
  }

  /// One end of a space. An end that is not above 0 was meant as an exponent.
  private static func end(_ value: YAMLValue, of entry: YAMLEntry) throws(FileError) -> Double {
    let number = try value.real(name: entry.key)
    guard entry.key != "linspace", number <= 0 else { return number }
    throw value.place.error(
      "\"\(entry.key)\" must be above 0, found \(value.plain ?? "")",
      "it takes the ends themselves, not exponents as numpy.logspace does: "
        + "\(Spacing.power(of: number, entry.key)) is that end")
  }

  /// An error of a space whose ends look like the exponents that `numpy.logspace` takes, with what
  /// to write if they are meant so.
  private static func explaining(
    _ error: FileError, _ entry: YAMLEntry, _ ends: [Double]
  ) -> FileError {
    let areSmall = ends.allSatisfy { $0.rounded() == $0 && $0 < 10 }
    guard entry.key != "linspace", areSmall else { return error }
    let powers = ends.map { Spacing.power(of: $0, entry.key) }.joined(separator: ", ")
    let hint = "if the ends are exponents, as numpy.logspace takes them, write [\(powers)]"
    return FileError(
      file: error.file, line: error.line, column: error.column, message: error.message,
      remedy: error.remedy.map { "\($0); \(hint)" } ?? hint)
  }

  private static func distinct(
    _ spec: ParameterSpec, _ numbers: [Double], keepingFirst: Bool, at place: Place
  ) throws(FileError) -> [Value] {
    var values: [Value] = []
    var first: [Value: Int] = [:]
    for (index, number) in numbers.enumerated() {
      let value = try spec.value(of: number, at: place)
      if let earlier = first[value] {
        if keepingFirst { continue }
        throw place.error(
          "\"\(spec.name)\" has \(value) twice (values \(earlier + 1) and \(index + 1))",
          "lower \"count\" or add \"unique: true\"")
      }
      first[value] = index
      values.append(value)
    }
    return values
  }
}

extension ParameterSpec {
  /// Refuses ranges and spaces for words and switches.
  func requireNumber(_ entry: YAMLEntry) throws(FileError) {
    switch kind {
    case .integer, .real: return
    case .choice(let words):
      throw entry.keyPlace.error(
        "\"\(name)\" takes words, not a \"\(entry.key)\"",
        "list them: [\(words.joined(separator: ", "))]")
    case .data(let kind):
      let known = DataSet.known.filter { $0.set.kind == kind }.map(\.name)
      throw entry.keyPlace.error(
        "\"\(name)\" takes names, not a \"\(entry.key)\"",
        "list them: [\((known + ["./\(kind.rawValue)", "./other"]).prefix(2).joined(separator: ", "))]"
      )
    case .text:
      throw entry.keyPlace.error(
        "\"\(name)\" takes words, not a \"\(entry.key)\"", "list its values: [a, b]")
    case .flag:
      throw entry.keyPlace.error(
        "\"\(name)\" is a switch, not a \"\(entry.key)\"", "list its values: [false, true]")
    }
  }
}

/// Reads `range: [first, end, step]` or `range: {from: …, to: …, step: …}`.
struct RangeReader {
  /// The parameter.
  let spec: ParameterSpec

  /// The values, checked against the parameter's type and range.
  func values(_ value: YAMLValue) throws(FileError) -> [Value] {
    try spec.requireNumber(YAMLEntry(key: "range", keyPlace: value.place, value: value))
    let (first, end, step) = try numbers(value)
    let range: DecimalRange
    do throws(DecimalRange.Problem) {
      range = try DecimalRange(
        first: first, end: end, step: step, limit: AxisKeys.maximumValues)
    } catch {
      throw explain(error, at: value.place)
    }
    var values: [Value] = []
    let wholes = range.whole
    for (index, real) in range.reals.enumerated() {
      guard case .integer(let bounds) = spec.kind, let whole = wholes?[index] else {
        values.append(try spec.value(of: real, at: value.place))
        continue
      }
      guard bounds.contains(whole) else {
        let text = Bounds.text(bounds)
        throw value.place.error("\"\(spec.name)\" must be \(text), found \(whole)")
      }
      values.append(.integer(whole))
    }
    return values
  }

  /// The first number, the end and the step.
  private func numbers(
    _ value: YAMLValue
  ) throws(FileError) -> (DecimalText, DecimalText, DecimalText) {
    let problems = Problems()
    var given: [YAMLValue] = []
    switch value.content {
    case .list(let numbers) where (2...3).contains(numbers.count): given = numbers
    case .mapping:
      let fields = try Fields(value, AxisKeys.range, problems)
      given = ["from", "to", "step"].compactMap { fields[$0] }
    default:
      throw value.place.error(
        "\"range\" must be [first, end] or [first, end, step], found \(value.found)",
        "the end is left out, as in Python")
    }
    let one = YAMLValue(content: .scalar("1", isPlain: true), place: value.place)
    let numbers = problems.collecting(given + [one], number)
    try problems.check()
    return (numbers[0], numbers[1], numbers[2])
  }

  private func number(_ value: YAMLValue) throws(FileError) -> DecimalText {
    _ = try value.real(name: "range")
    guard let text = value.plain, let number = DecimalText(text) else {
      throw value.place.error("\"range\" must be a number, found \(value.found)")
    }
    return number
  }

  private func explain(_ problem: DecimalRange.Problem, at place: Place) -> FileError {
    switch problem {
    case .zeroStep: place.error("the step of \"range\" is 0")
    case .empty:
      place.error(
        "\"range\" for \"\(spec.name)\" has no values", "the end is left out, as in Python")
    case .tooMany:
      place.error("\"\(spec.name)\" has more than \(AxisKeys.maximumValues) values")
    case .overflow: place.error("the numbers of \"range\" do not fit in 64 bits together")
    }
  }
}
