import Basics
import Testing

@Suite struct BytesTests {
  @Test func checksums_ofTheCheckStrings_areThePublishedValues() {
    #expect(CRC32(Array("123456789".utf8)[...]).value == 0xCBF4_3926)
    #expect(CRC32C(Array("123456789".utf8)[...]).value == 0xE306_9283)
    #expect(CRC32(Array("IEND".utf8)[...]).value == 0xAE42_6082)
    #expect(FNV1a("foobar").value == 0x8594_4171_F739_67E8)
    #expect(FNV1a().value == 0xCBF2_9CE4_8422_2325)
  }

  @Test func crc32_addedInPieces_isThatOfTheWhole() {
    var pieces = CRC32(Array("1234".utf8)[...])
    pieces.update(Array("56789".utf8)[...])
    #expect(pieces.value == CRC32(Array("123456789".utf8)[...]).value)
  }

  /// Vigna's published numbers of seed 1234567: what a seed means never changes.
  @Test func splitMix64_ofASeed_drawsThePublishedNumbers() {
    var random = SplitMix64(seed: 1_234_567)
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in random.next() } == published)
  }

  @Test func numbers_writtenAndRead_areTheSameBits() throws {
    var writer = ByteWriter()
    writer.write(UInt8(7))
    writer.write(true)
    writer.write(UInt32(0x0403_0201))
    writer.write(-2)
    writer.write(-0.0)
    writer.write(Float(0.25))
    #expect(Array(writer.bytes.prefix(6)) == [7, 1, 1, 2, 3, 4])
    var reader = ByteReader(writer.bytes)
    #expect(try reader.byte() == 7)
    #expect(try reader.bool())
    #expect(try reader.uint32() == 0x0403_0201)
    #expect(try reader.integer() == -2)
    #expect(try reader.double().sign == .minus)
    #expect(try reader.float() == 0.25)
    #expect(reader.isAtEnd)
    #expect(throws: ByteDamage.truncated(at: writer.bytes.count)) { try reader.byte() }
  }

  @Test func reader_ofASliceWithABadSwitch_tellsItsPlaceFromZero() {
    var reader = ByteReader([9, 9, 3, 0][2...])
    #expect(throws: ByteDamage.malformed("a switch holds 3", at: 1)) { try reader.bool() }
    #expect(throws: ByteDamage.truncated(at: 1)) { try reader.take(-1) }
    #expect(throws: ByteDamage.truncated(at: 1)) { try reader.uint64() }
  }

  @Test func jsonQuoted_ofControlsAndQuotes_escapesThemAlone() {
    #expect(jsonQuoted("a\"\\\u{1}\n\u{1F}ä") == #""a\"\\\u0001\u000a\u001fä""#)
    #expect(jsonQuoted("\n", newline: "\\n") == #""\n""#)
  }

  @Test func hexadecimal_ofBytesAndWords_hasAllDigits() {
    #expect([0, 10, 255].hexadecimal == "000aff")
    #expect((0xAB as UInt64).hexadecimal == "00000000000000ab")
  }
}
