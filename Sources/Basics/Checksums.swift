/// What the bytes do to a CRC of 32 bits with a reflected polynomial.
private func checksumTable(_ polynomial: UInt32) -> [UInt32] {
  (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? polynomial ^ (value >> 1) : value >> 1
    }
  }
}

/// CRC-32 with the polynomial of IEEE 802.3, reflected, as in gzip.
public struct CRC32: Sendable {
  private static let table = checksumTable(0xEDB8_8320)

  private var state: UInt32 = 0xFFFF_FFFF

  /// The checksum of some bytes, of nothing at first.
  public init(_ bytes: ArraySlice<UInt8> = []) { update(bytes) }

  /// The checksum of all bytes so far.
  public var value: UInt32 { ~state }

  /// Adds bytes.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    let table = Self.table
    for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
  }
}

/// CRC-32 with Castagnoli's polynomial, reflected, as in TensorBoard's event files.
public struct CRC32C: Sendable {
  private static let table = checksumTable(0x82F6_3B78)

  /// The checksum of the bytes.
  public let value: UInt32

  /// The checksum of some bytes.
  public init(_ bytes: ArraySlice<UInt8>) {
    let table = Self.table
    var state: UInt32 = 0xFFFF_FFFF
    for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
    value = ~state
  }
}

/// Fowler, Noll and Vo's hash FNV-1a, 64 bits, over bytes or words: tells things apart that nobody
/// forges.
public struct FNV1a: Sendable {
  /// The hash of all that was added.
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of some bytes, of nothing at first.
  public init(_ bytes: ArraySlice<UInt8> = []) {
    update(bytes)
  }

  /// The hash of a text's bytes in UTF-8.
  public init(_ text: String) { self.init(Array(text.utf8)[...]) }

  /// Adds bytes.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes { update(UInt64(byte)) }
  }

  /// Adds one byte or word.
  public mutating func update(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01B3 }
}
