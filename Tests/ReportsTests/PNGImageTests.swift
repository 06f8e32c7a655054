import CZlib
import Testing

@testable import Reports

struct PNGImageTests {
  /// The chunks of a file, by type; each with the checksum that it states.
  private func chunks(_ file: [UInt8]) -> [(type: String, data: [UInt8], isWhole: Bool)] {
    func number(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    var found: [(String, [UInt8], Bool)] = []
    var place = 8
    while place < file.count {
      let end = place + 8 + number(place)
      let tagged = Array(file[place + 4..<end])
      let sum = crc32(0, tagged, UInt32(tagged.count))
      found.append(
        (
          String(decoding: tagged[..<4], as: UTF8.self), Array(tagged[4...]),
          Int(sum) == number(end)
        ))
      place = end + 4
    }
    return found
  }

  @Test(arguments: [(1, 1), (3, 2), (700, 33)])
  func image_anySize_isReadBack(width: Int, height: Int) throws {
    let pixels = (0..<width * height).map { UInt8(($0 * $0 / 7) % 3) }
    let image = PNGImage(
      width: width, height: height, pixels: pixels,
      palette: [(255, 255, 255), (0, 0, 0), (200, 30, 40)])
    let found = chunks(image.bytes)
    #expect(found.map(\.type) == ["IHDR", "PLTE", "IDAT", "IEND"])
    #expect(found.allSatisfy { $0.isWhole })
    var rows = [UInt8](repeating: 9, count: (width + 1) * height + 1)
    var length = UInt(rows.count)
    #expect(uncompress(&rows, &length, found[2].data, UInt(found[2].data.count)) == Z_OK)
    #expect(Int(length) == (width + 1) * height)
    for row in 0..<height {
      let line = rows[row * (width + 1)..<(row + 1) * (width + 1)]
      #expect(line.first == 0)
      #expect(Array(line.dropFirst()) == Array(pixels[row * width..<(row + 1) * width]))
    }
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64_standardVectors_areReached(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }
}
