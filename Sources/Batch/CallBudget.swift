import Basics
public import Posix
import Synchronization

/// Calls of a batch system's commands: counted, and no more in a minute than a site bears.
public final class CallBudget: Sendable {
  private struct State {
    var times: [Double] = []
    var counts: [String: Int] = [:]
  }

  private let title: String
  private let perMinute: Int
  private let state = Mutex(State())

  /// Allows so many of a system of that title.
  public init(of title: String, perMinute: Int) {
    self.title = title
    self.perMinute = perMinute
  }

  /// Takes one call of a command; false when it has to wait. The last ones of a run, which call off, are
  /// counted and wait for nothing.
  public func take(
    _ command: String, isLast: Bool = false, at now: Double = monotonicSeconds()
  ) -> Bool {
    state.withLock { state in
      state.times.removeAll { $0 <= now - 60 }
      guard isLast || state.times.count < perMinute else { return false }
      state.times.append(now)
      state.counts[command, default: 0] += 1
      return true
    }
  }

  /// Half of a minute's calls are left, beside some that are about to be made: there are other ways to
  /// pilots, and none to call them off.
  func isAmple(beside others: Int = 0, at now: Double = monotonicSeconds()) -> Bool {
    state.withLock { state in
      state.times.count { $0 > now - 60 } + others < (perMinute + 1) / 2
    }
  }

  /// `30 times within a minute, as often as `calls` allows`.
  var exhaustion: String {
    "\(counted(perMinute, "time")) within a minute, as often as `calls` allows"
  }

  /// All calls so far.
  var total: Int { state.withLock { $0.counts.values.reduce(0, +) } }

  /// `3 calls of Slurm: 1 sbatch, 2 squeue`.
  var words: String {
    let counts = state.withLock { $0.counts }
    let all = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    let total = total
    return "\(counted(total, "call")) of \(title)" + (all.isEmpty ? "" : ": ")
      + all.joined(separator: ", ")
  }
}
