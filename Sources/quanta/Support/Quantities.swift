import Foundation
import SweepModel

/// `45 s`, `12 min`, `3 h 20 min`, `5 d 4 h`.
func describeDuration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "unknown" }
  let whole = Int(seconds.rounded())
  switch whole {
  case ..<1: return seconds > 0 ? "under 1 s" : "0 s"
  case ..<120: return "\(whole) s"
  case ..<7200: return "\((whole + 30) / 60) min"
  case ..<172_800: return "\(whole / 3600) h \(whole % 3600 / 60) min"
  default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}

/// `512 MiB`, `1.5 GiB`.
func describeBytes(_ bytes: Int) -> String {
  switch bytes {
  case ..<(1 << 20): "\((bytes + 1023) >> 10) KiB"
  case ..<(1 << 30): "\((bytes + (1 << 20) - 1) >> 20) MiB"
  default: String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
  }
}

/// `301 502`: digits in groups of three, as tables of the field print them.
func describeCount(_ count: Int) -> String {
  var digits = String(abs(count))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  groups.insert(digits, at: 0)
  return (count < 0 ? "-" : "") + groups.joined(separator: " ")
}

/// ISO 8601 in UTC, to the second: what files and `--json` hold.
func describeTime(_ secondsSince1970: Double) -> String {
  Date(timeIntervalSince1970: secondsSince1970).formatted(.iso8601)
}

/// A time on this machine's clock, as people at the terminal read it: `14:32:05` today,
/// `2026-11-29 03:22:05` on another day.
func describeLocalTime(_ secondsSince1970: Double, now: Double = Date().timeIntervalSince1970)
  -> String
{
  var (seconds, today) = (time_t(secondsSince1970), time_t(now))
  var (local, current) = (tm(), tm())
  localtime_r(&seconds, &local)
  localtime_r(&today, &current)
  let clock = String(format: "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec)
  guard (local.tm_year, local.tm_yday) != (current.tm_year, current.tm_yday) else { return clock }
  return String(
    format: "%04d-%02d-%02d ", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday) + clock
}
