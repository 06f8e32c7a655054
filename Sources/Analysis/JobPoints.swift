import Basics
import Fitting
import SweepModel

/// Turns jobs into the points of a fit: finished ones into observations, those that failed or
/// were cancelled into upper bounds where a checkpoint holds their last loss.
struct JobPoints {
  /// The sweep's name, for remedies.
  let sweep: String
  /// The grid's axes, which name points in messages.
  let axes: [String]
  /// Whose words remedies use.
  let speaker: FitSettings.Speaker
  /// A stored curve of a finished job; nil when there is none of that name.
  let curve: (JobKey, String) throws -> Curve?
  /// What parameters determine of a result before the job has run.
  let scalar: (String, Parameters) -> Double?
  /// The loss at the last checkpoint of an unfinished job.
  let last: (JobRecord) -> LastMetric?

  /// The points of jobs, and what a reader must know of their choice.
  func gather(
    _ records: [JobRecord], for request: FitRequest
  ) throws -> (points: PointCollector<Parameters>, notes: [String]) {
    let done = records.filter(\.hasResult)
    var collector = PointCollector<Parameters>(
      request: request, speaker: speaker, sweep: sweep)
    guard request.isOfSteps else {
      collect(done, into: &collector)
      let over = records.filter(\.isOver)
      let notes = bound(over, KnownInputs(done: done, scalar: scalar), into: &collector)
      return (collector, notes)
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
        name: record.place(axes: axes))
      collector.label(
        axes.filter { !request.inputs.contains($0) }.map {
          ($0, record.job.parameters[$0]?.description ?? "")
        })
    }
  }

  /// Takes the last losses of jobs that failed or were cancelled for upper bounds; returns what they are.
  private func bound(
    _ over: [JobRecord], _ known: KnownInputs, into collector: inout PointCollector<Parameters>
  ) -> [String] {
    let request = collector.request
    guard request.objective != .leastAbsolute else { return [] }
    var notes: [String] = []
    for record in over {
      let inputs = request.inputs.compactMap { known.value($0, of: record.job.parameters) }
      guard inputs.count == request.inputs.count, let last = last(record),
        request.y == last.name || request.y == "\(last.name).final", last.value > 0,
        collector.admits(x: inputs[0], y: last.value)
      else { continue }
      collector.take(
        inputs: inputs, y: last.value, cluster: Self.cluster(of: record, for: request),
        isUpperBound: true, name: record.place(axes: axes))
      notes.append(
        "Censored: \(record.place(axes: axes)) \(record.state == .cancelled ? "was cancelled" : "failed") with "
          + "\(last), which the fit takes for an upper bound.")
    }
    let rest = notes.count - 10
    return rest > 0 ? notes.prefix(10) + ["And \(counted(rest, "more censored job"))."] : notes
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
          name: record.place(axes: axes, step: row.step))
      }
    }
    guard found || done.isEmpty else { throw AnalysisError.unknownCurve(name: request.y) }
    guard longest > FitAnalysis.rowsPerRun else { return nil }
    return
      "Of up to \(longest) rows a run, at most \(FitAnalysis.rowsPerRun) enter the fit, evenly in "
      + "log step; runs, not rows, are resampled."
  }
}
