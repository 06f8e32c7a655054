/// Steps through JSON (RFC 8259, and the `NaN` and `Infinity` that Python writes), for readers that
/// make of it what they need. Nothing is read beyond its end, and every error has its place.
public struct JSONScanner: Sendable {
  /// What is scanned; behind ``end`` what strings with escapes say.
  public private(set) var bytes: [UInt8]
  /// The next byte.
  public var position = 0
  /// Where the text ends.
  public let end: Int
  /// The line of the next byte, from 1.
  public private(set) var line = 1

  /// Scans a text, after its byte-order mark if it has one.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.count
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next byte; nil at the end.
  public var next: UInt8? { position < end ? bytes[position] : nil }

  /// Whether the next byte is this character.
  public func isNext(_ character: Unicode.Scalar) -> Bool { next == UInt8(ascii: character) }

  /// Steps over blanks and ends of lines.
  public mutating func skipBlanks() {
    while position < end {
      switch bytes[position] {
      case 0x0A: line += 1
      case 0x20, 0x09, 0x0D: break
      default: return
      }
      position += 1
    }
  }

  /// Steps over a character that must come.
  public mutating func expect(
    _ character: Unicode.Scalar, _ message: String
  ) throws(JSONDamage) {
    guard isNext(character) else { throw damage(message) }
    position += 1
  }

  /// A string's content: where it stands, in the text or, where escapes had to be decoded, behind it.
  public mutating func string() throws(JSONDamage) -> Range<Int> {
    guard isNext("\"") else { throw damage("A name in quotes was expected.") }
    let opening = position
    position += 1
    let start = position
    var hasEscapes = false
    while let byte = next, byte != UInt8(ascii: "\""), byte != 0x0A, byte != 0x0D {
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    guard isNext("\"") else {
      position = opening
      throw damage("This string never closes.")
    }
    let content = start..<position
    position += 1
    guard hasEscapes else { return content }
    guard let decoded = JSONEscapes.decode(bytes[content]) else {
      position = opening
      throw damage("This string has an escape that JSON does not know.")
    }
    bytes += decoded
    return bytes.count - decoded.count..<bytes.count
  }

  /// A string's content as text.
  public mutating func text() throws(JSONDamage) -> String {
    String(decoding: bytes[try string()], as: UTF8.self)
  }

  /// What stands before the next blank or mark, such as a number or `null`.
  public mutating func word() throws(JSONDamage) -> Range<Int> {
    let start = position
    while let byte = next, !Self.endsWord(byte) { position += 1 }
    guard position > start else { throw damage("A value was expected.") }
    return start..<position
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  /// Steps over a list or an object with all that it contains.
  public mutating func skipNested() throws(JSONDamage) {
    let start = position
    var depth = 0
    while let byte = next {
      if byte == UInt8(ascii: "\"") {
        _ = try string()
        continue
      }
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      if byte == 0x0A { line += 1 }
      position += 1
      if depth <= 0 { return }
    }
    position = start
    throw damage("This list never closes.")
  }

  /// What is wrong at the next byte.
  public func damage(_ message: String) -> JSONDamage {
    JSONDamage(message: message, offset: position)
  }
}

/// Why a text is no JSON, and where, bytes from 0.
public struct JSONDamage: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was expected, a sentence.
  public let message: String
  /// The byte at which it was met.
  public let offset: Int

  /// A sentence and where it applies.
  public init(message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }

  /// What is wrong, in words.
  public var description: String { "byte \(offset): \(message)" }
}
