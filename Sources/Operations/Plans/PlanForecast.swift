import Basics
import Findings
import Foundation
import Kernels
import Store
import SweepModel

/// What jobs will need together, and when they end on some hosts.
struct PlanForecast {
  /// CPU time of what is not done, seconds.
  let cpuSeconds: Double
  /// Wall time of the longest job on as many threads as help it, seconds.
  let longestSeconds: Double
  /// Memory of the largest job, bytes.
  let peakMemory: Int
  let cores: Int
  /// Threads of the jobs for which there is at once what they need by name; nil where cores alone
  /// decide.
  private let usable: Int?
  /// What the estimates rest on; nil for a reference core.
  let calibration: Calibration?

  /// What jobs need beyond what the hosts have.
  let notes: [PlanNote]

  /// - Parameters:
  ///   - jobs: What jobs need, done ones too, and how many of each are not done.
  ///   - resources: What the sweep says that each of them needs.
  ///   - calibration: What has scaled the estimates, if anything has.
  init(
    _ jobs: [(estimate: JobEstimate, open: Double)], resources: Resources, hosts: [HostSpec],
    calibration: Calibration? = nil
  ) {
    let rooms = hosts.map(HostRoom.init)
    let cores = rooms.reduce(0) { $0 + $1.has.threads }
    self.cores = cores
    self.calibration = calibration
    cpuSeconds = jobs.reduce(0) { $0 + $1.open * $1.estimate.cpuSeconds }
    longestSeconds = jobs.reduce(0) { longest, job in
      guard job.open > 0 else { return longest }
      let threads = max(1, min(job.estimate.usefulThreads, cores))
      let factor = calibration?.speedup(threads: threads) ?? Double(threads)
      return max(longest, job.estimate.cpuSeconds / factor)
    }
    let needs = resources.amounts
    usable = HostRoom.places(needs, rooms).map {
      $0 * (needs.threads > 0 ? needs.threads : jobs.map(\.estimate.usefulThreads).max() ?? 1)
    }
    let memory = jobs.map {
      (open: $0.open, bytes: needs.memoryBytes > 0 ? needs.memoryBytes : $0.estimate.memoryBytes)
    }
    peakMemory = memory.map(\.bytes).max() ?? needs.memoryBytes
    let needed = memory.lazy.filter { $0.open > 0 }.map(\.bytes)
    notes =
      (jobs.contains { $0.open > 0 }
        ? HostRoom.threadNotes(needs.threads, rooms) + HostRoom.namedNotes(needs, rooms) : [])
      + HostRoom.memoryNotes(
        largest: needed.max() ?? 0, smallest: needed.min() ?? 0, rooms)
  }

  /// Cores of this machine.
  static var localCores: Int { MachineLimits.current.cores }

  /// Why jobs that are left can run nowhere, a sentence each.
  var obstacles: [String] { notes.filter(\.isObstacle).map(\.text) }

  /// All cores busy that jobs can use at once, but never less than the longest job; nil when the hosts
  /// state no cores, or no job can run.
  var wallSeconds: Double? {
    let busy = min(cores, usable ?? cores)
    return busy > 0 ? max(cpuSeconds / Double(busy), longestSeconds) : nil
  }

  /// The last lines of a plan.
  var lines: [String] {
    let basis =
      calibration == nil
      ? "as predicted for a reference core" : "by short jobs that were timed on this machine"
    var lines = ["CPU time      \(describeDuration(cpuSeconds)) on one thread, \(basis)"]
    if let speedup = calibration?.speedup {
      lines.append(
        "threads       one a job while jobs wait; with cores to spare the longest job is "
          + String(format: "%.1f times as fast on %d", speedup.factor, speedup.threads))
    }
    lines.append("memory        up to \(describeBytes(peakMemory)) a job")
    lines += notes.filter { !$0.isObstacle }.map { "note          \($0.text)" }
    if let wallSeconds {
      let finish = Date().timeIntervalSince1970 + wallSeconds
      lines.append(
        "predicted     \(describeDuration(wallSeconds)) on \(counted(cores, "core")), "
          + "finished by \(describeLocalTime(finish)) if started now")
    } else if cores == 0 {
      lines.append(
        "predicted     give `cores` for the hosts of the cluster file to see when it ends")
    }
    return lines
  }
}
