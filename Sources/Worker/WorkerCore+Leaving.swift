import SweepModel
import Wire

// A machine that is only lent: by a batch system, for a time, or until somebody else needs it.

extension WorkerCore {
  static let leaving =
    "its machine is taken away: the time of its allocation is over, it was called off, or others need it"

  /// How long a machine may be kept that is only lent while its coordinator has no job for it, seconds.
  static let idleSeconds = 300.0

  /// When a machine that is only lent is given back unless a job comes, monotonic seconds.
  var idlesUntil: Double {
    endsAt < .infinity && served != nil && running.isEmpty && kept.isEmpty
      ? workedAt + Self.idleSeconds : .infinity
  }

  /// How long the machine is still this worker's, seconds; nil where nobody takes it away.
  public func secondsLeft(at now: Double) -> Double? {
    leavesAt == .infinity ? nil : max(0, (leavesBy == nil ? leavesAt : now) - now)
  }

  /// Stops every job, so that others go on from where it is; the coordinator hears of it like of any end.
  mutating func leave(at now: Double, _ out: inout [WorkerEffect]) {
    guard leavesBy == nil, !isEnding else { return }
    let reason =
      now < idlesUntil ? Self.leaving : "for \(Int(Self.idleSeconds)) s there was nothing to do"
    leavesBy = max(now, min(now + BatchRequest.secondsToLeave(of: .infinity), endsAt - 1))
    out.append(.note("the worker leaves: " + reason))
    for index in running.indices.reversed() {
      halt(index, .evicted, Self.leaving, at: now, &out)
    }
  }
}
