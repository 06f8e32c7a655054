import Basics
package import SweepModel

/// Why a job stands as it does, from the store and, if a coordinator runs, from its live status.
package struct Explanation {
  package let sentence: String

  /// - Parameters:
  ///   - isInRun: Whether the job is one of those that the coordinator runs now.
  ///   - isStopped: The worker of its open attempt was stopped by a person.
  ///   - sweep: One that holds the job; nil for a job in none.
  package init(
    _ record: JobRecord, live: RunStatus?, isInRun: Bool, isStopped: Bool = false, sweep: String?
  ) {
    let resume = "quanta resume" + (sweep.map { " \($0)" } ?? "")
    if let live, !isInRun, record.state == .running || record.state == .waiting {
      sentence =
        "the coordinator runs \(live.sweep), which does not hold this job; "
        + "`\(resume)` goes on with this one after it"
      return
    }
    let retry = "quanta retry \(record.job.key.short)"
    sentence =
      switch record.state {
      case .done: "its result is recorded"
      case .setAside: "\(record.reason); `\(retry)` frees it"
      case .cancelled: "a person cancelled it; `\(retry)` frees it"
      case .running: Self.running(record, live, isStopped: isStopped, resume)
      case .waiting: Self.waiting(record, live, resume)
      }
  }

  private static func running(
    _ record: JobRecord, _ live: RunStatus?, isStopped: Bool, _ resume: String
  ) -> String {
    guard let live else {
      guard !isStopped else {
        return "its worker was stopped; `\(resume)` fetches what it left and goes on from there"
      }
      return "no coordinator is running; its worker goes on, and `\(resume)` finds it again"
    }
    return live.attempts.first { $0.job == record.job.key }?.explanation
      ?? "its attempt is about to be told"
  }

  private static func waiting(
    _ record: JobRecord, _ live: RunStatus?, _ resume: String
  ) -> String {
    guard let live else { return "no coordinator is running; `\(resume)` goes on" }
    switch live.mode {
    case .paused: return "the run is paused; `\(resume)` lets it go on"
    case .suspended: return "the run is suspended (Ctrl-Z); `fg` in its terminal lets it go on"
    case .draining, .stopping:
      return "the run is \(live.mode.rawValue); `\(resume)` goes on after it"
    case .running: break
    }
    let ready = live.workers.filter(\.isReady)
    let pools = (live.pools ?? []).compactMap(\.hindrance)
    if ready.isEmpty {
      let hosts = live.workers.map { "\($0.name) is \($0.state.rawValue)" }.joined(
        separator: ", ")
      return "no host is connected: "
        + ((hosts.isEmpty ? [] : [hosts]) + pools).joined(separator: "; ")
    }
    return ([onHosts(record, live, ready)] + pools).joined(separator: "; ")
  }

  /// Why it waits though hosts are there.
  private static func onHosts(
    _ record: JobRecord, _ live: RunStatus, _ ready: [RunStatus.Worker]
  ) -> String {
    // Whoever reads it has been told already that the job waits.
    if let reason = live.heldBack[record.job.key] {
      let waiting = "waiting: "
      return reason.hasPrefix(waiting) ? String(reason.dropFirst(waiting.count)) : reason
    }
    let inUse = ready.reduce(0) { $0 + $1.coresInUse }
    let cores = ready.reduce(0) { $0 + $1.cores }
    return
      "\(inUse) of \(cores) cores are busy; \(counted(live.waiting, "job")) \(live.waiting == 1 ? "waits" : "wait, the longest go first")"
  }
}
