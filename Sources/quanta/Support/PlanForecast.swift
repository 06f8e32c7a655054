import Foundation
import Kernels
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
  /// What the estimates rest on; nil for a reference core.
  let calibration: Calibration?

  /// - Parameters:
  ///   - open: The estimates of jobs that are not done.
  ///   - weight: How many jobs each of them stands for.
  ///   - largest: Memory of the largest job, done or not, bytes.
  ///   - calibration: What has scaled the estimates, if anything has.
  init(
    open: [JobEstimate], weight: Double = 1, largest: Int, hosts: [HostSpec],
    calibration: Calibration? = nil
  ) {
    let cores = hosts.reduce(0) { sum, host in
      sum + (host.cores ?? (host.access == .local ? Self.localCores : 0))
    }
    self.cores = cores
    self.calibration = calibration
    cpuSeconds = weight * open.reduce(0) { $0 + $1.cpuSeconds }
    longestSeconds =
      open.map { estimate in
        let threads = max(1, min(estimate.usefulThreads, cores))
        return estimate.cpuSeconds / (calibration?.speedup(threads: threads) ?? Double(threads))
      }.max() ?? 0
    peakMemory = largest
  }

  /// Cores of this machine; a host whose cluster entry states no cores counts with none.
  static var localCores: Int { MachineLimits.current.cores }

  /// All cores busy, but never less than the longest job; nil when the hosts state no cores.
  var wallSeconds: Double? {
    cores > 0 ? max(cpuSeconds / Double(cores), longestSeconds) : nil
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
    if let wallSeconds {
      let finish = Date().timeIntervalSince1970 + wallSeconds
      lines.append(
        "predicted     \(describeDuration(wallSeconds)) on \(counted(cores, "core")), "
          + "finished by \(describeLocalTime(finish)) if started now")
    } else {
      lines.append(
        "predicted     give `cores` for the hosts of the cluster file to see when it ends")
    }
    return lines
  }
}
