import Foundation
import Store
import SweepModel

/// One row a job: facts, parameters, scalars.
struct RunsExport {
  let reader: StoreReader
  let sweep: String

  func write(_ format: ExportCommand.Format) throws {
    let columns = try reader.runColumns(of: sweep)
    guard format == .json else {
      Console.print(columns.map { csvField($0.title) }.joined(separator: ","))
      return try reader.forEachRun(of: sweep, columns) { row in
        Console.print(row.map { csvField($0?.description ?? "") }.joined(separator: ","))
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
      Console.print(
        (["job"] + axes + ["step", "column", curve]).map(csvField).joined(separator: ","))
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
    let start = ([job.key.hex] + axes.map { job.parameters[$0]?.description ?? "" })
      .map(csvField).joined(separator: ",")
    for (index, step) in curve.steps.enumerated() {
      for (column, value) in curve.row(index).enumerated() {
        Console.print("\(start),\(step),\(column),\(value)")
      }
    }
  }
}

/// A field of RFC 4180: quoted where it must be.
func csvField(_ text: String) -> String {
  guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
  return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
}
