import Foundation
import SweepModel
import Workloads

/// A sweep's jobs with what they will need.
struct SweepPlan {
  private let sweep: Sweep
  /// What each job will need, by its place in the sweep.
  private let estimates: [JobEstimate]
  private let done: Set<JobKey>
  /// Jobs of the sweep that are done.
  private let doneCount: Int
  private let calibration: Calibration?
  private let forecast: PlanForecast
  private let label: JobLabel
  /// About so many jobs, evenly spread, stand for all when sizes to be timed are chosen.
  private static let timedJobs = 10_000
  /// An axis of more values shows its first three and its last.
  private static let shownValues = 40

  /// A plan; `calibrates` takes a few seconds to time short jobs on this machine.
  init(
    sweep: Sweep, workload: any Workload.Type, hosts: [HostSpec], done: Set<JobKey>,
    calibrates: Bool
  ) {
    self.sweep = sweep
    self.done = done
    label = JobLabel(sweep.jobs, axes: sweep.axes)
    var estimates = Self.estimates(sweep.jobs, by: workload.signature.estimate)
    let open =
      done.isEmpty
      ? Array(estimates.indices) : estimates.indices.filter { !done.contains(sweep.jobs[$0].key) }
    doneCount = sweep.jobs.count - open.count
    calibration =
      calibrates
      ? Calibration.measure(
        workload,
        jobs: stride(from: 0, to: open.count, by: max(1, open.count / Self.timedJobs))
          .map { (sweep.jobs[open[$0]].parameters, estimates[open[$0]]) },
        cores: PlanForecast.localCores) : nil
    if let calibration { estimates = estimates.map(calibration.calibrated) }
    self.estimates = estimates
    forecast = PlanForecast(
      open: open.map { estimates[$0] },
      largest: sweep.resources.memoryBytes ?? estimates.reduce(0) { max($0, $1.memoryBytes) },
      hosts: hosts, calibration: calibration)
  }

  /// What jobs will need. Seeds change nothing of that, so that neighbours often share it.
  private static func estimates(
    _ jobs: [Job], by estimate: (Parameters) -> JobEstimate
  ) -> [JobEstimate] {
    var estimates: [JobEstimate] = []
    estimates.reserveCapacity(jobs.count)
    var last: (parameters: Parameters, estimate: JobEstimate)?
    for job in jobs {
      var parameters = job.parameters
      if parameters["seed"] != nil { parameters["seed"] = .integer(0) }
      if let last, last.parameters == parameters {
        estimates.append(last.estimate)
      } else {
        let found = estimate(job.parameters)
        last = (parameters, found)
        estimates.append(found)
      }
    }
    return estimates
  }

  // MARK: text

  func text(all: Bool) -> String {
    var lines = [
      "\(sweep.name): \(counted(sweep.jobs.count, "job")) of \(sweep.workload), \(doneCount) done"
    ]
    for axis in sweep.axes { lines.append("  \(axis): \(values(of: axis))") }
    lines.append("")
    lines.append(table(all: all))
    lines.append("")
    lines += forecast.lines
    return lines.joined(separator: "\n")
  }

  private func values(of axis: String) -> String {
    let values = label.values(of: axis)
    let texts = { (values: ArraySlice<Value>) in
      values.map { label.text(of: $0, axis: axis) }.joined(separator: ", ")
    }
    let list =
      values.count <= Self.shownValues
      ? texts(values[...]) : "\(texts(values.prefix(3))) … \(texts(values.suffix(1)))"
    return "\(list)  (\(describeCount(values.count)))"
  }

  /// One row a point; the seeds of a point share it.
  private func table(all: Bool) -> String {
    let axes = sweep.axes.filter { $0 != "seed" }
    var table = TextTable(
      axes + ["JOBS", "DONE", "PARAMETERS N", "SAMPLES D", "CPU TIME EACH"],
      numeric: Set(0..<axes.count + 5))
    let points = points(by: axes)
    for point in all ? points[...] : points.prefix(40) {
      let (job, estimate) = (sweep.jobs[point.first], estimates[point.first])
      table.add(
        axes.map { axis in job.parameters[axis].map { label.text(of: $0, axis: axis) } ?? "" }
          + [
            "\(point.jobs)", "\(point.done)", describeCount(estimate.modelParameters),
            describeCount(estimate.samples), describeDuration(estimate.cpuSeconds),
          ])
    }
    let rest = points.count - 40
    return table.text + (all || rest <= 0 ? "" : "\n… \(rest) more points (--all shows them)")
  }

  /// Jobs that differ in their seed only: the first of them, how many, and how many are done.
  private func points(by axes: [String]) -> [(first: Int, jobs: Int, done: Int)] {
    var points: [(first: Int, jobs: Int, done: Int)] = []
    var places: [[Value?]: Int] = [:]
    var last: (values: [Value?], place: Int)?
    for (index, job) in sweep.jobs.enumerated() {
      let isDone = doneCount > 0 && done.contains(job.key) ? 1 : 0
      let isNext = last.map { last in
        zip(axes, last.values).allSatisfy { job.parameters[$0] == $1 }
      }
      let place: Int
      if let last, isNext == true {
        place = last.place
      } else {
        let values = axes.map { job.parameters[$0] }
        place = places[values] ?? points.count
        if place == points.count {
          places[values] = place
          points.append((index, 0, 0))
        }
        last = (values, place)
      }
      points[place].jobs += 1
      points[place].done += isDone
    }
    return points
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
    Document(
      sweep: sweep.name, workload: sweep.workload, jobs: sweep.jobs.count, done: doneCount,
      cpuSeconds: forecast.cpuSeconds, cores: forecast.cores, wallSeconds: forecast.wallSeconds,
      isSample: false, calibration: calibration?.points, speedup: calibration?.speedup,
      rows: zip(sweep.jobs, estimates).map { job, estimate in
        Self.row(job, estimate, isDone: done.contains(job.key))
      })
  }

  static func row(_ job: Job, _ estimate: JobEstimate, isDone: Bool) -> Document.JobRow {
    Document.JobRow(
      key: job.key.hex, parameters: jsonObject(job.parameters), done: isDone,
      modelParameters: estimate.modelParameters, samples: estimate.samples,
      memoryBytes: estimate.memoryBytes, cpuSeconds: estimate.cpuSeconds)
  }
}
