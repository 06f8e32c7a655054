/// The stream cipher ChaCha20 as of RFC 8439, and HChaCha20.
enum ChaCha20 {
  /// The words of a block, constants and key first.
  typealias State = SIMD16<UInt32>

  /// The state of a key, and what stands beside it: block number and nonce, or what HChaCha20 takes.
  static func state(_ key: SIMD8<UInt32>, _ rest: SIMD4<UInt32>) -> State {
    let constants = SIMD4<UInt32>(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574)
    return State(
      lowHalf: SIMD8(lowHalf: constants, highHalf: key.lowHalf),
      highHalf: SIMD8(lowHalf: key.highHalf, highHalf: rest))
  }

  /// A key made of another one and of sixteen bytes that need not be secret (HChaCha20).
  static func derive(_ key: SIMD8<UInt32>, _ input: SIMD4<UInt32>) -> SIMD8<UInt32> {
    let mixed = mixed(state(key, input))
    return SIMD8(lowHalf: mixed.lowHalf.lowHalf, highHalf: mixed.highHalf.highHalf)
  }

  /// Adds the key stream from the state's block on to bytes, in place.
  static func apply(_ state: State, to bytes: UnsafeMutableRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    var state = state
    var place = 0
    while bytes.count - place >= size {
      let block = base + place
      block.storeBytes(of: block.loadUnaligned(as: State.self) ^ stream(state), as: State.self)
      place += size
      state[12] &+= 1
    }
    guard place < bytes.count else { return }
    withUnsafeBytes(of: stream(state)) { stream in
      for index in place..<bytes.count { bytes[index] ^= stream[index - place] }
    }
  }

  /// Bytes of a block.
  private static let size = 64

  @inline(__always)
  private static func stream(_ state: State) -> State {
    let block = mixed(state) &+ state
    #if _endian(little)
      return block
    #else
      var swapped = block
      for word in 0..<16 { swapped[word] = block[word].littleEndian }
      return swapped
    #endif
  }

  /// Twenty rounds. The words are mixed one by one: Swift turns rotations of a vector into those of its words.
  private static func mixed(_ state: State) -> State {
    var (x0, x1, x2, x3) = (state[0], state[1], state[2], state[3])
    var (x4, x5, x6, x7) = (state[4], state[5], state[6], state[7])
    var (x8, x9, x10, x11) = (state[8], state[9], state[10], state[11])
    var (x12, x13, x14, x15) = (state[12], state[13], state[14], state[15])
    for _ in 0..<10 {
      quarter(&x0, &x4, &x8, &x12)
      quarter(&x1, &x5, &x9, &x13)
      quarter(&x2, &x6, &x10, &x14)
      quarter(&x3, &x7, &x11, &x15)
      quarter(&x0, &x5, &x10, &x15)
      quarter(&x1, &x6, &x11, &x12)
      quarter(&x2, &x7, &x8, &x13)
      quarter(&x3, &x4, &x9, &x14)
    }
    return State(x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15)
  }

  @inline(__always)
  private static func quarter(
    _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32
  ) {
    a &+= b
    d = rotated(d ^ a, 16)
    c &+= d
    b = rotated(b ^ c, 12)
    a &+= b
    d = rotated(d ^ a, 8)
    c &+= d
    b = rotated(b ^ c, 7)
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &<< count | word &>> (32 - count)
  }
}
