import CLibCrypto
import Testing

@testable import Ciphers

/// ChaCha20-Poly1305 and HChaCha20, held against the vectors of RFC 8439 and of the draft of XChaCha20,
/// and against libcrypto.
@Suite struct SealingKeyTests {
  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func key(_ bytes: [UInt8]) throws -> SealingKey {
    try #require(SealingKey(bytes))
  }

  /// RFC 8439, 2.8.2.
  @Test func text_ofTheRFC_isSealedAsThere() throws {
    let text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
      + "future, sunscreen would be it."
    let key = try Self.key((0x80...0x9f).map { $0 })
    let header = Self.bytes("50515253c0c1c2c3c4c5c6c7")
    let sealed = key.seal(
      Array(text.utf8)[...], number: 0x4746_4544_4342_4140, prefix: 7, header: header)
    #expect(
      sealed
        == Self.bytes(
          """
          d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6
          3dbea45e8ca9671282fafb69da92728b 1a71de0a9e060b2905d6a5b67ecd3b36
          92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
          3ff4def08e4b7a9de576d26586cec64b 6116
          1ae10b594f09e26a7e902ecbd0600691
          """))
    let opened = key.open(
      sealed[...], number: 0x4746_4544_4342_4140, prefix: 7, header: header)
    #expect(opened == Array(text.utf8))
  }

  /// draft-irtf-cfrg-xchacha, 2.2.1.
  @Test func key_ofTheDraft_isDerivedAsThere() throws {
    let key = try Self.key((0..<32).map { $0 })
    let derived = key.derived(from: Self.bytes("000000090000004a0000000031415927"))
    #expect(
      derived.bytes
        == Self.bytes("82413b4227b27bfed30e42508a877d73 a0f9e4d58a74a853c12ec41326d3ecdc"))
  }

  @Test func texts_ofAnyLength_areSealedAsByLibcrypto() throws {
    var random = SystemRandomNumberGenerator()
    let some = { (count: Int) in
      (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
    }
    for size in Array(0...300) + [1023, 1024, 1025, 65_535, 65_536, 200_001] {
      let (key, text, header) = (some(32), some(size), some(size % 37))
      let number = UInt64.random(in: 0 ... .max)
      let sealed = try Self.key(key).seal(text[...], number: number, prefix: 3, header: header)
      #expect(sealed == Self.libcrypto(key, text, number, 3, header), "\(size)")
      #expect(
        try Self.key(key).open(sealed[...], number: number, prefix: 3, header: header) == text)
    }
  }

  @Test func anythingChanged_isRefused() throws {
    let key = SealingKey.random()
    let text = Array("what was meant".utf8)
    let sealed = key.seal(text[...], number: 4, header: [1, 2])
    for place in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[place] ^= 1 << UInt8(bit)
        #expect(key.open(changed[...], number: 4, header: [1, 2]) == nil)
      }
    }
    #expect(key.open(sealed[...], number: 5, header: [1, 2]) == nil)
    #expect(key.open(sealed[...], number: 4, header: [1, 3]) == nil)
    #expect(key.open(sealed.dropLast(), number: 4, header: [1, 2]) == nil)
    #expect(key.open([], number: 4) == nil)
    #expect(SealingKey.random().open(sealed[...], number: 4, header: [1, 2]) == nil)
    #expect(SealingKey([1, 2, 3]) == nil)
  }

  /// What OpenSSL makes of the same.
  private static func libcrypto(
    _ key: [UInt8], _ text: [UInt8], _ number: UInt64, _ prefix: UInt32, _ header: [UInt8]
  ) -> [UInt8] {
    let nonce =
      (0..<4).map { UInt8(truncatingIfNeeded: prefix >> (8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    let context = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(context) }
    EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce)
    var length: Int32 = 0
    EVP_EncryptUpdate(context, nil, &length, header, Int32(header.count))
    var sealed = [UInt8](repeating: 0, count: text.count)
    EVP_EncryptUpdate(context, &sealed, &length, text, Int32(text.count))
    EVP_EncryptFinal_ex(context, nil, &length)
    var tag = [UInt8](repeating: 0, count: 16)
    EVP_CIPHER_CTX_ctrl(context, 0x10, 16, &tag)
    return sealed + tag
  }
}
