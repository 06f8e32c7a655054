import Posix
import SweepModel
import Wire

/// How far everything is and how fast it goes, for people to look at.
final class ProgressBook {
  private struct Entry {
    /// 0 where nobody knows it beforehand.
    let cpuSeconds: Double
    let threads: Int
    /// Monotonic seconds; nil for an attempt that an earlier coordinator started.
    let startedAt: Double?
    /// It goes on from a checkpoint: its first position is not its own work.
    let resumes: Bool
    /// The share that was done when its own work began; nil until it says where it is.
    var base: Double?
    var position: Report.Progress?
    var curves = CurveTails()

    /// The share that is done, 0 to 1; 0 where nobody knows how far it has to go, as of programs.
    var fraction: Double {
      position.map { $0.total > 0 ? min(1, Double($0.step) / Double($0.total)) : 0 } ?? 0
    }
  }

  /// The share of a running job from which on its speed says something.
  private static let tellingShare = 0.05
  /// Values of all curves that the status shows, which is written twice a second.
  private static let mostShownValues = 20_000

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

  /// An attempt begins at a time, monotonic seconds; nil where an earlier coordinator began it.
  func started(
    _ attempt: AttemptID, cpuSeconds: Double, threads: Int, resumes: Bool, at now: Double?
  ) {
    entries[attempt] = Entry(
      cpuSeconds: cpuSeconds, threads: threads, startedAt: now, resumes: resumes)
  }

  func moved(_ attempt: AttemptID, _ position: Report.Progress) {
    guard var entry = entries[attempt] else { return }
    entry.position = position
    if entry.base == nil { entry.base = entry.resumes ? entry.fraction : 0 }
    entries[attempt] = entry
  }

  /// An attempt tells new rows of its curves.
  func grew(_ attempt: AttemptID, by rows: [Curve], of signature: WorkloadSignature) {
    entries[attempt]?.curves.add(rows, of: signature)
  }

  /// The ends of an attempt's curves; nil when it has told none. All attempts share so many values.
  func curves(of attempt: AttemptID) -> [RunStatus.CurveTail]? {
    entries[attempt]?.curves.newest(values: Self.mostShownValues / max(1, entries.count))
  }

  /// True for an attempt that has begun, as far as this book knows, and not ended.
  func knows(_ attempt: AttemptID) -> Bool { entries[attempt] != nil }

  func position(of attempt: AttemptID) -> Report.Progress? { entries[attempt]?.position }

  func forget(_ attempt: AttemptID) { entries[attempt] = nil }

  func finished(_ attempt: AttemptID) {
    finishedJobs += 1
    guard let entry = entries.removeValue(forKey: attempt), let startedAt = entry.startedAt else {
      return
    }
    predictedSeconds += entry.cpuSeconds * (1 - (entry.base ?? 0))
    usedSeconds += (monotonicSeconds() - startedAt) * Double(entry.threads)
  }

  /// Jobs recorded an hour since the run began.
  func jobsPerHour(at now: Double) -> Double {
    let hours = (now - startedAt) / 3600
    return hours > 0 ? Double(finishedJobs) / hours : 0
  }

  /// Seconds that a predicted second takes, by what is done and what has got somewhere; nil while
  /// nothing has: the prediction alone knows neither this machine nor what else it does.
  private func slowness(at now: Double) -> Double? {
    var (predicted, used) = (predictedSeconds, usedSeconds)
    for entry in entries.values {
      guard let startedAt = entry.startedAt, let base = entry.base else { continue }
      let share = entry.fraction - base
      guard share >= Self.tellingShare else { continue }
      predicted += entry.cpuSeconds * share
      used += (now - startedAt) * Double(entry.threads)
    }
    return predicted > 0 ? used / predicted : nil
  }

  /// What an attempt has left if it goes on as it went, seconds; nil while that says nothing.
  func secondsLeft(of attempt: AttemptID, at now: Double) -> Double? {
    guard let entry = entries[attempt], let startedAt = entry.startedAt, let base = entry.base,
      entry.fraction - base >= Self.tellingShare
    else { return nil }
    return (now - startedAt) * (1 - entry.fraction) / (entry.fraction - base)
  }

  /// Seconds to the end: what waits and what is left of what runs, at the speed seen so far; nil
  /// while none has been seen, at a time in monotonic seconds.
  func secondsLeft(waitingCPUSeconds: Double, cores: Int, at now: Double) -> Double? {
    guard cores > 0, let slowness = slowness(at: now) else { return nil }
    var left = waitingCPUSeconds
    var longest = 0.0
    for entry in entries.values {
      let remaining = entry.cpuSeconds * (1 - entry.fraction)
      left += remaining
      longest = max(longest, remaining / Double(entry.threads))
    }
    return max(left / Double(cores), longest) * slowness
  }
}
