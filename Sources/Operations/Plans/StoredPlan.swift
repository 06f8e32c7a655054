import Findings
import Store
import SweepFiles
package import SweepModel
import Workloads

/// The plan of a large sweep that the store holds as the file has it: counted by the store and
/// predicted from an even sample of its jobs, so that a million jobs are planned in an instant.
package struct StoredPlan: Plan {
  /// Sweeps up to this size are planned job by job.
  package static let smallest = 50_000
  /// Jobs of the sample: so many parts of the sweep with so many neighbours each.
  private static let parts = 100
  private static let neighbours = 20
  private static let shown = 40

  private let record: SweepRecord
  private let first: [JobRecord]
  private let sample: [JobRecord]
  private let signature: WorkloadSignature
  private let forecast: PlanForecast
  private let learnt: LearntEstimates?
  private let identity: JobIdentity?

  /// Nil when the sweep is small, the store does not hold it, or holds other points under its name.
  package init?(_ source: SweepSource, hosts: [HostSpec], store directory: String) throws {
    guard let reader = try? StoreReader.open(at: directory),
      let name = try? SweepFile.name(of: source),
      let record = try? reader.sweep(named: name), record.counts.total > Self.smallest,
      record.source.text == source.text, record.source.overrides == source.overrides,
      let signature = WorkloadRegistry.catalog.signature(of: record.workload, in: record.source)
    else { return nil }
    let first = try reader.jobs(of: name, limit: Self.shown)
    // Another version of the workload gives other keys: then nothing that is stored is done.
    guard let job = first.first?.job, JobKey.of(job.parameters, for: signature) == job.key else {
      return nil
    }
    let total = record.counts.total
    let sample = try (0..<Self.parts).flatMap { part in
      try reader.jobs(of: name, offset: part * total / Self.parts, limit: Self.neighbours)
    }
    let open = sample.filter { $0.state != .done }
    let isKnown = signature.estimate(job.parameters).isKnown
    let learnt =
      isKnown
      ? nil
      : try LearntEstimates(
        of: sample.filter { $0.state == .done }.map(\.job), signature, reader.uses)
    let left = Double(total - record.counts[.done])
    self.record = record
    self.first = first
    self.sample = sample
    self.signature = signature
    self.learnt = learnt
    identity = JobIdentity(job.parameters)
    forecast = PlanForecast(
      sample.map { job in
        let stands = job.state == .done ? 0 : left / Double(open.count)
        let parameters = job.job.parameters
        return (learnt?.estimate(parameters) ?? signature.estimate(parameters), stands)
      }, resources: record.resources, hosts: hosts,
      basis: learnt.map { .learnt(jobs: $0.count) } ?? .reference)
  }

  package var text: String {
    let counts = record.counts
    var table = TextTable(
      record.axes + ["STATE"] + SweepPlan.columns(isLearnt: learnt != nil),
      numeric: Set(0..<record.axes.count).union((1...3).map { record.axes.count + $0 }))
    for job in first {
      table.add(
        record.axes.map { job.job.parameters[$0]?.description ?? "" } + [job.state.word]
          + SweepPlan.cells(estimate(job), isLearnt: learnt != nil))
    }
    let lines =
      [
        "\(record.name): \(counts.total) jobs of \(record.workload), \(counts[.done]) done",
        "  axes: \(record.axes.joined(separator: ", "))",
      ] + (identity.map { ["  \($0.text)"] } ?? []) + [
        "", table.text,
        "… \(counts.total - first.count) more jobs (--all plans job by job)", "",
      ] + forecast.lines + ["predicted from an even sample of \(sample.count) jobs"]
    return lines.joined(separator: "\n")
  }

  private func estimate(_ job: JobRecord) -> JobEstimate {
    learnt?.estimate(job.job.parameters) ?? signature.estimate(job.job.parameters)
  }

  package var obstacles: [String] { forecast.obstacles }

  /// As ``SweepPlan/document``, with the sample for rows.
  package var document: SweepPlan.Document {
    SweepPlan.Document(
      sweep: record.name, workload: record.workload, jobs: record.counts.total,
      done: record.counts[.done], cpuSeconds: forecast.cpuSeconds, cores: forecast.cores,
      wallSeconds: forecast.wallSeconds, isSample: true, notes: forecast.notes.map(\.text),
      calibration: nil, speedup: nil,
      rows: sample.map {
        SweepPlan.row(
          $0.job.key, $0.job.parameters, estimate($0),
          isDone: $0.state == .done)
      }, identity: identity)
  }
}
