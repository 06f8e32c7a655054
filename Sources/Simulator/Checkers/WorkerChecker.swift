import SweepModel

/// What a worker's disk has taken it keeps until it is acknowledged, and says so to whoever comes; it
/// tells no outcome before its disk has answered, unless the attempt is sooner done again, and never ends
/// by itself while it has work.
struct WorkerChecker: Checker {
  /// Outcomes on its disk that were never acknowledged, by machine.
  private var kept: [Int: Set<AttemptID>] = [:]
  /// Outcomes that its disk has answered for.
  private var answered: [Int: Set<AttemptID>] = [:]
  private var acknowledged: Set<AttemptID> = []

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .written(let machine, let attempt, let isDurable):
      answered[machine, default: []].insert(attempt)
      if isDurable, !acknowledged.contains(attempt) {
        kept[machine, default: []].insert(attempt)
      }
    case .wiped(let machine): kept[machine] = nil
    case .adopted(let machine, let other):
      kept[machine, default: []].formUnion(kept.removeValue(forKey: other) ?? [])
      answered[machine, default: []].formUnion(answered[other] ?? [])
    case .acknowledged(let attempt):
      acknowledged.insert(attempt)
      for machine in kept.keys { kept[machine]?.remove(attempt) }
    case .introduced(let machine, let held):
      return kept[machine, default: []].subtracting(held).min().map {
        "worker \(machine) does not know of \($0), which its disk has taken"
      }
    case .reported(let machine, let attempt, let seconds):
      guard seconds > 1, answered[machine]?.contains(attempt) != true else { return nil }
      return "worker \(machine) tells the outcome of \(attempt) before its disk has answered"
    case .retired(let machine, let attempts):
      return attempts.first.map { "worker \(machine) ends although it runs \($0)" }
    default: break
    }
    return nil
  }
}
