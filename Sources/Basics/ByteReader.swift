/// Reads what ``ByteWriter`` wrote; every read is bounded by what is there, and every error tells
/// the byte, from 0, at which it was met.
public struct ByteReader: Sendable {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// Reads from the start of bytes.
  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Reads from the start of bytes.
  public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// Bytes that are left.
  public var remaining: Int { bytes.endIndex - position }

  /// True when nothing is left.
  public var isAtEnd: Bool { remaining == 0 }

  private var offset: Int { position - bytes.startIndex }

  /// Bytes that end too early.
  public var truncated: ByteDamage { .truncated(at: offset) }

  /// What no writer writes, found before the next byte.
  public func damage(_ what: String) -> ByteDamage { .malformed(what, at: offset) }

  /// The next bytes as they are.
  public mutating func take(_ count: Int) throws(ByteDamage) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw truncated }
    position += count
    return bytes[position - count..<position]
  }

  /// The next byte.
  public mutating func byte() throws(ByteDamage) -> UInt8 {
    guard remaining >= 1 else { throw truncated }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next byte, which is 0 or 1.
  public mutating func bool() throws(ByteDamage) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw damage("a switch holds \(other)")
    }
  }

  /// The next 4 bytes.
  public mutating func uint32() throws(ByteDamage) -> UInt32 {
    UInt32(truncatingIfNeeded: try word(4))
  }

  /// The next 8 bytes.
  public mutating func uint64() throws(ByteDamage) -> UInt64 { try word(8) }

  /// The next whole number.
  public mutating func integer() throws(ByteDamage) -> Int {
    Int(Int64(bitPattern: try word(8)))
  }

  /// The next real number of 8 bytes.
  public mutating func double() throws(ByteDamage) -> Double { Double(bitPattern: try word(8)) }

  /// The next real number of 4 bytes.
  public mutating func float() throws(ByteDamage) -> Float { Float(bitPattern: try uint32()) }

  private mutating func word(_ count: Int) throws(ByteDamage) -> UInt64 {
    guard remaining >= count else { throw truncated }
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(bytes[position + place]) << UInt64(8 * place) }
    position += count
    return value
  }
}

/// Why bytes are not what they should be, and where, bytes from 0.
public enum ByteDamage: Error, Hashable, Sendable, CustomStringConvertible {
  /// They end too early, at this byte.
  case truncated(at: Int)
  /// Before this byte stands what no writer writes.
  case malformed(String, at: Int)

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .truncated(let offset): "it ends too early, at byte \(offset)"
    case .malformed(let what, let offset): "\(what), before byte \(offset)"
    }
  }
}
