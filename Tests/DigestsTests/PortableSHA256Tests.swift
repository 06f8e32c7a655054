import Basics
import Digests
import Testing

@Suite struct PortableSHA256Tests {
  /// FIPS 180-4's examples, and OpenSSL for every length around the blocks' ends.
  @Test func hash_ofAnyLength_isOpenSSLs() {
    #expect(
      PortableSHA256.hash(Array("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      PortableSHA256.hash([]).hexadecimal
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    var bytes: [UInt8] = []
    for length in 0..<300 {
      let expected = SHA256.hash(bytes.span)
      #expect(PortableSHA256.hash(bytes) == expected, "\(length) bytes")
      bytes.append(UInt8(truncatingIfNeeded: length &* 167 &+ 13))
    }
    let long = [UInt8](repeating: 0x61, count: 1_000_000)
    #expect(
      PortableSHA256.hash(long).hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
