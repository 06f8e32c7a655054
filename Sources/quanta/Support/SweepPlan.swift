import Foundation
import SweepModel
import Workloads

/// A sweep's jobs with what they will need.
struct SweepPlan {
  private struct Row {
    let job: Job
    let estimate: JobEstimate
    /// Predicted CPU time on one thread, seconds; from measurement where there was one.
    let cpuSeconds: Double
    let isDone: Bool
  }

  private let sweep: Sweep
  private let rows: [Row]
  private let hosts: [HostSpec]
  private let calibration: Calibration?

  /// A plan; `calibrates` takes a few seconds to time short jobs on this machine.
  init(
    sweep: Sweep, workload: any Workload.Type, hosts: [HostSpec], done: Set<JobKey>,
    calibrates: Bool
  ) {
    self.sweep = sweep
    self.hosts = hosts
    let estimates = sweep.jobs.map { workload.signature.estimate($0.parameters) }
    let open = zip(sweep.jobs, estimates).filter { !done.contains($0.0.key) }
    let calibration =
      calibrates
      ? Calibration.measure(
        workload, jobs: open.map { ($0.0.parameters, $0.1) }, cores: Self.localCores) : nil
    self.calibration = calibration
    rows = zip(sweep.jobs, estimates).map { job, estimate in
      let ratio = calibration?.ratio(at: estimate.cpuSeconds) ?? 1
      return Row(
        job: job, estimate: estimate, cpuSeconds: ratio * estimate.cpuSeconds,
        isDone: done.contains(job.key))
    }
  }

  private static var localCores: Int { ProcessInfo.processInfo.activeProcessorCount }

  private var open: [Row] { rows.filter { !$0.isDone } }

  /// Predicted CPU time of what is not done, seconds.
  private var cpuSeconds: Double { open.reduce(0) { $0 + $1.cpuSeconds } }

  /// Cores of this machine; a host whose cluster entry states no cores counts with none.
  private var cores: Int {
    hosts.reduce(0) { sum, host in
      sum
        + (host.cores ?? (host.access == .local ? Self.localCores : 0))
    }
  }

  /// Predicted wall time: all cores busy, but never less than the longest job on its threads.
  private var wallSeconds: Double? {
    guard cores > 0 else { return nil }
    let longest = open.map { $0.cpuSeconds / speedup(of: $0) }.max() ?? 0
    return max(cpuSeconds / Double(cores), longest)
  }

  /// What a job gains from the threads it can use when the cores are its own: as measured for the
  /// longest job, per thread.
  private func speedup(of row: Row) -> Double {
    let threads = max(1, min(row.estimate.usefulThreads, cores))
    guard threads > 1, let measured = calibration?.speedup else { return Double(threads) }
    return max(1, Double(threads) * measured.factor / Double(measured.threads))
  }

  private var peakMemory: Int {
    sweep.resources.memoryBytes ?? rows.map(\.estimate.memoryBytes).max() ?? 0
  }

  // MARK: text

  func text(all: Bool) -> String {
    var lines = [
      "\(sweep.name): \(rows.count) jobs of \(sweep.workload), \(rows.count - open.count) done"
    ]
    for axis in sweep.axes { lines.append("  \(axis): \(values(of: axis))") }
    lines.append("")
    lines.append(table(all: all))
    lines.append("")
    lines.append("CPU time      \(describeDuration(cpuSeconds)) on one thread, \(basis)")
    if let speedup = calibration?.speedup {
      lines.append(
        "threads       one a job while jobs wait; with cores to spare the longest job is "
          + String(format: "%.1f times as fast on %d", speedup.factor, speedup.threads))
    }
    lines.append("memory        up to \(describeBytes(peakMemory)) a job")
    if let wallSeconds {
      let finish = Date().timeIntervalSince1970 + wallSeconds
      lines.append(
        "predicted     \(describeDuration(wallSeconds)) on \(cores) cores, "
          + "finished by \(describeTime(finish)) if started now")
    } else {
      lines.append(
        "predicted     give `cores` for the hosts of the cluster file to see when it ends")
    }
    return lines.joined(separator: "\n")
  }

  private var basis: String {
    calibration == nil
      ? "as predicted for a reference core" : "by short jobs that were timed on this machine"
  }

  private func values(of axis: String) -> String {
    var seen: [Value] = []
    var known: Set<Value> = []
    for row in rows {
      guard let value = row.job.parameters[axis], known.insert(value).inserted else { continue }
      seen.append(value)
    }
    return "\(seen.map(\.description).joined(separator: ", "))  (\(seen.count))"
  }

  /// One row a point; the seeds of a point share it.
  private func table(all: Bool) -> String {
    let axes = sweep.axes.filter { $0 != "seed" }
    var table = TextTable(
      axes + ["JOBS", "DONE", "PARAMETERS N", "SAMPLES D", "CPU TIME EACH"],
      numeric: Set(0..<axes.count + 5))
    var order: [[Value?]] = []
    var points: [[Value?]: [Row]] = [:]
    for row in rows {
      let point = axes.map { row.job.parameters[$0] }
      if points[point] == nil { order.append(point) }
      points[point, default: []].append(row)
    }
    for point in all ? order[...] : order.prefix(40) {
      guard let group = points[point], let first = group.first else { continue }
      table.add(
        point.map { $0?.description ?? "" } + [
          "\(group.count)", "\(group.count(where: \.isDone))",
          describeCount(first.estimate.modelParameters), describeCount(first.estimate.samples),
          describeDuration(first.cpuSeconds),
        ])
    }
    let rest = order.count - 40
    return table.text + (all || rest <= 0 ? "" : "\n… \(rest) more points (--all shows them)")
  }

  // MARK: JSON

  struct Document: Encodable {
    struct JobRow: Encodable {
      let key: String
      let parameters: [String: JSONValue]
      let done: Bool
      let modelParameters: Int
      let samples: Int
      let memoryBytes: Int
      let cpuSeconds: Double
    }
    let sweep: String
    let workload: String
    let jobs: Int
    let done: Int
    let cpuSeconds: Double
    let cores: Int
    let wallSeconds: Double?
    let calibration: [Calibration.Point]?
    let speedup: Calibration.Speedup?
    let rows: [JobRow]
  }

  var document: Document {
    Document(
      sweep: sweep.name, workload: sweep.workload, jobs: rows.count,
      done: rows.count - open.count, cpuSeconds: cpuSeconds, cores: cores,
      wallSeconds: wallSeconds, calibration: calibration?.points,
      speedup: calibration?.speedup,
      rows: rows.map { row in
        Document.JobRow(
          key: row.job.key.hex, parameters: jsonObject(row.job.parameters), done: row.isDone,
          modelParameters: row.estimate.modelParameters, samples: row.estimate.samples,
          memoryBytes: row.estimate.memoryBytes, cpuSeconds: row.cpuSeconds)
      })
  }
}
