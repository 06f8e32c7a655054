import Basics
public import SweepModel

extension PilotBook {
  /// Reasons that are told; beyond them they are all alike.
  private static let mostReasons = 5
  /// Characters of what a system says that are told.
  private static let longestWords = 200

  /// How the allocations stand, for a person; O(allocations).
  ///
  /// - Parameter wallClock: That moment, seconds since 1970.
  public func standing(
    of name: String, calls: Int, at now: Double, wallClock: Double
  ) -> RunStatus.Pool {
    var pool = RunStatus.Pool(name, system: system.title)
    var reasons: [String: Int] = [:]
    for pilot in pilots.values {
      if pilot.state == .pending {
        pool.waiting += 1
        if !Self.saysNothing.contains(pilot.reason) { reasons[pilot.reason, default: 0] += 1 }
      } else if pilot.name != nil {
        pool.running += 1
      } else {
        pool.beginning += 1
      }
    }
    pool.useful = useful
    pool.calls = calls
    pool.reasons = reasons.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
      .prefix(Self.mostReasons).map { words, count in
        RunStatus.Pool.Reason(Self.short(words), means: system.meaning(of: words), count: count)
      }
    pool.refusal = (refusal ?? failure).map(Self.short)
    pool.settled = settledBecause.map(Self.short)
    if settledBecause == nil, nextSubmission > now + 1, pilots.count < useful {
      pool.asksAt = wallClock + nextSubmission - now
    }
    return pool
  }

  /// Why more are not asked for at once though nothing was refused.
  private var failure: String? {
    stillborn == 0
      ? nil
      : "\(counted(stillborn, "allocation")) ended before \(stillborn == 1 ? "it was a worker" : "they were workers")"
  }

  /// What systems write where they have not looked at an allocation yet.
  private static let saysNothing: Set<String> = ["", "None", "(null)"]

  private static func short(_ text: String) -> String {
    let text = printable(text)
    return text.count > longestWords ? text.prefix(longestWords) + "…" : text
  }
}
