import Basics
import Findings
package import SweepFiles
package import SweepModel
import Workloads

/// What a sweep will need, for a person and for machines.
package protocol Plan {
  var text: String { get }
  var document: SweepPlan.Document { get }
  /// Why jobs that are left can run nowhere, a sentence each; not in ``text``.
  var obstacles: [String] { get }
}

/// What a sweep's jobs will need, job by job.
package struct SweepPlan: Plan {
  private let name: String
  private let workload: String
  private let tally: PlanTally
  private let calibration: Calibration?
  /// Where nobody can say beforehand what jobs need: what those tell that are done.
  private let learnt: LearntEstimates?
  private let forecast: PlanForecast
  private let label: JobLabel
  /// Nil where jobs are no commands.
  private let identity: JobIdentity?
  /// What a person should know of a command beforehand, a sentence each.
  private let remarks: [String]
  /// About so many jobs, evenly spread, stand for all when sizes to be timed are chosen.
  private static let timedJobs = 10_000
  /// Rows of points in a table that is not whole.
  private static let shownPoints = 40
  /// Jobs in the JSON of a large sweep that is not whole.
  private static let sampledJobs = 2000
  /// An axis of more values shows its first three and its last.
  private static let shownValues = 40

  /// A plan. Throws when jobs are impossible.
  ///
  /// - Parameters:
  ///   - done: Keys of recorded results.
  ///   - calibrates: Whether to take a few seconds to time short jobs of a small sweep on this machine.
  ///   - hasRows: Whether ``document`` will be asked for.
  ///   - isWhole: Whether all points and rows are kept, however many.
  ///   - entries: Tells how jobs are recorded.
  ///   - uses: Tells what jobs took that are done.
  package init(
    _ outline: SweepOutline, hosts: [HostSpec], done: Set<JobKey>, calibrates: Bool, hasRows: Bool,
    isWhole: Bool, entries: ([JobKey]) throws -> [LedgerEntry] = { _ in [] },
    uses: ([JobKey]) throws -> [JobKey: JobUse] = { _ in [:] }
  ) throws {
    let workload = try Operations.workload(named: outline.workload)
    let isSmall = outline.pointCount <= StoredPlan.smallest
    var limits = PlanTally.Limits()
    if !isWhole { limits.shown = Self.shownPoints }
    if hasRows { limits.stride = isWhole || isSmall ? 1 : outline.pointCount / Self.sampledJobs }
    let learnt = try Self.learnt(outline, done, uses)
    limits.keepsOpen = calibrates && isSmall && learnt == nil
    var tally = PlanTally(
      axes: outline.axes, limits: limits,
      estimate: { learnt?.estimate($0) ?? outline.signature.estimate($0) })
    var first: Parameters?
    try outline.forEachJob {
      first = first ?? $0
      tally.add($0, $1, done: done)
    }
    identity = first.flatMap(JobIdentity.init)
    remarks =
      (first.flatMap(UnusedParameters.note).map { [$0] } ?? [])
      + (try first.flatMap { try Self.otherCode(outline, done, $0, entries) }.map { [$0] } ?? [])
    name = outline.name
    self.workload = outline.workload
    self.learnt = learnt
    calibration =
      limits.keepsOpen ? Self.calibration(workload, tally.open) : nil
    forecast = PlanForecast(
      tally.points.map { [calibration] in
        (calibration?.calibrated($0.estimate) ?? $0.estimate, Double($0.open))
      },
      resources: outline.resources, hosts: hosts,
      basis: learnt.map { .learnt(jobs: $0.count) } ?? calibration.map { .timed($0) }
        ?? .reference)
    self.tally = tally
    label = JobLabel(axes: tally.axes, values: tally.values)
  }

  private static func calibration(
    _ workload: any Workload.Type, _ open: [(parameters: Parameters, estimate: JobEstimate)]
  ) -> Calibration? {
    Calibration.measure(
      workload,
      jobs: stride(from: 0, to: open.count, by: max(1, open.count / timedJobs)).map { open[$0] },
      cores: PlanForecast.localCores)
  }

  /// Nil where the workload says what its jobs need.
  private static func learnt(
    _ outline: SweepOutline, _ done: Set<JobKey>, _ uses: ([JobKey]) throws -> [JobKey: JobUse]
  ) throws -> LearntEstimates? {
    var jobs: [Job] = []
    var isKnown: Bool?
    try outline.forEachJob { parameters, key in
      let knows = isKnown ?? outline.signature.estimate(parameters).isKnown
      isKnown = knows
      guard !knows, !done.isEmpty, jobs.count < StoredPlan.smallest else { return }
      let key = key()
      guard done.contains(key) else { return }
      jobs.append(Job(key: key, workload: outline.workload, parameters: parameters))
    }
    guard isKnown == false else { return nil }
    return try LearntEstimates(of: jobs, outline.signature, uses)
  }

  /// What is recorded of other code than would run now, a sentence.
  private static func otherCode(
    _ outline: SweepOutline, _ done: Set<JobKey>, _ first: Parameters,
    _ entries: ([JobKey]) throws -> [LedgerEntry]
  ) throws -> String? {
    guard outline.workload == CommandSpec.workload, !done.isEmpty else { return nil }
    var keys: [JobKey] = []
    try outline.forEachJob { _, key in
      guard keys.count < sampledJobs else { return }
      let key = key()
      if done.contains(key) { keys.append(key) }
    }
    return CodeVersions(results: try entries(keys).map(\.job)).note(beside: first)
  }

  private func calibrated(_ estimate: JobEstimate) -> JobEstimate {
    calibration?.calibrated(estimate) ?? estimate
  }

  // MARK: text

  package var text: String {
    var lines = ["\(name): \(counted(tally.jobs, "job")) of \(workload), \(tally.done) done"]
    for axis in tally.axes { lines.append("  \(axis): \(values(of: axis))") }
    if let identity { lines.append("  \(identity.text)") }
    lines += remarks.map { "  note: \($0)" }
    lines.append("")
    lines.append(table)
    lines.append("")
    lines += forecast.lines
    return lines.joined(separator: "\n")
  }

  package var obstacles: [String] { forecast.obstacles }

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
  private var table: String {
    let axes = tally.axes.filter { $0 != "seed" }
    var table = TextTable(
      axes + ["JOBS", "DONE"] + Self.columns(isLearnt: learnt != nil),
      numeric: Set(0..<axes.count + 5))
    for (parameters, point) in zip(tally.shown, tally.points) {
      let estimate = calibrated(point.estimate)
      table.add(
        axes.map { axis in parameters[axis].map { label.text(of: $0, axis: axis) } ?? "" }
          + ["\(point.jobs)", "\(point.jobs - point.open)"]
          + Self.cells(estimate, isLearnt: learnt != nil))
    }
    let rest = tally.points.count - tally.shown.count
    return table.text
      + (rest == 0
        ? "" : "\n… \(counted(rest, "more point")) (--all shows \(rest == 1 ? "it" : "them"))")
  }

  /// What estimates are about.
  static func columns(isLearnt: Bool) -> [String] {
    isLearnt ? ["MEMORY EACH", "TIME EACH"] : ["PARAMETERS N", "SAMPLES D", "CPU TIME EACH"]
  }

  /// An estimate under ``columns(isLearnt:)``.
  static func cells(_ estimate: JobEstimate, isLearnt: Bool) -> [String] {
    let time = estimate.isKnown ? describeDuration(estimate.cpuSeconds) : "unknown"
    guard isLearnt else {
      return [describeCount(estimate.modelParameters), describeCount(estimate.samples), time]
    }
    return [estimate.memoryBytes > 0 ? describeBytes(estimate.memoryBytes) : "unknown", time]
  }

  // MARK: JSON

  package struct Document: Encodable {
    struct JobRow: Encodable {
      let key: String
      let parameters: [String: JSONValue]
      let done: Bool
      /// Absent, as what follows, where nobody knows them.
      let modelParameters: Int?
      let samples: Int?
      let memoryBytes: Int?
      let cpuSeconds: Double?
      /// Absent where jobs keep no weights.
      let keptBytes: Int?
    }
    let sweep: String
    let workload: String
    let jobs: Int
    let done: Int
    /// Absent where nobody knows it.
    let cpuSeconds: Double?
    let cores: Int
    let wallSeconds: Double?
    /// Whether `rows` are an even sample of a large sweep's jobs.
    let isSample: Bool
    /// What jobs need beyond what the hosts have.
    let notes: [String]
    let calibration: [Calibration.Point]?
    let speedup: Calibration.Speedup?
    let rows: [JobRow]
    /// Absent where jobs are no commands.
    let identity: JobIdentity?
  }

  package var document: Document {
    Document(
      sweep: name, workload: workload, jobs: tally.jobs, done: tally.done,
      cpuSeconds: forecast.cpuSeconds, cores: forecast.cores, wallSeconds: forecast.wallSeconds,
      isSample: tally.rows.count < tally.jobs, notes: forecast.notes.map(\.text) + remarks,
      calibration: calibration?.points, speedup: calibration?.speedup,
      rows: tally.rows.map { row in
        Self.row(row.key, row.parameters, calibrated(row.estimate), isDone: row.isDone)
      }, identity: identity)
  }

  private static func known(_ count: Int) -> Int? { count > 0 ? count : nil }

  static func row(
    _ key: JobKey, _ parameters: Parameters, _ estimate: JobEstimate, isDone: Bool
  ) -> Document.JobRow {
    Document.JobRow(
      key: key.hex, parameters: jsonObject(parameters), done: isDone,
      modelParameters: known(estimate.modelParameters), samples: known(estimate.samples),
      memoryBytes: known(estimate.memoryBytes),
      cpuSeconds: estimate.isKnown ? estimate.cpuSeconds : nil,
      keptBytes: known(estimate.keptBytes))
  }
}
