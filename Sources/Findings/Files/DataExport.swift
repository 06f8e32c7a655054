import Reports
package import Store
import SweepModel

/// One row a job: facts, parameters, scalars.
package struct RunsExport {
  package let reader: StoreReader
  package let sweep: String

  package init(reader: StoreReader, sweep: String) {
    self.reader = reader
    self.sweep = sweep
  }

  package func write(asJSON: Bool, _ write: (String) -> Void) throws {
    let columns = try reader.runColumns(of: sweep)
    guard asJSON else {
      write(CSVText.line(columns.map(\.title)))
      return try reader.forEachRun(of: sweep, columns) { row in
        write(CSVText.line(row.map { $0?.description ?? "" }))
      }
    }
    var rows: [[String: JSONValue]] = []
    let code = columns.firstIndex { $0.content == .parameter(CommandSpec.code) }
    var sources: [String: [String: JSONValue]] = [:]
    try reader.forEachRun(of: sweep, columns) { row in
      var object: [String: JSONValue] = [:]
      for (column, value) in zip(columns, row) {
        object[column.title] = value.map { JSONValue(value: $0) }
      }
      if let code, case .text(let name)? = row[code] {
        let facts = sources[name] ?? facts(ofCode: name)
        sources[name] = facts
        object.merge(facts) { own, _ in own }
      }
      rows.append(object)
    }
    write(try jsonDocument(rows))
  }

  /// Where packed code stood in its repository, as far as that is known.
  private func facts(ofCode name: String) -> [String: JSONValue] {
    guard let hash = DataSet(name: name)?.hash, let source = reader.layout.codeSource(of: hash)
    else { return [:] }
    let facts: [(String, Value?)] = [
      ("commit", source.commit.map(Value.text)), ("branch", source.branch.map(Value.text)),
      ("dirty", source.isDirty.map(Value.flag)),
    ]
    return facts.reduce(into: [:]) { object, fact in
      object["\(CommandSpec.code).\(fact.0)"] = fact.1.map { JSONValue(value: $0) }
    }
  }
}

/// One row for each step and column of a curve of every finished job.
package struct CurvesExport {
  package let results: SweepResults
  package let curve: String

  package init(results: SweepResults, curve: String) {
    self.results = results
    self.curve = curve
  }

  private struct Row: Encodable {
    let job: String
    let parameters: [String: JSONValue]
    let steps: [Int]
    let columns: Int
    let values: [Float]
  }

  package func write(asJSON: Bool, _ write: (String) -> Void) throws {
    var rows: [Row] = []
    var names: [String] = []
    let axes = results.record.axes
    var header: String? = CSVText.line(["job"] + axes + ["step", "column", curve])
    for job in results.jobs where job.state == .done {
      guard let curve = try results.curve(job.job.key, curve) else {
        names = try results.curveNames(job.job.key)
        continue
      }
      names = [self.curve]
      if asJSON {
        rows.append(
          Row(
            job: job.job.key.hex, parameters: jsonObject(job.job.parameters), steps: curve.steps,
            columns: curve.columns, values: curve.values))
      } else {
        if let line = header.take() { write(line) }
        writeRows(of: curve, job: job.job, axes: axes, write)
      }
    }
    guard names.isEmpty || names == [curve] else {
      throw CommandError(
        "no job has a curve \"\(curve)\"", remedy: "there are \(names.joined(separator: ", "))")
    }
    if asJSON {
      write(try jsonDocument(rows))
    } else if let header {
      write(header)
    }
  }

  private func writeRows(
    of curve: Curve, job: Job, axes: [String], _ write: (String) -> Void
  ) {
    let start = [job.key.hex] + axes.map { job.parameters[$0]?.description ?? "" }
    for (index, step) in curve.steps.enumerated() {
      for (column, value) in curve.row(index).enumerated() {
        write(CSVText.line(start + ["\(step)", "\(column)", "\(value)"]))
      }
    }
  }
}
