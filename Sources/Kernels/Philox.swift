/// The counter-based generator Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as
/// 1, 2, 3*, SC 2011): a block of 128 random bits is a pure function of a key and a counter.
///
/// A draw depends on (seed, stream, step, index), never on who draws first or on which thread.
public enum Philox {
  /// The ten-round block function; `counter` and `key` are the words of Random123's `philox4x32`.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var x0 = counter.x
    var x1 = counter.y
    var x2 = counter.z
    var x3 = counter.w
    var k0 = key.x
    var k1 = key.y
    for _ in 0..<10 {
      let a = UInt64(x0) &* 0xD251_1F53
      let b = UInt64(x2) &* 0xCD9E_8D57
      x0 = UInt32(truncatingIfNeeded: b >> 32) ^ x1 ^ k0
      x2 = UInt32(truncatingIfNeeded: a >> 32) ^ x3 ^ k1
      x1 = UInt32(truncatingIfNeeded: b)
      x3 = UInt32(truncatingIfNeeded: a)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }
}

/// One stream of random numbers of a seed: element `index`, block `block` of it are always the same.
public struct RandomStream: Sendable, Hashable {
  /// The job's seed.
  public let seed: UInt64
  /// Which of the seed's independent streams this is.
  public let stream: UInt32

  /// Names a stream.
  @inlinable
  public init(seed: UInt64, stream: UInt32) {
    self.seed = seed
    self.stream = stream
  }

  /// 128 random bits as two words.
  @inlinable
  public func words(index: UInt64, block: UInt32 = 0) -> (low: UInt64, high: UInt64) {
    let bits = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), block, stream),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return (
      UInt64(bits.x) | UInt64(bits.y) << 32,
      UInt64(bits.z) | UInt64(bits.w) << 32
    )
  }

  /// A real number uniform in [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public func uniform(index: UInt64, block: UInt32 = 0) -> Double {
    Double(words(index: index, block: block).low >> 11) * 0x1p-53
  }

  /// A whole number uniform in 0..<`bound` up to a bias below `bound`·2⁻⁶⁴.
  @inlinable
  public func integer(below bound: Int, index: UInt64, block: UInt32 = 0) -> Int {
    Int(words(index: index, block: block).low.multipliedFullWidth(by: UInt64(bound)).high)
  }
}

extension RandomStream {
  /// Element `index` of the stream's subsets: `size` different numbers below `count` in random
  /// order, every such list equally likely, by a partial Fisher–Yates shuffle.
  public func subset(of count: Int, size: Int, index: UInt64) -> [Int] {
    precondition(size >= 0 && size <= count, "\(size) of \(count) numbers cannot be chosen")
    var numbers = Array(0..<count)
    for place in 0..<size {
      let other = integer(below: count - place, index: index, block: UInt32(place))
      numbers.swapAt(place, place + other)
    }
    return Array(numbers[..<size])
  }
}
