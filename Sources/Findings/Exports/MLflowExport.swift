import Basics
import Foundation
import Store
import SweepModel

/// A sweep as an experiment of MLflow's file store: a folder a run with its parameters, metrics with
/// steps, and tags.
///
/// Numbers of all precisions read back as they are; those of curves have single precision, as stored.
package struct MLflowExport {
  private let jobs: ExportedJobs

  package init(_ jobs: ExportedJobs) { self.jobs = jobs }

  /// The experiment's number: the same whenever the sweep is exported.
  package var experiment: String {
    "\(100_000_000_000_000_000 + FNV1a(jobs.results.record.name).value % 900_000_000_000_000_000)"
  }

  /// Writes the experiment; the folder is to be called by its number, in the one that MLflow is told.
  package func write(to folder: NewFolder) throws {
    let sweep = jobs.results.record
    let times = (created: milliseconds(sweep.createdAt), changed: milliseconds(sweep.changedAt))
    try folder.write(
      meta([
        ("artifact_location", quoted(address(folder.path))), ("creation_time", "\(times.created)"),
        ("experiment_id", quoted(experiment)), ("last_update_time", "\(times.changed)"),
        ("lifecycle_stage", "active"), ("name", quoted(sweep.name)),
      ]), to: "meta.yaml")
    let sources = jobs.codeSources
    for record in jobs.records {
      let hash = JobCode.hash(of: record.job)
      try write(record, to: folder, code: hash.map { JobCode($0, sources[$0]) })
    }
  }

  /// The run of a job, one for each sweep that has it: MLflow looks for runs in all experiments.
  private func run(of record: JobRecord) -> String {
    var hash = FNV1a(jobs.results.record.name)
    hash.update(Array(record.job.key.hex.utf8)[...])
    return record.job.key.hex.prefix(16) + hash.value.hexadecimal
  }

  private func write(_ record: JobRecord, to folder: NewFolder, code: JobCode?) throws {
    let run = run(of: record)
    let ending = try jobs.ending(of: record)
    let began = ending?.attempt.startedAt ?? jobs.results.record.createdAt
    let ended = milliseconds(ending?.endedAt ?? began)
    let name = jobs.name(of: record)
    let status = record.hasResult ? 3 : record.state == .cancelled ? 5 : 4
    try folder.write(
      meta([
        ("artifact_uri", quoted(address("\(folder.path)/\(run)/artifacts"))),
        ("end_time", "\(ended)"), ("entry_point_name", "''"),
        ("experiment_id", quoted(experiment)), ("lifecycle_stage", "active"),
        ("run_id", quoted(run)), ("run_name", quoted(name)), ("run_uuid", quoted(run)),
        ("source_name", "''"), ("source_type", "4"), ("source_version", "''"),
        ("start_time", "\(milliseconds(began))"), ("status", "\(status)"), ("tags", "[]"),
        ("user_id", "quanta"),
      ]), to: "\(run)/meta.yaml")
    for part in ["artifacts", "metrics", "params", "tags"] {
      try folder.makeFolder("\(run)/\(part)")
    }
    var renamed: [(String, String)] = []
    var keys = MetricKeys()
    for entry in record.job.parameters.entries {
      let key = keys.free(entry.name)
      if key != entry.name { renamed.append(("quanta.parameter.\(key)", entry.name)) }
      try folder.write(Array(entry.value.description.utf8), to: "\(run)/params/\(key)")
    }
    keys = MetricKeys()
    for series in try jobs.series(of: record) {
      let key = keys.free(series.name)
      if key != series.name { renamed.append(("quanta.metric.\(key)", series.name)) }
      try folder.write(lines(series.values, time: ended), to: "\(run)/metrics/\(key)")
    }
    keys = MetricKeys()
    for (name, value) in tags(of: record, name: name, ending?.attempt, code) + renamed {
      try folder.write(Array(value.utf8), to: "\(run)/tags/\(keys.free(name))")
    }
  }

  /// A line a step: the time, the value, the step.
  private func lines(_ values: MetricSeries.Values, time: Int) -> [UInt8] {
    var text = ""
    switch values {
    case .scalar(let value, let step): text = "\(time) \(value) \(step)\n"
    case .curve(let curve, let column):
      for (row, step) in curve.steps.enumerated() {
        text += "\(time) \(Double(curve.values[row * curve.columns + column])) \(step)\n"
      }
    }
    return Array(text.utf8)
  }

  private func tags(
    of record: JobRecord, name: String, _ attempt: AttemptRecord?, _ code: JobCode?
  ) -> [(String, String)] {
    let provenance = attempt?.provenance
    let tags: [(String, String?)] = [
      ("mlflow.runName", name), ("mlflow.user", "quanta"), ("mlflow.source.name", "quanta"),
      ("mlflow.source.type", "LOCAL"), ("quanta.sweep", jobs.results.record.name),
      ("quanta.job", record.job.key.hex), ("quanta.workload", record.job.workload),
      ("quanta.position", "\(record.index)"),
      ("quanta.reason", record.reason.isEmpty ? nil : record.reason),
      ("quanta.host", provenance?.hostname), ("quanta.version", provenance?.version),
      ("quanta.origin", provenance?.origin),
      ("mlflow.source.git.commit", code?.commit), ("mlflow.source.git.branch", code?.branch),
      ("quanta.code.dirty", code?.dirty.map { "\($0)" }),
    ]
    return tags.compactMap { name, value in value.map { (name, $0) } }
  }

  private func milliseconds(_ seconds: Double) -> Int {
    Int(exactly: (seconds * 1000).rounded(.down)) ?? 0
  }

  private func address(_ path: String) -> String { URL(fileURLWithPath: path).absoluteString }

  private func meta(_ entries: [(name: String, value: String)]) -> [UInt8] {
    Array(entries.map { "\($0.name): \($0.value)\n" }.joined().utf8)
  }

  /// A text in YAML's double quotes, all but ASCII escaped.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case " "..."~": quoted.unicodeScalars.append(scalar)
      default: quoted += "\\U" + UInt64(scalar.value).hexadecimal.suffix(8)
      }
    }
    return quoted + "\""
  }
}
