import Store
import SweepModel

/// A sweep as TensorBoard reads it: a folder a job with an event file, and one file for the table of
/// parameters.
///
/// TensorBoard's numbers have single precision: that of curves as they are stored, and of scalars, which
/// stand at the last step, rounded. Every digit of parameters and scalars is in the text ``result``. All
/// events have the time at which the result was recorded.
package struct TensorBoardExport {
  private let jobs: ExportedJobs
  private static let file = "events.out.tfevents.0.quanta"

  package init(_ jobs: ExportedJobs) { self.jobs = jobs }

  /// Writes the files.
  package func write(to folder: NewFolder) throws {
    let records = jobs.records
    let sweep = jobs.results.record
    var metrics: [String] = []
    var known: Set<String> = []
    var names = FileNames()
    let table = HyperparameterTable(records.map(\.job), axes: sweep.axes)
    for record in records {
      let series = try jobs.series(of: record)
      for metric in series {
        if case .scalar = metric.values, known.insert(metric.name).inserted {
          metrics.append(metric.name)
        }
      }
      let name = names.free(jobs.name(of: record))
      try folder.write(
        try content(of: record, series, table, name: name), to: "\(name)/\(Self.file)")
    }
    let time = sweep.createdAt
    var file = EventFile(time: time)
    file.add(
      [table.experiment(name: sweep.name, metrics: metrics, time: time)], step: 0, time: time)
    try folder.write(file.bytes, to: Self.file)
  }

  private func content(
    of record: JobRecord, _ series: [MetricSeries], _ table: HyperparameterTable, name: String
  ) throws -> [UInt8] {
    let ending = try jobs.ending(of: record)
    let began = ending?.attempt.startedAt ?? jobs.results.record.createdAt
    let ended = ending?.endedAt ?? began
    var file = EventFile(time: began)
    file.add([table.start(record.job, group: name, time: began)], step: 0, time: began)
    var steps: [Int: [EventFile.Value]] = [:]
    for metric in series {
      switch metric.values {
      case .scalar(let value, let step):
        steps[step, default: []].append(EventFile.Value(tag: metric.name, .number(Float(value))))
      case .curve(let curve, let column):
        for (row, step) in curve.steps.enumerated() {
          steps[step, default: []].append(
            EventFile.Value(
              tag: metric.name, .number(curve.values[row * curve.columns + column])))
        }
      }
    }
    for (step, values) in steps.sorted(by: { $0.key < $1.key }) {
      file.add(values, step: step, time: ended)
    }
    file.add([try result(of: record)], step: 0, time: ended)
    file.add(
      [table.end(isDone: record.hasResult, time: ended)], step: 0, time: ended)
    return file.bytes
  }

  private struct Result: Encodable {
    let job: String
    let parameters: [String: JSONValue]
    let scalars: [String: Double]
  }

  /// Parameters and scalars as JSON that Markdown shows as it is.
  private func result(of record: JobRecord) throws -> EventFile.Value {
    let result = Result(
      job: record.job.key.hex, parameters: jsonObject(record.job.parameters),
      scalars: Dictionary(record.scalars.map { ($0.name, $0.value) }) { $1 })
    let lines = try jsonText(result).split(separator: "\n").map { "    \($0)" }
    return EventFile.Value(tag: "quanta/result", .text(lines.joined(separator: "\n")))
  }
}
