/// The fields of a Protocol Buffers message, one after the other, without its schema.
struct ProtobufFields {
  /// What a field holds.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>
  /// Whether something was met that no writer writes; what follows it cannot be read.
  private(set) var isDamaged = false

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// The next field; nil at the end.
  mutating func next() -> (number: Int, value: Value)? {
    guard !rest.isEmpty, !isDamaged else { return nil }
    guard let key = varint(), key >> 3 > 0, key >> 3 < 1 << 29, let value = value(ofType: key & 7)
    else {
      isDamaged = true
      return nil
    }
    return (Int(key >> 3), value)
  }

  private mutating func value(ofType type: UInt64) -> Value? {
    switch type {
    case 0: return varint().map(Value.varint)
    case 1: return little(8).map(Value.fixed64)
    case 2:
      guard let count = varint(), count <= UInt64(rest.count) else { return nil }
      return .bytes(take(Int(count)))
    case 5: return little(4).map { .fixed32(UInt32(truncatingIfNeeded: $0)) }
    default: return nil
    }
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(7 * place)
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func little(_ count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    return take(count).littleEndian
  }

  /// The numbers of a list that is packed into bytes.
  static func packed(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
    var fields = ProtobufFields(bytes)
    var numbers: [UInt64] = []
    while !fields.rest.isEmpty, let number = fields.varint() { numbers.append(number) }
    return numbers
  }
}

extension ProtobufFields.Value {
  /// A text, if the field holds one.
  var text: String? {
    if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  /// A message's bytes, if the field holds one.
  var bytes: ArraySlice<UInt8>? { if case .bytes(let bytes) = self { bytes } else { nil } }

  /// A whole number, if the field holds one.
  var integer: Int? {
    if case .varint(let value) = self { Int(truncatingIfNeeded: value) } else { nil }
  }

  /// A real number, if the field holds one.
  var real: Double? {
    switch self {
    case .fixed64(let bits): Double(bitPattern: bits)
    case .fixed32(let bits): Double(Float(bitPattern: bits))
    default: nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// All bytes as one number, the least significant first; at most eight.
  var littleEndian: UInt64 { reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  /// All bytes as one number, the most significant first; at most eight.
  var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }

  /// So many bytes from a place that is counted from the slice's start; nil beyond its end.
  func part(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
      return nil
    }
    return self[startIndex + offset..<startIndex + offset + count]
  }
}
