/// Appends numbers to bytes, little-endian.
///
/// How sequences are written is said by each format: ones of the wire after 32-bit counts, ones of a
/// checkpoint after 64-bit counts.
public struct ByteWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// Creates an empty writer.
  public init() {}

  /// Appends a byte.
  public mutating func write(_ value: UInt8) { bytes.append(value) }

  /// Appends a byte, 0 or 1.
  public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Appends 4 bytes.
  public mutating func write(_ value: UInt32) { writeBytes(of: UInt64(value), count: 4) }

  /// Appends 8 bytes.
  public mutating func write(_ value: UInt64) { writeBytes(of: value, count: 8) }

  /// Appends a whole number, 8 bytes in two's complement.
  public mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

  /// Appends a real number's bits, 8 bytes.
  public mutating func write(_ value: Double) { write(value.bitPattern) }

  /// Appends a real number's bits, 4 bytes.
  public mutating func write(_ value: Float) { write(value.bitPattern) }

  /// Appends what some code does, such as a copy of memory.
  public mutating func write(by body: (inout [UInt8]) -> Void) { body(&bytes) }

  private mutating func writeBytes(of value: UInt64, count: Int) {
    for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
  }
}
