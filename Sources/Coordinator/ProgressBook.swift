import SweepModel
import Wire

/// How far everything is and how fast it goes, for people to look at.
final class ProgressBook {
  private struct Entry {
    let cpuSeconds: Double
    let threads: Int
    let startedAt: Double
    var position: Report.Progress?
  }

  let sweep: String
  /// Seconds since 1970 UTC.
  let startedAt: Double
  private var entries: [AttemptID: Entry] = [:]
  private var finishedJobs = 0
  private var predictedSeconds = 0.0
  private var usedSeconds = 0.0

  init(sweep: String, startedAt: Double) {
    self.sweep = sweep
    self.startedAt = startedAt
  }

  func started(_ attempt: AttemptID, cpuSeconds: Double, threads: Int, at now: Double) {
    entries[attempt] = Entry(cpuSeconds: cpuSeconds, threads: threads, startedAt: now)
  }

  func moved(_ attempt: AttemptID, _ position: Report.Progress) {
    entries[attempt]?.position = position
  }

  func position(of attempt: AttemptID) -> Report.Progress? { entries[attempt]?.position }

  func forget(_ attempt: AttemptID) { entries[attempt] = nil }

  func finished(_ attempt: AttemptID) {
    finishedJobs += 1
    guard let entry = entries.removeValue(forKey: attempt) else { return }
    predictedSeconds += entry.cpuSeconds
    usedSeconds += (Coordinator.monotonicSeconds() - entry.startedAt) * Double(entry.threads)
  }

  /// Jobs recorded an hour since the run began.
  func jobsPerHour(at now: Double) -> Double {
    let hours = (now - startedAt) / 3600
    return hours > 0 ? Double(finishedJobs) / hours : 0
  }

  /// Seconds to the end: what waits and what is left of what runs, at the speed seen so far.
  func secondsLeft(waitingCPUSeconds: Double, cores: Int) -> Double? {
    guard cores > 0 else { return nil }
    let ratio = predictedSeconds > 0 ? usedSeconds / predictedSeconds : 1
    var left = waitingCPUSeconds
    var longest = 0.0
    for entry in entries.values {
      let fraction = entry.position.map { Double($0.step) / Double(max(1, $0.total)) } ?? 0
      let remaining = entry.cpuSeconds * (1 - fraction)
      left += remaining
      longest = max(longest, remaining / Double(entry.threads))
    }
    return max(left / Double(cores), longest) * ratio
  }
}
