import Basics
import CZlib

/// A small PNG encoder for bitmaps of up to 256 colours: one byte a pixel and a palette.
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
    var length = compressBound(UInt(rows.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    let code = unsafe compress2(&packed, &length, rows, UInt(rows.count), Z_BEST_COMPRESSION)
    // zlib refuses only a room below its own bound.
    precondition(code == Z_OK, "zlib: \(code)")
    return Array(packed.prefix(Int(length)))
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
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
