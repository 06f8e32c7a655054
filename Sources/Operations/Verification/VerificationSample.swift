import Findings
package import Store
package import SweepModel

/// A recorded job with where it ran.
package struct RecordedJob {
  package let job: JobRecord
  /// The worker's name in the cluster file of that time.
  package let worker: String
  package let provenance: Provenance
}

/// The recorded jobs that a verification runs again: the same for the same seed and store. Imported results
/// are none of them: who knows on what and with which program they were made.
package struct VerificationSample {
  package let jobs: [RecordedJob]
  /// Results of the sweep that could have been chosen.
  package let recordedCount: Int
  /// Results of the sweep that were imported.
  package let importedCount: Int

  /// A share of the results that count.
  package init(sweep: String, fraction: Double, seed: UInt64, reader: StoreReader) throws {
    let all = try reader.jobs(of: sweep, in: .done).filter(\.hasResult)
    let imported = try reader.imported(in: sweep)
    let recorded = all.filter { !imported.contains($0.job.key) }
    guard !recorded.isEmpty else {
      throw CommandError(
        all.isEmpty
          ? "the sweep \(sweep) has no recorded result to verify"
          : "all results of the sweep \(sweep) were imported, and such are not verified",
        remedy: "`quanta run \(sweep)` records "
          + (all.isEmpty ? "some" : "what is missing; `quanta store discard` makes room for more"))
    }
    let count = max(1, Int((fraction * Double(recorded.count)).rounded(.up)))
    let chosen = recorded.sorted { Self.rank($0, seed) < Self.rank($1, seed) }.prefix(count)
    try self.init(
      Array(chosen), of: recorded.count, imported: all.count - recorded.count, reader)
  }

  /// All results that are quarantined.
  package init(quarantinedIn sweep: String, reader: StoreReader) throws {
    let imported = try reader.imported(in: sweep)
    let all = try reader.jobs(of: sweep, quarantined: true)
    let jobs = all.filter { !imported.contains($0.job.key) }
    guard !jobs.isEmpty else {
      throw CommandError("the sweep \(sweep) has no quarantined result")
    }
    try self.init(jobs, of: jobs.count, imported: all.count - jobs.count, reader)
  }

  private init(
    _ chosen: [JobRecord], of count: Int, imported: Int, _ reader: StoreReader
  ) throws {
    recordedCount = count
    importedCount = imported
    jobs = try chosen.sorted { $0.index < $1.index }.map { job in
      let attempts = try reader.attempts(of: job.job.key)
      guard let accepted = attempts.first(where: { $0.outcome == .accepted }),
        let provenance = accepted.provenance
      else { throw CommandError("the store does not say where job \(job.job.key.short) ran") }
      return RecordedJob(job: job, worker: accepted.worker, provenance: provenance)
    }
  }

  /// A job's place in the seed's order of all jobs; keys are hashes, so any mixing will do.
  private static func rank(_ job: JobRecord, _ seed: UInt64) -> UInt64 {
    let digits = UInt64(job.job.key.hex.prefix(16), radix: 16) ?? 0
    let mixed = (digits ^ (seed &* 0x9E37_79B9_7F4A_7C15)) &* 0xBF58_476D_1CE4_E5B9
    return (mixed ^ (mixed >> 31)) &* 0x94D0_49BB_1331_11EB
  }
}
