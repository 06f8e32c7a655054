import Basics

/// A program of a hostile sweep.
struct HostileProgram {
  let family: HostileFamily
  let script: String
  let ending: HostileFamily.Ending
  /// The name of its file.
  let name: String

  /// So many programs of a seed: every family once a round, in random order.
  static func programs(
    seed: UInt64, count: Int, families: [HostileFamily]
  ) -> [HostileProgram] {
    var random = SplitMix64(seed: seed)
    var deck: [HostileFamily] = []
    return (0..<count).map { number in
      if deck.isEmpty { deck = families }
      let family = deck.remove(at: random.integer(0...deck.count - 1))
      let (script, ending) = family.script(&random)
      let odd = oddNames[random.integer(0...oddNames.count - 1)]
      return HostileProgram(
        family: family, script: script, ending: ending, name: "\(number)-\(family)\(odd).sh")
    }
  }

  private static let oddNames = [
    "", "", "", "", "\n", " a b", "'", "\"", "\\", "$(x)", "é", "\u{1B}[31m", "*",
  ]
}
