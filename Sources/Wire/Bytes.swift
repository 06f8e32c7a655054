/// Appends values in Wire's encoding: little-endian, lengths as unsigned 32-bit numbers.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: UInt8) { bytes.append(value) }

  mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func write(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }

  mutating func write(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

  mutating func write(_ value: Double) { write(value.bitPattern) }

  mutating func write(_ value: Float) { write(value.bitPattern) }

  mutating func write(_ value: String) { write(Array(value.utf8)) }

  mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func writeList<Element>(_ list: [Element], _ body: (inout ByteWriter, Element) -> Void) {
    write(UInt32(list.count))
    for element in list { body(&self, element) }
  }

  mutating func writeOptional<Wrapped>(
    _ value: Wrapped?, _ body: (inout ByteWriter, Wrapped) -> Void
  ) {
    write(value != nil)
    if let value { body(&self, value) }
  }
}

/// Reads what ``ByteWriter`` wrote; every read is bounded by what is there, and every error tells
/// the byte, from 0, at which it was met.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var remaining: Int { bytes.endIndex - position }

  private var offset: Int { position - bytes.startIndex }

  /// Bytes that end too early.
  private var truncated: WireError { .truncated(at: offset) }

  /// A value that no sender writes, found before the next byte.
  func malformed(_ what: String) -> WireError { .malformed(what, at: offset) }

  mutating func byte() throws(WireError) -> UInt8 {
    guard remaining >= 1 else { throw truncated }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func bool() throws(WireError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw malformed("a switch holds \(other)")
    }
  }

  mutating func uint32() throws(WireError) -> UInt32 {
    guard remaining >= 4 else { throw truncated }
    var value: UInt32 = 0
    for offset in 0..<4 { value |= UInt32(bytes[position + offset]) << UInt32(8 * offset) }
    position += 4
    return value
  }

  mutating func uint64() throws(WireError) -> UInt64 {
    let low = try uint32()
    let high = try uint32()
    return UInt64(high) << 32 | UInt64(low)
  }

  mutating func integer() throws(WireError) -> Int { Int(Int64(bitPattern: try uint64())) }

  mutating func double() throws(WireError) -> Double { Double(bitPattern: try uint64()) }

  /// A whole number of a range: what counts something never overflows in sums.
  mutating func integer(
    in range: ClosedRange<Int>, _ what: String
  ) throws(WireError) -> Int {
    let value = try integer()
    guard range.contains(value) else { throw malformed("\(what) is \(value)") }
    return value
  }

  /// A length of time, seconds, up to a thousand years.
  mutating func seconds(_ what: String) throws(WireError) -> Double {
    let value = try double()
    guard value >= 0, value < 3.2e10 else { throw malformed("\(what) is \(value) s") }
    return value
  }

  mutating func float() throws(WireError) -> Float { Float(bitPattern: try uint32()) }

  mutating func data() throws(WireError) -> [UInt8] {
    let count = Int(try uint32())
    guard remaining >= count else { throw truncated }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func string() throws(WireError) -> String {
    guard let text = String(validating: try data(), as: UTF8.self) else {
      throw malformed("a text is not UTF-8")
    }
    return text
  }

  /// Reads a list whose elements take at least `minimumSize` bytes each, so that a forged count
  /// cannot reserve memory that the frame does not hold.
  mutating func list<Element>(
    minimumSize: Int, _ body: (inout ByteReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = Int(try uint32())
    guard count <= remaining / max(1, minimumSize) else { throw truncated }
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try body(&self)) }
    return list
  }

  mutating func optional<Wrapped>(
    _ body: (inout ByteReader) throws(WireError) -> Wrapped
  ) throws(WireError) -> Wrapped? {
    try bool() ? try body(&self) : nil
  }
}

/// Why bytes are not a frame or a message, and at which byte: of the stream where a frame is bad, of
/// the payload where a message is.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes end too early; they end at this one, from 0.
  case truncated(at: Int)
  /// A frame is larger than ``Frame/maximumSize``.
  case tooLarge(Int, at: Int)
  /// The checksum disagrees with the content.
  case corrupted(at: Int)
  /// The other side speaks another protocol version.
  case version(UInt8, at: Int)
  /// A value that no sender writes, before this byte of the message.
  case malformed(String, at: Int)

  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .truncated(let offset): "the message ends too early, at byte \(offset)"
    case .tooLarge(let size, let offset):
      "the frame at byte \(offset) claims \(size) bytes; the limit is \(Frame.maximumSize)"
    case .corrupted(let offset):
      "the checksum of the frame at byte \(offset) disagrees with its content"
    case .version(let version, let offset):
      "the frame at byte \(offset) is of protocol version \(version), not "
        + "\(Frame.protocolVersion)"
    case .malformed(let what, let offset): "malformed message: \(what), before byte \(offset)"
    }
  }
}
