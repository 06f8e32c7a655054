import Basics

/// A small PNG encoder for bitmaps of up to 256 colours: one byte a pixel and a palette.
///
/// Deflate with the fixed codes and one kind of match, the run (distance 1): heat maps whose
/// subtasks are mostly learned or not are nearly all runs.
struct PNGImage {
  let width: Int
  let height: Int
  /// Indices into the palette, row-major.
  let pixels: [UInt8]
  /// At most 256 colours.
  let palette: [(UInt8, UInt8, UInt8)]

  /// The file.
  var bytes: [UInt8] {
    var header = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
    header += [8, 3, 0, 0, 0]
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
      + chunk("IHDR", header)
      + chunk("PLTE", palette.flatMap { [$0.0, $0.1, $0.2] })
      + chunk("IDAT", compressed())
      + chunk("IEND", [])
  }

  /// The file as a `data:` address.
  var dataURI: String { "data:image/png;base64," + Base64.encode(bytes) }

  private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let tagged = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + tagged + bigEndian(CRC32(tagged[...]).value)
  }

  /// A zlib stream over the rows, each led by filter 0 (none).
  private func compressed() -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for row in 0..<height {
      rows.append(0)
      rows += pixels[row * width..<(row + 1) * width]
    }
    return [0x78, 0x01] + RunDeflate.encode(rows) + bigEndian(Adler32.of(rows))
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

/// Deflate (RFC 1951) restricted to literals and runs.
enum RunDeflate {
  /// One final block with fixed codes.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var bits = BitWriter()
    bits.write(0b011, count: 3)
    var index = 0
    while index < bytes.count {
      bits.literal(Int(bytes[index]))
      var run = 0
      while run < 258, index + 1 + run < bytes.count, bytes[index + 1 + run] == bytes[index] {
        run += 1
      }
      if run >= 3 {
        bits.run(run)
        index += 1 + run
      } else {
        index += 1
      }
    }
    bits.literal(256)
    return bits.finished()
  }

  private struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var count = 0

    mutating func write(_ value: Int, count bits: Int) {
      pending |= UInt32(value) << count
      count += bits
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        count -= 8
      }
    }

    /// A Huffman code goes out from its highest bit.
    private mutating func code(_ value: Int, count bits: Int) {
      var reversed = 0
      for bit in 0..<bits where value & (1 << bit) != 0 { reversed |= 1 << (bits - 1 - bit) }
      write(reversed, count: bits)
    }

    /// A symbol of the literal/length alphabet, RFC 1951 section 3.2.6.
    mutating func literal(_ symbol: Int) {
      switch symbol {
      case 0..<144: code(0x30 + symbol, count: 8)
      case 144..<256: code(0x190 + symbol - 144, count: 9)
      case 256..<280: code(symbol - 256, count: 7)
      default: code(0xc0 + symbol - 280, count: 8)
      }
    }

    /// The last byte again, 3 to 258 times.
    mutating func run(_ length: Int) {
      if length == 258 {
        literal(285)
      } else {
        var extra = 0
        while length - 3 >= 8 << extra { extra += 1 }
        let base = length - 3
        literal(extra == 0 ? 257 + base : 257 + 4 * extra + (base >> extra))
        write(base & ((1 << extra) - 1), count: extra)
      }
      code(0, count: 5)
    }

    mutating func finished() -> [UInt8] {
      if count > 0 { write(0, count: 8 - count) }
      return bytes
    }
  }
}

/// Mark Adler's checksum of zlib streams.
enum Adler32 {
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }
}

/// RFC 4648.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word = group.reduce(0) { $0 << 8 | Int($1) }
      word <<= 8 * (3 - group.count)
      for place in 0..<4 {
        output.append(
          place <= group.count ? alphabet[(word >> (18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
