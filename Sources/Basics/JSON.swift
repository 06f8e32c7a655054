/// A JSON value in memory.
public indirect enum JSON: Hashable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case flag(Bool)
  /// A number without point and exponent that fits.
  case integer(Int)
  /// Any other number; `NaN` and `Infinity`, too.
  case real(Double)
  /// A string.
  case text(String)
  /// A list of nothing but numbers.
  case numbers([Double])
  /// Any other list.
  case list([JSON])
  /// An object, in the order of the text.
  case object([Member])

  /// A name and its value.
  public struct Member: Hashable, Sendable {
    /// The name.
    public let name: String
    /// What it names.
    public let value: JSON

    /// A name with its value.
    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// Nested objects and lists beyond this are refused.
  private static let depthLimit = 64

  /// Reads a text that is one value.
  ///
  /// - Parameter limit: How many values it may hold; numbers in lists take an eighth of one.
  public init(_ bytes: [UInt8], limit: Int = 1 << 20) throws(JSONDamage) {
    var scanner = JSONScanner(bytes)
    self = try JSON(&scanner, limit: limit)
    scanner.skipBlanks()
    guard scanner.next == nil else { throw scanner.damage("Nothing is expected after the value.") }
  }

  /// Reads the next value.
  ///
  /// - Parameter limit: As above.
  public init(_ scanner: inout JSONScanner, limit: Int = 1 << 20) throws(JSONDamage) {
    let (most, overflows) = limit.multipliedReportingOverflow(by: 8)
    var room = overflows ? .max : most
    self = try Self.read(&scanner, depth: 0, &room)
  }

  /// The value of a name in an object; of a name that comes twice the last, as in Python.
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The members of an object; none of anything else.
  public var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  /// A number, or 1 and 0 of a flag; nil for anything else.
  public var number: Double? {
    switch self {
    case .flag(let flag): flag ? 1 : 0
    case .integer(let integer): Double(integer)
    case .real(let real): real
    default: nil
    }
  }

  /// A string; nil for anything else.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  private static func read(
    _ scanner: inout JSONScanner, depth: Int, _ room: inout Int
  ) throws(JSONDamage) -> JSON {
    scanner.skipBlanks()
    guard depth < depthLimit else { throw scanner.damage("Values are nested too deeply.") }
    try take(8, of: &room, scanner)
    switch scanner.next {
    case UInt8(ascii: "{"): return try object(&scanner, depth: depth, &room)
    case UInt8(ascii: "["): return try list(&scanner, depth: depth, &room)
    case UInt8(ascii: "\""): return .text(try scanner.text())
    default: return try word(&scanner)
    }
  }

  private static func take(
    _ count: Int, of room: inout Int, _ scanner: JSONScanner
  ) throws(JSONDamage) {
    guard room >= count else { throw scanner.damage("There are too many values.") }
    room -= count
  }

  private static func object(
    _ scanner: inout JSONScanner, depth: Int, _ room: inout Int
  ) throws(JSONDamage) -> JSON {
    scanner.position += 1
    var members: [Member] = []
    scanner.skipBlanks()
    while !scanner.isNext("}") {
      if !members.isEmpty {
        try scanner.expect(",", "A comma or a closing brace was expected.")
        scanner.skipBlanks()
      }
      let name = try scanner.text()
      scanner.skipBlanks()
      try scanner.expect(":", "A colon was expected after the name \(printable(name)).")
      members.append(Member(name, try read(&scanner, depth: depth + 1, &room)))
      scanner.skipBlanks()
    }
    scanner.position += 1
    return .object(members)
  }

  private static func list(
    _ scanner: inout JSONScanner, depth: Int, _ room: inout Int
  ) throws(JSONDamage) -> JSON {
    scanner.position += 1
    var numbers: [Double] = []
    var values: [JSON] = []
    scanner.skipBlanks()
    while !scanner.isNext("]") {
      if !numbers.isEmpty || !values.isEmpty {
        try scanner.expect(",", "A comma or a closing bracket was expected.")
      }
      scanner.skipBlanks()
      let isNested = scanner.isNext("{") || scanner.isNext("[") || scanner.isNext("\"")
      if !isNested, values.isEmpty, let number = try number(&scanner) {
        try take(1, of: &room, scanner)
        numbers.append(number)
      } else {
        if values.isEmpty, !numbers.isEmpty {
          try take(7 * numbers.count, of: &room, scanner)
          values = numbers.map { Int(exactly: $0).map(JSON.integer) ?? .real($0) }
          numbers = []
        }
        values.append(try read(&scanner, depth: depth + 1, &room))
      }
      scanner.skipBlanks()
    }
    scanner.position += 1
    return values.isEmpty ? .numbers(numbers) : .list(values)
  }

  /// The next word if it is a number; otherwise nothing has been read.
  private static func number(_ scanner: inout JSONScanner) throws(JSONDamage) -> Double? {
    let start = scanner.position
    switch try word(&scanner) {
    case .integer(let integer): return Double(integer)
    case .real(let real): return real
    default:
      scanner.position = start
      return nil
    }
  }

  private static func word(_ scanner: inout JSONScanner) throws(JSONDamage) -> JSON {
    let start = scanner.position
    let range = try scanner.word()
    let text = String(decoding: scanner.bytes[range], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "NaN", "nan": return .real(.nan)
    case "Infinity", "inf": return .real(.infinity)
    case "-Infinity", "-inf": return .real(-.infinity)
    default: break
    }
    let isPlain = scanner.bytes[range].allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    if isPlain, let integer = Int(text), text != "-0" { return .integer(integer) }
    guard isPlain, let real = Double(text) else {
      scanner.position = start
      throw scanner.damage("A value was expected.")
    }
    return .real(real)
  }
}
