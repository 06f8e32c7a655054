package import Analysis
import Basics
import Reports
package import Store
import SweepFiles
package import SweepModel
import Workloads

/// A stored sweep with its results, and what can be said of them.
package struct SweepResults {
  package let record: SweepRecord
  package let jobs: [JobRecord]
  private let reader: StoreReader

  /// What is known of this sweep's workload; nil when there is none of its name.
  package let signature: WorkloadSignature?

  /// Reads a sweep's jobs; workloads other than this program's are for tests.
  package init(
    _ record: SweepRecord, reader: StoreReader,
    workloads: WorkloadCatalog? = nil
  ) throws {
    self.record = record
    signature = (workloads ?? WorkloadRegistry.catalog).signature(
      of: record.workload, in: record.source)
    jobs = try reader.jobs(of: record.name)
    self.reader = reader
  }

  package var hasFits: Bool { !record.fits.isEmpty }

  package var hasResults: Bool { jobs.contains(where: \.hasResult) }

  /// Throws where there is nothing to draw or to tell of yet.
  package func checkResults() throws {
    guard !hasResults else { return }
    throw CommandError(
      "no job of \(record.name) is done yet",
      remedy: record.counts[.running] > 0
        ? "`quanta status \(record.name)` shows how it goes"
        : "`quanta resume \(record.name)` runs it")
  }

  /// A stored curve of a job.
  package func curve(_ key: JobKey, _ name: String) throws -> Curve? {
    try reader.curve(of: key, name)
  }

  /// The names of a job's curves.
  func curveNames(_ key: JobKey) throws -> [String] { try reader.curveNames(of: key) }

  /// The weights that a job has kept, without their content.
  package func weights(of key: JobKey) throws -> [WeightSnapshot] { try reader.weights(of: key) }

  /// The file of some weights, checked.
  package func content(of snapshot: WeightSnapshot) throws -> [UInt8] {
    try reader.content(of: snapshot)
  }

  /// Where and by what a job's result was made; nil where it has none.
  func provenance(of key: JobKey) throws -> Provenance? {
    try attempts(of: key).first { $0.outcome == .accepted }?.provenance
  }

  /// Where a packed folder of code stood in its repository; nil where the store does not know.
  func codeSource(of hash: String) -> CodeSource? { reader.layout.codeSource(of: hash) }

  /// The attempts at a job, oldest first.
  func attempts(of key: JobKey) throws -> [AttemptRecord] { try reader.attempts(of: key) }

  /// One line: how the sweep stands.
  package var summary: String {
    let counts = JobState.allCases.compactMap { state -> String? in
      let count = record.counts[state]
      return count > 0 ? "\(count) \(state.word)" : nil
    }
    return
      "\(record.name): \(counts.joined(separator: ", ")) of \(counted(record.counts.total, "job"))"
  }

  /// What to do where programs have ended well and no number was found of some or any; nil elsewhere.
  package var lacksNumbers: String? {
    let done = jobs.filter(\.hasResult)
    let empty = done.filter(\.scalars.isEmpty)
    guard record.workload == CommandSpec.workload, let first = empty.first else { return nil }
    guard empty.count == done.count else {
      return
        "\(record.name): \(empty.count) of \(counted(done.count, "result")) hold no number: "
        + "`quanta explain \(first.job.key.short)` says why; with `metrics: NAME` such jobs fail"
    }
    return
      "\(record.name): no number was found in what its \(done.count == 1 ? "job" : "jobs") printed "
      + "or wrote: let the program append lines such as {\"step\": 10, \"loss\": 1.5} to the file "
      + "$QUANTA_METRICS, or say under \"metrics\" of a sweep file where its numbers are, such as "
      + "{output: 'loss (?<loss>[-+.e0-9]+)'}; `quanta plan FILE --try` shows what is found, "
      + "`quanta store discard all --sweep \(record.name)` has them run again"
  }

  /// What a run that could do no more has left: how many jobs for which reason, and how to list them.
  package var unfinished: String {
    [JobState.setAside, .cancelled].compactMap { state in
      let count = record.counts[state]
      guard count > 0 else { return nil }
      let verb = state == .cancelled ? (count == 1 ? "was cancelled" : "were cancelled") : "failed"
      return
        ([
          "\(counted(count, "job")) \(verb): `quanta jobs \(record.name) "
            + "--state \(state.word)` lists \(count == 1 ? "it" : "them")"
        ] + reasons(of: state))
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The reasons of jobs in a state, equal ones once with their count, the most frequent first.
  private func reasons(of state: JobState) -> [String] {
    let kinds = Dictionary(grouping: jobs.filter { $0.state == state && !$0.reason.isEmpty }) {
      withoutNumbers($0.reason)
    }.values.sorted { ($0.count, $1[0].index) > ($1.count, $0[0].index) }
    let shown = kinds.prefix(10).map { "  \($0.count) × \($0[0].reason)" }
    let rest = kinds.dropFirst(10).reduce(0) { $0 + $1.count }
    return shown + (rest > 0 ? ["  \(rest) × other reasons"] : [])
  }

  /// The loss at the last checkpoint of an unfinished job.
  private func lastMetric(_ job: JobRecord) -> LastMetric? {
    guard let workload = WorkloadRegistry.workload(named: record.workload),
      let bytes = (try? CheckpointFolder(reader.layout).read(job.job.key)) ?? nil
    else { return nil }
    return workload.lastMetric(job.job.parameters, checkpoint: bytes)
  }

  /// Titles of the workload's axes and metrics.
  package var titles: QuantityTitles { QuantityTitles(signature) }

  /// The analysis of this sweep's jobs.
  package func analysis(_ settings: FitSettings = FitSettings()) -> FitAnalysis {
    FitAnalysis(
      sweep: record.name, axes: record.axes, settings: settings, titles: titles,
      theory: { signature?.theory($0, $1) },
      scalar: { signature?.scalar($0, $1) }, last: lastMetric, curve: curve)
  }

  /// Every group of a fit with the runs that could narrow it.
  package func choices(
    _ request: FitRequest, settings: FitSettings = FitSettings(),
    isPending: (JobKey) -> Bool = { _ in false }
  ) throws -> [RunChoice] {
    guard let signature else {
      throw CommandError("unknown workload \(record.workload)")
    }
    let learnt = try jobs.first.flatMap { try learntCosts(of: signature, $0) }
    return try analysis(settings).choices(
      request, records: jobs, cost: { signature.cost($0, learnt) }, isPending: isPending)
  }

  /// What jobs cost by those that are done; nil where the workload says it beforehand.
  private func learntCosts(
    of signature: WorkloadSignature, _ first: JobRecord
  ) throws -> LearntEstimates? {
    guard signature.parameters.admit(first.job.parameters),
      !signature.estimate(first.job.parameters).isKnown
    else { return nil }
    return try LearntEstimates(
      of: jobs.filter { $0.state == .done }.map(\.job), signature, reader.uses)
  }

  /// The fits that the sweep file asks for.
  package func fits(_ settings: FitSettings = FitSettings()) throws -> [FitReport] {
    let analysis = analysis(settings)
    return try record.fits.map { try analysis.report($0, records: jobs) }
  }

  /// The fits as a table, without the messages of failed jobs (``unfinished`` has them); what hinders
  /// them, where there are none.
  package func fitText(_ settings: FitSettings) -> String {
    do {
      return FitTable.text(try fits(settings), showsReasons: false)
    } catch {
      return "no fit: \(error)"
    }
  }

  // MARK: JSON

  package struct Outcome: Encodable {
    package let sweep: String
    package let jobs: Int
    package let states: [String: Int]
    package let fits: [JSONFit]
    /// What `--until` found; absent without it, and where the run was interrupted.
    package let stoppedBecause: String?
  }

  /// How a run ended, for machines.
  package func outcome(_ settings: FitSettings, stoppedBecause: String?) -> Outcome {
    Outcome(
      sweep: record.name, jobs: record.counts.total,
      states: record.statesByWord,
      fits: ((try? fits(settings)) ?? []).flatMap(JSONFit.all), stoppedBecause: stoppedBecause)
  }
}

extension WorkloadCatalog {
  /// The signature of a workload in a sweep that a store or a parser has kept; nil where there is none.
  package func signature(of workload: String, in source: SweepSource) -> WorkloadSignature? {
    guard let entry = self[workload] else { return nil }
    // A file that does not name it keeps nothing: then there is nothing to be read.
    let mayKeep =
      entry.keeping != nil
      && ([source.text] + source.overrides).contains { $0.contains(WeightRule.parameter) }
    guard entry.make != nil || mayKeep else { return entry.signature }
    return SweepFile.terms(of: source).flatMap { (try? signature(for: $0)) ?? nil }
  }
}

extension WorkloadSignature {
  /// The predicted CPU time of a job, seconds; nil for parameters that none can have.
  fileprivate func cost(_ values: Parameters, _ learnt: LearntEstimates?) -> Double? {
    guard parameters.admit(values), validate(values) == nil else { return nil }
    let estimate = estimate(values)
    guard !estimate.isKnown else { return estimate.cpuSeconds }
    return learnt?.cpuSeconds(values)
  }

  /// What parameters determine of a result.
  fileprivate func scalar(_ name: String, _ values: Parameters) -> Double? {
    guard name == "parameters" || name == "samples", parameters.admit(values) else { return nil }
    let estimate = estimate(values)
    guard estimate.isKnown else { return nil }
    return Double(name == "samples" ? estimate.samples : estimate.modelParameters)
  }
}
