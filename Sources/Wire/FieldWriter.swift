import Basics

/// Writes a message as numbered fields, so that a reader skips those that it does not know.
///
/// The layout is that of Protocol Buffers: a varint of eight times the field's number plus its form,
/// then the value. Form 0 is a varint (whole numbers in zigzag), 1 is 8 bytes, 2 is a length and so
/// many bytes, 5 is 4 bytes. A list is its field again and again; numbers of a list are packed into
/// one field. What is nil or empty is not written. A number never gets another meaning.
struct FieldWriter {
  enum Form: UInt64 {
    case varint = 0
    case eightBytes = 1
    case bytes = 2
    case fourBytes = 5
  }

  private var out = ByteWriter()

  /// What has been written.
  var bytes: [UInt8] { out.bytes }

  mutating func write(_ number: Int, _ value: Int?) {
    guard let value else { return }
    begin(number, .varint)
    out.writeVarint(value.zigzag)
  }

  mutating func write(_ number: Int, _ value: Bool?) {
    guard let value else { return }
    begin(number, .varint)
    out.writeVarint(value ? 1 : 0)
  }

  mutating func write(_ number: Int, _ value: Double?) {
    guard let value else { return }
    begin(number, .eightBytes)
    out.write(value)
  }

  mutating func write(_ number: Int, _ value: String?) {
    if let value { write(number, Array(value.utf8)) }
  }

  mutating func write(_ number: Int, _ value: [UInt8]?) {
    guard let value else { return }
    begin(number, .bytes)
    out.writeVarint(UInt64(value.count))
    out.write { $0 += value }
  }

  /// A message within this one.
  mutating func write(_ number: Int, _ body: (inout FieldWriter) -> Void) {
    var inner = FieldWriter()
    body(&inner)
    write(number, inner.bytes)
  }

  /// Whole numbers in one field.
  mutating func write(_ number: Int, packed list: [Int]) {
    guard !list.isEmpty else { return }
    var packed = ByteWriter()
    for value in list { packed.writeVarint(value.zigzag) }
    write(number, packed.bytes)
  }

  /// Real numbers of 4 bytes in one field.
  mutating func write(_ number: Int, packed list: [Float]) {
    guard !list.isEmpty else { return }
    var packed = ByteWriter()
    for value in list { packed.write(value) }
    write(number, packed.bytes)
  }

  private mutating func begin(_ number: Int, _ form: Form) {
    out.writeVarint(UInt64(number) << 3 | form.rawValue)
  }
}

extension ByteWriter {
  /// Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
  fileprivate mutating func writeVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    write(UInt8(rest))
  }
}

extension Int {
  /// Numbers near 0 of either sign are small: 0, -1, 1, -2 are 0, 1, 2, 3.
  fileprivate var zigzag: UInt64 { UInt64(bitPattern: Int64((self << 1) ^ (self >> 63))) }

  init(zigzag value: UInt64) {
    self = Int(Int64(bitPattern: value >> 1)) ^ -Int(value & 1)
  }
}
