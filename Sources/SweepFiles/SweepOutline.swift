public import SweepModel

/// A checked sweep whose jobs are made one at a time: of a million of them, what is only counted need
/// not be held.
public struct SweepOutline {
  let draft: SweepDraft
  /// The sweep's name, `--set name=` applied.
  public let name: String
  /// Limits for every job.
  public let resources: Resources
  let retries: RetryPolicy
  let fits: [FitRequest]
  let changes: OverrideList
  /// Where the sweep came from, with the overrides that still count.
  let source: SweepSource

  /// The workload of all jobs, as this sweep has it.
  public var signature: WorkloadSignature { draft.signature }

  /// Its name.
  public var workload: String { signature.name }

  /// The names that vary over the grid, in the file's order.
  public var axes: [String] { draft.grid.axisNames }

  /// The grid's points before exclusions, without what `--add` brings; 0 when they are too many.
  public var pointCount: Int { draft.grid.count ?? 0 }

  /// Makes the jobs in grid order. Throws when there are none, too many, two the same, or when one is
  /// incomplete or impossible.
  ///
  /// - Parameter body: Is told the parameters, defaults included, and how to get the job's key, which
  ///   takes about a microsecond and counts for this job alone.
  public func forEachJob(
    _ body: (_ parameters: Parameters, _ key: () -> JobKey) -> Void
  ) throws(FileError) {
    _ = try draft.forEachJob(body)
  }

  /// The sweep with all its jobs.
  func sweep() throws(FileError) -> Sweep {
    let workload = workload
    var jobs: [Job] = []
    jobs.reserveCapacity(min(pointCount, SweepFile.maximumJobs))
    let useful = try draft.forEachJob { parameters, key in
      jobs.append(Job(key: key(), workload: workload, parameters: parameters))
    }
    // An addition that brought no job brings no axis.
    var grid = draft.grid
    grid.additions = useful.sorted().map { draft.grid.additions[$0] }
    return Sweep(
      name: name, workload: workload, axes: grid.axisNames, jobs: jobs, resources: resources,
      retries: retries, fits: fits,
      source: SweepSource(
        origin: source.origin, text: source.text,
        overrides: changes.keeping(additions: useful).texts, data: source.data))
  }
}
