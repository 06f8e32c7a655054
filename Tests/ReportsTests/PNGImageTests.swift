import Testing

@testable import Reports

struct PNGImageTests {
  /// Reads fixed-code deflate with literals and runs of distance 1: the encoder's mirror image,
  /// written from RFC 1951 apart from it.
  private func inflate(_ bytes: [UInt8]) -> [UInt8] {
    var position = 0
    func bit() -> Int {
      defer { position += 1 }
      return Int(bytes[position / 8] >> (position % 8)) & 1
    }
    func number(_ count: Int) -> Int { (0..<count).reduce(0) { $0 | bit() << $1 } }
    func code(_ count: Int, from start: Int = 0) -> Int {
      (0..<count).reduce(start) { value, _ in value << 1 | bit() }
    }
    func symbol() -> Int {
      let seven = code(7)
      if seven <= 0b0010111 { return 256 + seven }
      let eight = code(1, from: seven)
      if (0b00110000...0b10111111).contains(eight) { return eight - 0b00110000 }
      if (0b11000000...0b11000111).contains(eight) { return 280 + eight - 0b11000000 }
      return 144 + code(1, from: eight) - 0b110010000
    }
    let base = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83]
    let lengths = base + [99, 115, 131, 163, 195, 227, 258]
    var output: [UInt8] = []
    #expect(number(3) == 0b011)
    while true {
      let next = symbol()
      if next == 256 { return output }
      guard next > 256 else {
        output.append(UInt8(next))
        continue
      }
      let extra = next < 265 || next == 285 ? 0 : (next - 261) / 4
      let length = lengths[next - 257] + number(extra)
      #expect(code(5) == 0)
      output += [UInt8](repeating: output[output.count - 1], count: length)
    }
  }

  @Test
  func deflate_everyRunLength_isReadBack() {
    for length in 0...600 {
      let bytes = [7] + [UInt8](repeating: 200, count: length) + [0, 143, 144, 255]
      #expect(inflate(RunDeflate.encode(bytes)) == bytes, "run of \(length)")
    }
  }

  @Test
  func adler32_ofAKnownText_hasItsValue() {
    #expect(Adler32.of(Array("Wikipedia".utf8)) == 0x11e6_0398)
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64_standardVectors_areReached(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }
}
