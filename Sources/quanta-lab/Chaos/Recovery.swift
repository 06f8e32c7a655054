/// How long hosts take until the coordinator hears their worker again after a fault.
struct Recovery {
  /// Since when, in seconds since 1970 UTC, a host's return is awaited, and after which fault.
  var awaited: [Int: (since: Double, after: ChaosFault)] = [:]
  /// What was measured, by the fault's name.
  private(set) var summaries: [String: Summary] = [:]

  /// Of one kind of fault, seconds.
  struct Summary: Encodable, Equatable {
    var measured = 0
    var mean = 0.0
    var worst = 0.0
  }

  /// The host was heard: how long its return took, and after which fault; nil when nobody waits for it
  /// or it was heard before only.
  mutating func heard(_ host: Int, at heard: Double) -> (took: Double, after: ChaosFault)? {
    guard let (since, after) = awaited[host], heard >= since else { return nil }
    awaited[host] = nil
    let took = ((heard - since) * 1000).rounded() / 1000
    var summary = summaries["\(after)", default: Summary()]
    let total = summary.mean * Double(summary.measured) + took
    summary.measured += 1
    summary.mean = (total / Double(summary.measured) * 1000).rounded() / 1000
    summary.worst = max(summary.worst, took)
    summaries["\(after)"] = summary
    return (took, after)
  }
}
