import Foundation

/// A time on this machine's clock, as people at the terminal read it: `14:32:05` today,
/// `2026-11-29 03:22:05` on another day.
public func describeLocalTime(_ secondsSince1970: Double) -> String {
  var (seconds, today) = (time_t(secondsSince1970), time(nil))
  var (local, current) = (tm(), tm())
  localtime_r(&seconds, &local)
  localtime_r(&today, &current)
  let clock = String(format: "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec)
  guard (local.tm_year, local.tm_yday) != (current.tm_year, current.tm_yday) else { return clock }
  return String(
    format: "%04d-%02d-%02d ", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday) + clock
}

/// A text with its UTC times, as files hold them, on this machine's clock.
func withLocalTimes(_ text: String) -> String {
  text.replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/#) { match in
    (try? Date(String(match.output), strategy: .iso8601))
      .map { describeLocalTime($0.timeIntervalSince1970) } ?? String(match.output)
  }
}
