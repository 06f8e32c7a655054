import Basics

/// A fault of a plan: to which host it shall happen, how long it lasts, and when the next may follow.
struct PlannedFault<Kind: ChaosKind>: Equatable, CustomStringConvertible {
  let fault: Kind
  /// From 1 on.
  let host: Int
  let milliseconds: Int
  /// Before the next one begins, milliseconds.
  let gap: Int

  /// So many faults of a seed: every kind once a round, in random order.
  static func plan(seed: UInt64, count: Int, hosts: Int, kinds: [Kind]) -> [PlannedFault] {
    var random = SplitMix64(seed: seed)
    var deck: [Kind] = []
    return (0..<count).map { _ in
      if deck.isEmpty { deck = kinds }
      let fault = deck.remove(at: random.integer(0...deck.count - 1))
      let host = random.integer(1...hosts)
      // A third of them may outlast patience and leases.
      let most = random.integer(0...2) == 0 ? 12_000 : 4000
      let drawn = 1500 + random.integer(0...most - 1)
      return PlannedFault(
        fault: fault, host: host, milliseconds: fault.fixedMilliseconds ?? drawn,
        gap: 300 + random.integer(0...2499))
    }
  }

  var description: String { "\(fault) h\(host) \(milliseconds) ms, after \(gap) ms" }
}
