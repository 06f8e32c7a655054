/// The authenticator Poly1305 of RFC 8439 over whole blocks of sixteen bytes, in limbs of 44 bits.
struct Poly1305 {
  private static let mask44: UInt64 = 0xfff_ffff_ffff
  private static let mask42: UInt64 = 0x3ff_ffff_ffff

  private let r: (UInt64, UInt64, UInt64)
  /// What wraps around: 20 times the upper limbs.
  private let s: (UInt64, UInt64)
  private let pad: (UInt64, UInt64)
  private var h: (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// Takes a key for one message: 32 bytes as words.
  init(_ key: SIMD4<UInt64>) {
    let (t0, t1) = (key[0], key[1])
    r = (
      t0 & 0xffc_0fff_ffff, (t0 >> 44 | t1 << 20) & 0xfff_ffc0_ffff, (t1 >> 24) & 0x00f_ffff_fc0f
    )
    s = (r.1 * 20, r.2 * 20)
    pad = (key[2], key[3])
  }

  /// Adds bytes, filled up with zeros to whole blocks.
  mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count & ~15
    var place = 0
    while place < whole {
      absorb(
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)),
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)))
      place += 16
    }
    guard whole < bytes.count else { return }
    var words: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes[whole...].enumerated() {
      if index < 8 {
        words.0 |= UInt64(byte) << UInt64(8 * index)
      } else {
        words.1 |= UInt64(byte) << UInt64(8 * (index - 8))
      }
    }
    absorb(words.0, words.1)
  }

  /// Adds a block.
  @inline(__always)
  mutating func absorb(_ t0: UInt64, _ t1: UInt64) {
    h.0 &+= t0 & Self.mask44
    h.1 &+= (t0 >> 44 | t1 << 20) & Self.mask44
    h.2 &+= (t1 >> 24) & Self.mask42 | 1 << 40
    let d0 = product(h.0, r.0) &+ product(h.1, s.1) &+ product(h.2, s.0)
    var d1 = product(h.0, r.1) &+ product(h.1, r.0) &+ product(h.2, s.1)
    var d2 = product(h.0, r.2) &+ product(h.1, r.1) &+ product(h.2, r.0)
    h.0 = UInt64(truncatingIfNeeded: d0) & Self.mask44
    d1 &+= d0 >> 44
    h.1 = UInt64(truncatingIfNeeded: d1) & Self.mask44
    d2 &+= d1 >> 44
    h.2 = UInt64(truncatingIfNeeded: d2) & Self.mask42
    h.0 &+= UInt64(truncatingIfNeeded: d2 >> 42) &* 5
    h.1 &+= h.0 >> 44
    h.0 &= Self.mask44
  }

  @inline(__always)
  private func product(_ a: UInt64, _ b: UInt64) -> UInt128 {
    UInt128(truncatingIfNeeded: a) &* UInt128(truncatingIfNeeded: b)
  }

  /// The tag of what was added: two words, little-endian.
  func tag() -> SIMD2<UInt64> {
    var h = h
    for _ in 0..<2 {
      h.2 &+= h.1 >> 44
      h.1 &= Self.mask44
      h.0 &+= (h.2 >> 42) &* 5
      h.2 &= Self.mask42
      h.1 &+= h.0 >> 44
      h.0 &= Self.mask44
    }
    // h + 5 − 2¹³⁰ in place of h, unless that is negative; no branch tells which.
    let g0 = h.0 &+ 5
    let g1 = h.1 &+ g0 >> 44
    let g2 = h.2 &+ g1 >> 44 &- 1 << 42
    let takes = g2 >> 63 &- 1
    h.0 = h.0 & ~takes | g0 & Self.mask44 & takes
    h.1 = h.1 & ~takes | g1 & Self.mask44 & takes
    h.2 = h.2 & ~takes | g2 & takes
    h.0 &+= pad.0 & Self.mask44
    h.1 &+= (pad.0 >> 44 | pad.1 << 20) & Self.mask44 &+ h.0 >> 44
    h.2 &+= (pad.1 >> 24) & Self.mask42 &+ h.1 >> 44
    (h.0, h.1, h.2) = (h.0 & Self.mask44, h.1 & Self.mask44, h.2 & Self.mask42)
    return SIMD2(h.0 | h.1 << 44, h.1 >> 20 | h.2 << 24)
  }
}
