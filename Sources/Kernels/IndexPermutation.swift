/// A pseudo-random permutation of 0..<count that needs no memory: an eight-round Feistel network on
/// the smallest power of two that holds `count`, walked until the image lies inside (Black &
/// Rogaway, *Ciphers with arbitrary finite domains*, CT-RSA 2002).
public struct IndexPermutation: Sendable, Hashable {
  /// The number of elements.
  public let count: Int

  private let lowBits: UInt64
  private let highBits: UInt64
  private let keys: SIMD8<UInt32>

  /// The permutation that element `index` of a stream chooses.
  public init(count: Int, stream: RandomStream, index: UInt64) {
    precondition(count > 0 && count <= 1 << 62, "a permutation needs elements")
    self.count = count
    let bits = UInt64(max(2, Int.bitWidth - (count - 1).leadingZeroBitCount))
    lowBits = bits / 2
    highBits = bits - bits / 2
    let first = stream.words(index: index, block: 0)
    let second = stream.words(index: index, block: 1)
    keys = unsafeBitCast(
      SIMD4(first.low, first.high, second.low, second.high), to: SIMD8<UInt32>.self)
  }

  /// Where the permutation sends an element.
  public func element(at index: Int) -> Int {
    assert(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
    var value = UInt64(index)
    repeat { value = rounds(value) } while value >= UInt64(count)
    return Int(value)
  }

  private func rounds(_ value: UInt64) -> UInt64 {
    let lowMask = (1 &<< lowBits) &- 1 as UInt64
    let highMask = (1 &<< highBits) &- 1 as UInt64
    var low = value & lowMask
    var high = value &>> lowBits
    for pair in 0..<4 {
      low ^= Self.mix(high, keys[2 * pair]) & lowMask
      high ^= Self.mix(low, keys[2 * pair + 1]) & highMask
    }
    return high &<< lowBits | low
  }

  private static func mix(_ value: UInt64, _ key: UInt32) -> UInt64 {
    var x = (value ^ UInt64(key)) &* 0x9E37_79B9_7F4A_7C15
    x ^= x &>> 32
    x = x &* 0xD6E8_FEB8_6659_FD93
    return x ^ x &>> 32
  }
}

extension Buffer<UInt64> {
  /// Fills places with consecutive numbers from `first + places.lowerBound` on, each sent through
  /// the permutation if there is one.
  public func number(
    _ places: Range<Int>, from first: Int, through permutation: IndexPermutation?
  ) {
    for place in places {
      let index = first + place
      self[place] = UInt64(permutation?.element(at: index) ?? index)
    }
  }
}
