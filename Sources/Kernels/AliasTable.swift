/// Draws from a discrete distribution in constant time (Walker's alias method, Vose's construction).
///
/// The table represents each probability to within 2⁻⁵⁰; a draw is a pure function of 64 bits.
public struct AliasTable: Sendable {
  /// The probabilities, summing to 1.
  public let probabilities: [Double]

  let thresholds: Buffer<UInt64>
  let aliases: Buffer<UInt16>

  /// Creates a table for probabilities proportional to positive weights, at most 65 536 of them.
  public init(weights: [Double]) {
    precondition(!weights.isEmpty && weights.count <= 65_536, "1 to 65536 outcomes")
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "weights must be positive and finite")
    probabilities = weights.map { $0 / total }
    thresholds = Buffer(count: weights.count)
    aliases = Buffer(count: weights.count)
    fill()
  }

  private func fill() {
    let count = probabilities.count
    var shares = probabilities.map { $0 * Double(count) }
    var small: [Int] = []
    var large: [Int] = []
    for outcome in (0..<count).reversed() {
      if shares[outcome] < 1 { small.append(outcome) } else { large.append(outcome) }
    }
    while let poor = small.last, let rich = large.last {
      small.removeLast()
      set(poor, shares[poor], alias: rich)
      shares[rich] -= 1 - shares[poor]
      if shares[rich] < 1 {
        large.removeLast()
        small.append(rich)
      }
    }
    for outcome in small + large { set(outcome, 1, alias: outcome) }
  }

  private func set(_ outcome: Int, _ share: Double, alias: Int) {
    thresholds[outcome] = share >= 1 ? .max : UInt64(max(0, share) * 0x1p64)
    aliases[outcome] = UInt16(alias)
  }

  /// The outcome that 64 uniform bits choose.
  @inline(__always)
  func outcome(of bits: UInt64) -> Int {
    let (slot, fraction) = bits.multipliedFullWidth(by: UInt64(thresholds.count))
    let place = Int(truncatingIfNeeded: slot)
    return fraction < thresholds.base[place] ? place : Int(aliases.base[place])
  }

  /// The outcome of one element of a stream.
  public func outcome(in stream: RandomStream, index: UInt64) -> Int {
    outcome(of: stream.words(index: index).low)
  }
}
