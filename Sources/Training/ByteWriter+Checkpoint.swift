public import Basics
public import Kernels

// How a checkpoint writes sequences: each after its length, 8 bytes.

extension ByteWriter {
  /// Appends numbers, each as 8 bytes.
  public mutating func write(_ values: [Int]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Appends numbers' bits, each as 4 bytes.
  public mutating func write(_ values: [Float]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Appends a whole buffer as the machine lays it out (little-endian on all supported hosts).
  public mutating func write(_ buffer: Buffer<Float>) {
    write(buffer.count)
    write { buffer.appendBytes(0..<buffer.count, to: &$0) }
  }
}

extension ByteReader {
  /// The length of the sequence that follows, whose elements take `size` bytes.
  private mutating func length(elementSize size: Int) throws(ByteDamage) -> Int {
    let count = try integer()
    guard count >= 0, count <= remaining / size else {
      throw damage("a sequence of \(count) elements does not fit the rest of \(remaining) bytes")
    }
    return count
  }

  /// The next whole numbers.
  public mutating func integers() throws(ByteDamage) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try length(elementSize: 8)) { values.append(try integer()) }
    return values
  }

  /// The next single-precision numbers.
  public mutating func reals() throws(ByteDamage) -> [Float] {
    var values: [Float] = []
    for _ in 0..<(try length(elementSize: 4)) { values.append(try float()) }
    return values
  }

  /// Passes over single-precision numbers.
  public mutating func skipReals() throws(ByteDamage) {
    _ = try take(4 * (try length(elementSize: 4)))
  }

  /// Fills a buffer, whose size must be the one that was written.
  public mutating func read(into buffer: Buffer<Float>) throws(ByteDamage) {
    let count = try length(elementSize: 4)
    guard count == buffer.count else {
      throw damage("it holds \(count) numbers where the network has \(buffer.count)")
    }
    buffer.replace(0..<count, withBytes: try take(count * 4))
  }
}
