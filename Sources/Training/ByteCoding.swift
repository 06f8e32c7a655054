public import Kernels

/// Writes a checkpoint: little-endian numbers, each sequence after its length.
public struct ByteWriter {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// Creates an empty writer.
  public init() {}

  /// Appends a whole number, 8 bytes.
  public mutating func append(_ value: UInt64) {
    for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends a whole number, 8 bytes.
  public mutating func append(_ value: Int) { append(UInt64(bitPattern: Int64(value))) }

  /// Appends a real number's bits, 8 bytes.
  public mutating func append(_ value: Double) { append(value.bitPattern) }

  /// Appends numbers, each as 8 bytes.
  public mutating func append(_ values: [Int]) {
    append(values.count)
    for value in values { append(value) }
  }

  /// Appends numbers' bits, each as 4 bytes.
  public mutating func append(_ values: [Float]) {
    append(values.count)
    for value in values {
      for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
  }

  /// Appends a whole buffer as the machine lays it out (little-endian on all supported hosts).
  public mutating func append(_ buffer: Buffer<Float>) {
    append(buffer.count)
    buffer.appendBytes(0..<buffer.count, to: &bytes)
  }
}

/// Reads what ``ByteWriter`` wrote; throws ``CheckpointDamage`` rather than trapping on any bytes.
public struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  /// Reads from the start of bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// True when nothing is left.
  public var isAtEnd: Bool { position == bytes.count }

  /// What is wrong with what has just been read.
  public func damage(_ what: String) -> CheckpointDamage {
    CheckpointDamage("\(what) (before byte \(position))")
  }

  private mutating func take(_ count: Int) throws(CheckpointDamage) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else {
      throw damage("it ends at byte \(bytes.count), \(count) more were expected")
    }
    position += count
    return bytes[position - count..<position]
  }

  /// The next whole number.
  public mutating func word() throws(CheckpointDamage) -> UInt64 {
    try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The next whole number.
  public mutating func integer() throws(CheckpointDamage) -> Int {
    Int(Int64(bitPattern: try word()))
  }

  /// The next real number.
  public mutating func real() throws(CheckpointDamage) -> Double {
    Double(bitPattern: try word())
  }

  /// The length of the sequence that follows, whose elements take `size` bytes.
  private mutating func length(elementSize size: Int) throws(CheckpointDamage) -> Int {
    let count = try integer()
    guard count >= 0, count <= (bytes.count - position) / size else {
      throw damage("a sequence of \(count) elements does not fit its \(bytes.count) bytes")
    }
    return count
  }

  /// The next whole numbers.
  public mutating func integers() throws(CheckpointDamage) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try length(elementSize: 8)) { values.append(try integer()) }
    return values
  }

  /// The next single-precision numbers.
  public mutating func reals() throws(CheckpointDamage) -> [Float] {
    var values: [Float] = []
    for _ in 0..<(try length(elementSize: 4)) {
      values.append(Float(bitPattern: try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    }
    return values
  }

  /// Passes over single-precision numbers.
  public mutating func skipReals() throws(CheckpointDamage) {
    _ = try take(4 * (try length(elementSize: 4)))
  }

  /// Fills a buffer, whose size must be the one that was written.
  public mutating func read(into buffer: Buffer<Float>) throws(CheckpointDamage) {
    let count = try length(elementSize: 4)
    guard count == buffer.count else {
      throw damage("it holds \(count) numbers where the network has \(buffer.count)")
    }
    buffer.replace(0..<count, withBytes: try take(count * 4))
  }
}

/// Why a checkpoint cannot be used; the job then starts anew.
public struct CheckpointDamage: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with it.
  public let description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
