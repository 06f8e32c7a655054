import Glibc

/// Steele, Lea & Flood's SplitMix64 (OOPSLA 2014): tiny, seeded, the same on every machine.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// The stream of one resample: it depends on (seed, index), never on who draws first.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SplitMix64(state: seed)
    let offset = mixer.next()
    self.init(state: offset &+ stream &* 0xd134_2543_de82_ef95)
    state = next()
  }

  private init(state: UInt64) { self.state = state }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from the exponential distribution of mean 1.
  mutating func exponential() -> Double {
    -log((Double(next() >> 11) + 0.5) / 9_007_199_254_740_992)
  }
}
