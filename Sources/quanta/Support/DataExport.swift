import Foundation
import Reports
import Store
import SweepModel

/// One row a job: facts, parameters, scalars.
struct RunsExport {
  let reader: StoreReader
  let sweep: String

  func write(_ format: ExportCommand.Format) throws {
    let columns = try reader.runColumns(of: sweep)
    guard format == .json else {
      Console.write(CSVText.line(columns.map(\.title)), to: .standardOutput)
      return try reader.forEachRun(of: sweep, columns) { row in
        Console.write(CSVText.line(row.map { $0?.description ?? "" }), to: .standardOutput)
      }
    }
    var rows: [[String: JSONValue]] = []
    try reader.forEachRun(of: sweep, columns) { row in
      var object: [String: JSONValue] = [:]
      for (column, value) in zip(columns, row) {
        object[column.title] = value.map { JSONValue(value: $0) }
      }
      rows.append(object)
    }
    try printJSON(rows)
  }
}

/// One row for each step and column of a curve of every finished job.
struct CurvesExport {
  let results: SweepResults
  let curve: String

  private struct Row: Encodable {
    let job: String
    let parameters: [String: JSONValue]
    let steps: [Int]
    let columns: Int
    let values: [Float]
  }

  func write(_ format: ExportCommand.Format) throws {
    var rows: [Row] = []
    var names: [String] = []
    let axes = results.record.axes
    if format == .csv {
      Console.write(
        CSVText.line(["job"] + axes + ["step", "column", curve]), to: .standardOutput)
    }
    for job in results.jobs where job.state == .done {
      guard let curve = try results.curve(job.job.key, curve) else {
        names = try results.curveNames(job.job.key)
        continue
      }
      names = [self.curve]
      if format == .json {
        rows.append(
          Row(
            job: job.job.key.hex, parameters: jsonObject(job.job.parameters), steps: curve.steps,
            columns: curve.columns, values: curve.values))
      } else {
        writeRows(of: curve, job: job.job, axes: axes)
      }
    }
    guard names.isEmpty || names == [curve] else {
      throw CommandError(
        "no job has a curve \"\(curve)\"", remedy: "there are \(names.joined(separator: ", "))")
    }
    if format == .json { try printJSON(rows) }
  }

  private func writeRows(of curve: Curve, job: Job, axes: [String]) {
    let start = [job.key.hex] + axes.map { job.parameters[$0]?.description ?? "" }
    for (index, step) in curve.steps.enumerated() {
      for (column, value) in curve.row(index).enumerated() {
        Console.write(
          CSVText.line(start + ["\(step)", "\(column)", "\(value)"]), to: .standardOutput)
      }
    }
  }
}
