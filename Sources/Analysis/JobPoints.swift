import Fitting
import SweepModel

/// Turns finished jobs into the points of a fit.
struct JobPoints {
  /// The grid's axes, which name points in messages.
  let axes: [String]
  /// A stored curve of a finished job; nil when there is none of that name.
  let curve: (JobKey, String) throws -> Curve?

  /// The points of jobs with results, and what a reader must know of their choice.
  func gather(
    _ done: [JobRecord], for request: FitRequest
  ) throws -> (points: PointCollector<Parameters>, notes: [String]) {
    var collector = PointCollector<Parameters>(request: request)
    guard request.isOfSteps else {
      collect(done, into: &collector)
      return (collector, [])
    }
    let note = try collectSteps(done, into: &collector)
    return (collector, note.map { [$0] } ?? [])
  }

  /// What the bootstrap draws as a whole: the grid point with its seeds, or the run with its steps.
  static func cluster(of record: JobRecord, for request: FitRequest) -> Parameters {
    request.isOfSteps ? record.job.parameters : record.point
  }

  private func collect(_ done: [JobRecord], into collector: inout PointCollector<Parameters>) {
    let request = collector.request
    for record in done {
      let names = request.inputs + [request.y]
      let values = names.map { record.number($0) }
      if let missing = values.firstIndex(of: nil) {
        collector.leaveOut("no value of \(names[missing])")
        continue
      }
      let numbers = values.compactMap(\.self)
      let y = numbers[numbers.count - 1]
      guard collector.admits(x: numbers[0], y: y) else { continue }
      collector.take(
        inputs: numbers.dropLast(), y: y, cluster: Self.cluster(of: record, for: request),
        label: name(record))
    }
  }

  /// Takes the rows of every run's curve; returns a note when they were thinned.
  private func collectSteps(
    _ done: [JobRecord], into collector: inout PointCollector<Parameters>
  ) throws -> String? {
    let request = collector.request
    var found = false
    var longest = 0
    for record in done {
      guard let curve = try curve(record.job.key, request.y) else {
        collector.leaveOut("runs without a curve \(request.y)")
        continue
      }
      guard curve.columns == 1 else {
        throw AnalysisError.notScalarCurve(name: request.y, columns: curve.columns)
      }
      found = true
      let inputs = request.inputs.map { $0 == "step" ? 1 : record.number($0) }
      if let missing = inputs.firstIndex(of: nil) {
        collector.leaveOut("no value of \(request.inputs[missing])")
        continue
      }
      var rows: [(step: Int, value: Double)] = []
      for (step, value) in zip(curve.steps, curve.values) {
        if step == 0 {
          collector.leaveOut("rows at step 0")
        } else if collector.admits(
          x: request.x == "step" ? Double(step) : inputs[0] ?? 0, y: Double(value))
        {
          rows.append((step, Double(value)))
        }
      }
      longest = max(longest, rows.count)
      for row in LogThinning.thin(rows, to: FitAnalysis.rowsPerRun, by: \.step) {
        let numbers = zip(request.inputs, inputs).map { name, value in
          name == "step" ? Double(row.step) : value ?? 0
        }
        collector.take(
          inputs: numbers, y: row.value, cluster: Self.cluster(of: record, for: request),
          label: "step \(row.step) of \(name(record))")
      }
    }
    guard found || done.isEmpty else { throw AnalysisError.unknownCurve(name: request.y) }
    guard longest > FitAnalysis.rowsPerRun else { return nil }
    return
      "Of up to \(longest) rows a run, at most \(FitAnalysis.rowsPerRun) enter the fit, evenly in "
      + "log step; runs, not rows, are resampled."
  }

  private func name(_ record: JobRecord) -> String {
    let label = record.label(axes: axes)
    return label.isEmpty ? "job \(record.job.key.short)" : "\(label) (job \(record.job.key.short))"
  }
}
