import Basics

/// Fields of a protocol buffer, in the order in which they are added.
struct ProtobufWriter {
  private var writer = ByteWriter()

  var bytes: [UInt8] { writer.bytes }

  private mutating func write(varint value: UInt64) {
    var rest = value
    while rest > 0x7F {
      writer.write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    writer.write(UInt8(rest))
  }

  private mutating func write(field: Int, wire: UInt64) {
    write(varint: UInt64(field) << 3 | wire)
  }

  mutating func add(_ field: Int, _ value: Int) {
    write(field: field, wire: 0)
    write(varint: UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Bool) { add(field, value ? 1 : 0) }

  mutating func add(_ field: Int, _ value: Double) {
    write(field: field, wire: 1)
    writer.write(value)
  }

  mutating func add(_ field: Int, _ value: Float) {
    write(field: field, wire: 5)
    writer.write(value)
  }

  mutating func add(_ field: Int, _ content: [UInt8]) {
    write(field: field, wire: 2)
    write(varint: UInt64(content.count))
    writer.write { $0 += content }
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// A message in this one.
  mutating func add(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    fill(&message)
    add(field, message.bytes)
  }
}
