/// A key of ChaCha20-Poly1305 (RFC 8439): what it seals can neither be read nor changed without it.
public struct SealingKey: Sendable {
  /// Bytes of a key.
  public static let size = 32
  /// Bytes that sealing adds: the tag.
  public static let tagSize = 16

  private let words: SIMD8<UInt32>

  private init(_ words: SIMD8<UInt32>) { self.words = words }

  /// Takes the bytes of a key; nil unless they are 32.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.size else { return nil }
    words = bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD8<UInt32>.self) }
  }

  /// A fresh one, of the system's random numbers.
  public static func random() -> SealingKey {
    var words = SIMD8<UInt32>()
    for place in 0..<words.scalarCount { words[place] = .random(in: 0 ... .max) }
    return SealingKey(words)
  }

  /// Its bytes.
  public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  /// Another key, which this one and sixteen bytes determine (HChaCha20): nobody learns the one from the
  /// other. Fewer bytes stand for themselves and zeros, further ones are ignored.
  public func derived(from bytes: [UInt8]) -> SealingKey {
    var input = SIMD4<UInt32>()
    for (place, byte) in bytes.prefix(16).enumerated() {
      input[place / 4] |= UInt32(byte) << UInt32(8 * (place % 4))
    }
    return SealingKey(ChaCha20.derive(words, input))
  }

  /// Seals a text: as many bytes, and a tag. No two texts may have one number under one key; `prefix` is
  /// what stands before it in the nonce. `header` is not sealed in, but has to be the same when it is
  /// opened.
  public func seal(
    _ text: ArraySlice<UInt8>, number: UInt64, prefix: UInt32 = 0, header: [UInt8] = []
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: text.count + Self.tagSize) { buffer, count in
      let all = UnsafeMutableRawBufferPointer(buffer)
      let sealed = UnsafeMutableRawBufferPointer(rebasing: all[..<text.count])
      text.withUnsafeBytes { sealed.copyMemory(from: $0) }
      let state = state(number, prefix)
      ChaCha20.apply(Self.first(of: state), to: sealed)
      let tag = tag(UnsafeRawBufferPointer(sealed), header, state)
      all.storeBytes(of: tag[0].littleEndian, toByteOffset: text.count, as: UInt64.self)
      all.storeBytes(of: tag[1].littleEndian, toByteOffset: text.count + 8, as: UInt64.self)
      count = text.count + Self.tagSize
    }
  }

  /// Opens what was sealed with the same key, number, prefix and header; nil for anything else, found
  /// in a time that does not tell how it differs.
  public func open(
    _ sealed: ArraySlice<UInt8>, number: UInt64, prefix: UInt32 = 0, header: [UInt8] = []
  ) -> [UInt8]? {
    let size = sealed.count - Self.tagSize
    guard size >= 0 else { return nil }
    let state = state(number, prefix)
    let isGenuine = sealed.withUnsafeBytes { bytes in
      let tag = tag(UnsafeRawBufferPointer(rebasing: bytes[..<size]), header, state)
      let low = bytes.loadUnaligned(fromByteOffset: size, as: UInt64.self)
      let high = bytes.loadUnaligned(fromByteOffset: size + 8, as: UInt64.self)
      return (tag[0] ^ UInt64(littleEndian: low)) | (tag[1] ^ UInt64(littleEndian: high)) == 0
    }
    guard isGenuine else { return nil }
    var text = Array(sealed.dropLast(Self.tagSize))
    text.withUnsafeMutableBytes { ChaCha20.apply(Self.first(of: state), to: $0) }
    return text
  }

  private func state(_ number: UInt64, _ prefix: UInt32) -> ChaCha20.State {
    ChaCha20.state(
      words,
      SIMD4(0, prefix, UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    )
  }

  /// The text begins with block 1; block 0 is the authenticator's key.
  private static func first(of state: ChaCha20.State) -> ChaCha20.State {
    var state = state
    state[12] = 1
    return state
  }

  private func tag(
    _ sealed: UnsafeRawBufferPointer, _ header: [UInt8], _ state: ChaCha20.State
  ) -> SIMD2<UInt64> {
    var key = SIMD4<UInt64>()
    withUnsafeMutableBytes(of: &key) { ChaCha20.apply(state, to: $0) }
    var sum = Poly1305(key)
    header.withUnsafeBytes { sum.absorb($0) }
    sum.absorb(sealed)
    sum.absorb(UInt64(header.count), UInt64(sealed.count))
    return sum.tag()
  }
}
