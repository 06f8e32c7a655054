import Foundation
import SweepModel
import Workloads

/// A sweep's jobs with what they will need.
struct SweepPlan {
  private struct Row {
    let job: Job
    let estimate: JobEstimate
    let isDone: Bool
  }

  private let sweep: Sweep
  private let rows: [Row]
  private let hosts: [HostSpec]
  private let calibration: Calibration?
  private let label: JobLabel
  /// An axis of more values shows its first three and its last.
  private static let shownValues = 40

  /// A plan; `calibrates` takes a few seconds to time short jobs on this machine.
  init(
    sweep: Sweep, workload: any Workload.Type, hosts: [HostSpec], done: Set<JobKey>,
    calibrates: Bool
  ) {
    self.sweep = sweep
    self.hosts = hosts
    label = JobLabel(sweep.jobs, axes: sweep.axes)
    let estimates = sweep.jobs.map { workload.signature.estimate($0.parameters) }
    let open = zip(sweep.jobs, estimates).filter { !done.contains($0.0.key) }
    let calibration =
      calibrates
      ? Calibration.measure(
        workload, jobs: open.map { ($0.0.parameters, $0.1) }, cores: PlanForecast.localCores)
      : nil
    self.calibration = calibration
    rows = zip(sweep.jobs, estimates).map { job, estimate in
      Row(
        job: job, estimate: calibration?.calibrated(estimate) ?? estimate,
        isDone: done.contains(job.key))
    }
  }

  private var open: [Row] { rows.filter { !$0.isDone } }

  private var forecast: PlanForecast {
    PlanForecast(
      open: open.map(\.estimate),
      largest: sweep.resources.memoryBytes ?? rows.map(\.estimate.memoryBytes).max() ?? 0,
      hosts: hosts, calibration: calibration)
  }

  // MARK: text

  func text(all: Bool) -> String {
    var lines = [
      "\(sweep.name): \(counted(rows.count, "job")) of \(sweep.workload), "
        + "\(rows.count - open.count) done"
    ]
    for axis in sweep.axes { lines.append("  \(axis): \(values(of: axis))") }
    lines.append("")
    lines.append(table(all: all))
    lines.append("")
    lines += forecast.lines
    return lines.joined(separator: "\n")
  }

  private func values(of axis: String) -> String {
    var seen: [Value] = []
    var known: Set<Value> = []
    for row in rows {
      guard let value = row.job.parameters[axis], known.insert(value).inserted else { continue }
      seen.append(value)
    }
    let texts = { (values: ArraySlice<Value>) in
      values.map { label.text(of: $0, axis: axis) }.joined(separator: ", ")
    }
    let list =
      seen.count <= Self.shownValues
      ? texts(seen[...]) : "\(texts(seen.prefix(3))) … \(texts(seen.suffix(1)))"
    return "\(list)  (\(describeCount(seen.count)))"
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
        zip(axes, point).map { axis, value in value.map { label.text(of: $0, axis: axis) } ?? "" }
          + [
            "\(group.count)", "\(group.count(where: \.isDone))",
            describeCount(first.estimate.modelParameters), describeCount(first.estimate.samples),
            describeDuration(first.estimate.cpuSeconds),
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
    /// Whether `rows` are an even sample of a large sweep's jobs, from which the times are predicted.
    let isSample: Bool
    let calibration: [Calibration.Point]?
    let speedup: Calibration.Speedup?
    let rows: [JobRow]
  }

  var document: Document {
    let forecast = forecast
    return Document(
      sweep: sweep.name, workload: sweep.workload, jobs: rows.count,
      done: rows.count - open.count, cpuSeconds: forecast.cpuSeconds, cores: forecast.cores,
      wallSeconds: forecast.wallSeconds, isSample: false, calibration: calibration?.points,
      speedup: calibration?.speedup,
      rows: rows.map { Self.row($0.job, $0.estimate, isDone: $0.isDone) })
  }

  static func row(_ job: Job, _ estimate: JobEstimate, isDone: Bool) -> Document.JobRow {
    Document.JobRow(
      key: job.key.hex, parameters: jsonObject(job.parameters), done: isDone,
      modelParameters: estimate.modelParameters, samples: estimate.samples,
      memoryBytes: estimate.memoryBytes, cpuSeconds: estimate.cpuSeconds)
  }
}
