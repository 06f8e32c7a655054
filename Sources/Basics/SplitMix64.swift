/// Steele, Lea & Flood's SplitMix64 (OOPSLA 2014): tiny, seeded, the same on every machine.
///
/// Draws are made by arithmetic written here, so that no release of a library changes what a seed
/// means.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// The numbers of a seed.
  public init(seed: UInt64) { state = seed }

  /// The stream of one resample: it depends on (seed, index), never on who draws first.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SplitMix64(seed: seed)
    self.init(seed: mixer.next() &+ stream &* 0xd134_2543_de82_ef95)
    state = next()
  }

  /// The next 64 bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in [0, 1).
  @inlinable public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [low, high).
  @inlinable public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * fraction()
  }

  /// Uniform in `range`; the bias of 2⁻⁶⁴ × count does not matter here.
  public mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// True with a probability; draws nothing for one of 0 or less.
  public mutating func chance(_ probability: Double) -> Bool {
    probability > 0 && fraction() < probability
  }
}
