import Glibc

/// A point on the machine's monotonic clock by which something must have happened.
package struct Deadline: Sendable {
  private let nanoseconds: Int64

  /// A deadline `seconds` from now; infinite and huge values mean a year.
  package init(secondsFromNow seconds: Double) {
    let bounded = min(max(seconds, 0), 31_536_000)
    nanoseconds = Deadline.monotonicNanoseconds() + Int64(bounded * 1e9)
  }

  private init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// True when the time is over.
  package var hasPassed: Bool { Deadline.monotonicNanoseconds() >= nanoseconds }

  /// The seconds left, never negative.
  package var secondsLeft: Double {
    max(0, Double(nanoseconds - Deadline.monotonicNanoseconds()) / 1e9)
  }

  /// The time left as poll(2) wants it: milliseconds, rounded up, at least 0.
  package var pollTimeout: Int32 {
    let left = nanoseconds - Deadline.monotonicNanoseconds()
    guard left > 0 else { return 0 }
    return Int32(clamping: (left + 999_999) / 1_000_000)
  }

  /// The earlier of two deadlines.
  package func orEarlier(_ other: Deadline) -> Deadline {
    Deadline(nanoseconds: min(nanoseconds, other.nanoseconds))
  }

  private static func monotonicNanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
