import Basics
import Costs
import Findings
import Foundation
import Kernels
import Store
import SweepModel

/// What jobs will need together, and when they end on some hosts.
struct PlanForecast {
  /// CPU time of what is not done, seconds; nil where nobody knows it.
  let cpuSeconds: Double?
  /// Wall time of the longest job on as many threads as help it, seconds.
  let longestSeconds: Double
  /// Memory of the largest job, bytes.
  let peakMemory: Int
  let cores: Int
  /// Threads of the jobs for which there is at once what they need by name; nil where cores alone
  /// decide.
  private let usable: Int?
  /// What the estimates rest on.
  let basis: Basis
  /// When jobs end whose cost was learnt, seconds from now; nil while that is not known.
  private let learntSeconds: Double?

  /// What estimates rest on.
  enum Basis {
    /// The workload's own, for a reference core.
    case reference
    /// The same, scaled by jobs that were timed here.
    case timed(Calibration)
    /// So many jobs that are done, and where none tells, nothing.
    case learnt(jobs: Int)
  }

  /// What weights take in the store, bytes: of the job with the most, and of all that are not done.
  let kept: (each: Int, all: Double)
  /// What jobs need beyond what the hosts have.
  let notes: [PlanNote]

  /// - Parameters:
  ///   - jobs: What jobs need, done ones too, and how many of each are not done.
  ///   - resources: What the sweep says that each of them needs.
  ///   - basis: What the estimates rest on.
  init(
    _ jobs: [(estimate: JobEstimate, open: Double)], resources: Resources, hosts: [HostSpec],
    basis: Basis = .reference
  ) {
    let rooms = hosts.map(HostRoom.init)
    let cores = rooms.reduce(0) { $0 + $1.has.threads }
    self.cores = cores
    self.basis = basis
    let isKnown = jobs.allSatisfy { $0.estimate.isKnown || $0.open == 0 }
    cpuSeconds = isKnown ? jobs.reduce(0) { $0 + $1.open * $1.estimate.cpuSeconds } : nil
    let calibration: Calibration? = if case .timed(let found) = basis { found } else { nil }
    longestSeconds = jobs.reduce(0) { longest, job in
      guard job.open > 0 else { return longest }
      let threads = max(1, min(job.estimate.usefulThreads, cores))
      let factor = calibration?.speedup(threads: threads) ?? Double(threads)
      return max(longest, job.estimate.cpuSeconds / factor)
    }
    kept = (
      jobs.map(\.estimate.keptBytes).max() ?? 0,
      jobs.reduce(0) { $0 + $1.open * Double($1.estimate.keptBytes) }
    )
    let needs = resources.amounts
    usable = HostRoom.places(needs, rooms).map {
      $0 * (needs.threads > 0 ? needs.threads : jobs.map(\.estimate.usefulThreads).max() ?? 1)
    }
    let memory = jobs.map {
      (open: $0.open, bytes: needs.memoryBytes > 0 ? needs.memoryBytes : $0.estimate.memoryBytes)
    }
    peakMemory = memory.map(\.bytes).max() ?? needs.memoryBytes
    learntSeconds = isKnown ? Self.learntSeconds(jobs, needs, peakMemory, rooms) : nil
    let isLearnt = if case .learnt = basis { needs.memoryBytes == 0 } else { false }
    let needed = memory.lazy.filter { $0.open > 0 }.map(\.bytes)
    notes =
      (jobs.contains { $0.open > 0 }
        ? HostRoom.threadNotes(needs.threads, rooms) + HostRoom.namedNotes(needs, rooms) : [])
      + (isLearnt
        // What seems too much is tried on the largest host nonetheless.
        ? []
        : HostRoom.memoryNotes(
          largest: needed.max() ?? 0, smallest: needed.min() ?? 0, rooms))
  }

  /// When jobs end that all begin now, as many at once as the hosts have places for.
  private static func learntSeconds(
    _ jobs: [(estimate: JobEstimate, open: Double)], _ needs: Amounts, _ memory: Int,
    _ rooms: [HostRoom]
  ) -> Double? {
    var one = needs
    one.threads = max(1, needs.threads)
    one.memoryBytes = min(memory, rooms.map(\.has.memoryBytes).max() ?? 0)
    let places = rooms.reduce(0) { sum, room in
      var fitting = one
      fitting.threads = min(one.threads, room.has.threads)
      if room.has.memoryBytes == 0 { fitting.memoryBytes = 0 }
      return sum + (room.has.threads == 0 ? 0 : fitting.multiples(in: room.has) ?? 0)
    }
    return Makespan.seconds(
      of: jobs.map {
        let threads = max(1, min(one.threads, $0.estimate.usefulThreads))
        return (seconds: $0.estimate.cpuSeconds / Double(threads), count: $0.open)
      }, places: places)
  }

  private func cpuLine(_ basis: String) -> String {
    "CPU time      \(describeDuration(cpuSeconds ?? .nan)) on one thread, \(basis)"
  }

  /// Cores of this machine.
  static var localCores: Int { MachineLimits.current.cores }

  /// Why jobs that are left can run nowhere, a sentence each.
  var obstacles: [String] { notes.filter(\.isObstacle).map(\.text) }

  /// All cores busy that jobs can use at once, but never less than the longest job; nil when the hosts
  /// state no cores, or no job can run.
  var wallSeconds: Double? {
    if case .learnt = basis { return learntSeconds }
    guard let cpuSeconds else { return nil }
    let busy = min(cores, usable ?? cores)
    return busy > 0 ? max(cpuSeconds / Double(busy), longestSeconds) : nil
  }

  /// The last lines of a plan.
  var lines: [String] {
    var lines: [String]
    switch basis {
    case .reference:
      lines = [cpuLine("as predicted for a reference core")]
    case .timed:
      lines = [cpuLine("by short jobs that were timed on this machine")]
    case .learnt(let jobs):
      lines = [
        cpuSeconds.map {
          "time          \(describeDuration($0)) one after another, by \(counted(jobs, "job")) "
            + "that \(jobs == 1 ? "is" : "are") done"
        } ?? "time          \(unknownUntilJobsEnd)"
      ]
    }
    if case .timed(let calibration) = basis, let speedup = calibration.speedup {
      lines.append(
        "threads       one a job while jobs wait; with cores to spare the longest job is "
          + String(format: "%.1f times as fast on %d", speedup.factor, speedup.threads))
    }
    lines.append(
      peakMemory > 0
        ? "memory        up to \(describeBytes(peakMemory)) a job"
        : "memory        \(unknownUntilJobsEnd)")
    if kept.each > 0 {
      let all = min(kept.all, Double(Int.max / 2))
      lines.append(
        "weights       up to \(describeBytes(kept.each)) a job, \(describeBytes(Int(all))) of all "
          + "that are not done, kept in the store")
    }
    lines += notes.filter { !$0.isObstacle }.map { "note          \($0.text)" }
    if let wallSeconds {
      let finish = Date().timeIntervalSince1970 + wallSeconds
      lines.append(
        "predicted     \(describeDuration(wallSeconds)) on \(counted(cores, "core")), "
          + "finished by \(describeLocalTime(finish)) if started now")
    } else if cores == 0, cpuSeconds != nil {
      lines.append(
        "predicted     give `cores` for the hosts of the cluster file to see when it ends")
    }
    return lines
  }
}
