import Foundation
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

  /// - Parameters:
  ///   - open: The estimates of jobs that are not done.
  ///   - weight: How many jobs each of them stands for.
  ///   - largest: Memory of the largest job, done or not, bytes.
  init(open: [JobEstimate], weight: Double = 1, largest: Int, hosts: [HostSpec]) {
    let cores = hosts.reduce(0) { sum, host in
      sum
        + (host.cores ?? (host.access == .local ? ProcessInfo.processInfo.activeProcessorCount : 0))
    }
    self.cores = cores
    cpuSeconds = weight * open.reduce(0) { $0 + $1.cpuSeconds }
    longestSeconds =
      open.map { $0.cpuSeconds / Double(max(1, min($0.usefulThreads, cores))) }.max() ?? 0
    peakMemory = largest
  }

  /// All cores busy, but never less than the longest job; nil when the hosts state no cores.
  var wallSeconds: Double? {
    cores > 0 ? max(cpuSeconds / Double(cores), longestSeconds) : nil
  }

  /// The last lines of a plan.
  var lines: [String] {
    var lines = [
      "CPU time      \(describeDuration(cpuSeconds)) on one thread of this kind of core",
      "memory        up to \(describeBytes(peakMemory)) a job",
    ]
    if let wallSeconds {
      let finish = Date().timeIntervalSince1970 + wallSeconds
      lines.append(
        "predicted     \(describeDuration(wallSeconds)) on \(cores) cores, "
          + "finished by \(describeTime(finish)) if started now")
    } else {
      lines.append(
        "predicted     give `cores` for the hosts of the cluster file to see when it ends")
    }
    return lines
  }
}
