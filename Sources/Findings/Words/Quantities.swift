import Foundation

/// `45 s`, `12 min`, `3 h 20 min`, `5 d 4 h`.
package func describeDuration(_ seconds: Double) -> String {
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

/// A predicted time: `about 12 s`, `under 1 s`.
package func describeTimeLeft(_ seconds: Double) -> String {
  (seconds.rounded() < 1 ? "" : "about ") + describeDuration(max(seconds, 0.1))
}

/// What is said of a time that nobody can tell beforehand.
package let unknownUntilJobsEnd = "unknown until the first jobs end"

/// The same of a run some of whose jobs have ended.
package func describeUnknownTime(ended: Int) -> String {
  ended == 0 ? unknownUntilJobsEnd : "unknown until more jobs end"
}

/// `512 MiB`, `1.5 GiB`.
package func describeBytes(_ bytes: Int) -> String {
  switch bytes {
  case ..<(1 << 20): "\((bytes + 1023) >> 10) KiB"
  case ..<(1 << 30): "\((bytes + (1 << 20) - 1) >> 20) MiB"
  default: String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
  }
}

/// `301 502`: digits in groups of three, as tables of the field print them.
package func describeCount(_ count: Int) -> String {
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
package func describeTime(_ secondsSince1970: Double) -> String {
  Date(timeIntervalSince1970: secondsSince1970).formatted(.iso8601)
}
