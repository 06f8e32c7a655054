public import Glibc

/// Seconds of one of the system's clocks, such as CLOCK_PROCESS_CPUTIME_ID.
public func clockSeconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Seconds on the monotonic clock.
public func monotonicSeconds() -> Double { clockSeconds(CLOCK_MONOTONIC) }

/// Seconds since 1970 by this machine's clock.
public func wallClockSeconds() -> Double { clockSeconds(CLOCK_REALTIME) }

/// Nanoseconds since 1970 by this machine's clock, in twenty digits that sort by time.
public func wallClockStamp(after last: Int = 0) -> (nanoseconds: Int, text: String) {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  let nanoseconds = max(last + 1, time.tv_sec * 1_000_000_000 + time.tv_nsec)
  let digits = String(nanoseconds)
  return (nanoseconds, String(repeating: "0", count: max(0, 20 - digits.count)) + digits)
}
