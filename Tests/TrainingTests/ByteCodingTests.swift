import Basics
import Kernels
import Testing
import Training

@Suite struct ByteCodingTests {
  private func sample() -> [UInt8] {
    var writer = ByteWriter()
    let buffer = Buffer<Float>(count: 3)
    buffer[1] = -1.5
    writer.write(-7)
    writer.write(Double.infinity)
    writer.write([1, -2, .max])
    writer.write([0.25, -0] as [Float])
    writer.write(buffer)
    return writer.bytes
  }

  private func read(_ bytes: [UInt8]) throws -> Buffer<Float> {
    var reader = ByteReader(bytes)
    let buffer = Buffer<Float>(count: 3)
    #expect(try reader.integer() == -7)
    #expect(try reader.double() == .infinity)
    #expect(try reader.integers() == [1, -2, .max])
    #expect(try reader.reals() == [0.25, -0])
    try reader.read(into: buffer)
    #expect(reader.isAtEnd)
    return buffer
  }

  @Test func reader_ofWrittenBytes_givesTheValuesBack() throws {
    #expect(try read(sample()).elements(0..<3) == [0, -1.5, 0])
  }

  @Test func reader_ofBytesCutAnywhere_throws() {
    let bytes = sample()
    for count in 0..<bytes.count {
      #expect(throws: ByteDamage.self) { try read(Array(bytes[..<count])) }
    }
  }

  @Test func reader_ofAnImpossibleLength_throws() {
    for length in [-1, 1 << 40, .max] {
      var writer = ByteWriter()
      writer.write(length)
      var reader = ByteReader(writer.bytes)
      #expect(throws: ByteDamage.self) { try reader.reals() }
    }
  }
}
