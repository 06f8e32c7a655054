public import SweepModel

/// A sweep as a reader of the store sees it: its settings and how far it is.
public struct SweepRecord: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The workload of all jobs.
  public let workload: String
  /// The names that vary over the grid, in the file's order.
  public let axes: [String]
  /// Limits for every job.
  public let resources: Resources
  /// Retries for every job.
  public let retries: RetryPolicy
  /// The fits that the file asks for, in its order.
  public let fits: [FitRequest]
  /// Where it came from, enough to parse it again.
  public let source: SweepSource
  /// When it was registered first, seconds since 1970 UTC.
  public let createdAt: Double
  /// When its points or settings last changed, seconds since 1970 UTC.
  public let changedAt: Double
  /// How many of its jobs are in which state.
  public let counts: StateCounts
  /// How many of the done jobs' results are quarantined.
  public let quarantined: Int

  /// The same sweep with other fits: those of a file that has changed since the sweep was stored.
  public func asking(for fits: [FitRequest]) -> SweepRecord {
    SweepRecord(
      name: name, workload: workload, axes: axes, resources: resources, retries: retries,
      fits: fits, source: source, createdAt: createdAt, changedAt: changedAt, counts: counts,
      quarantined: quarantined)
  }
}

/// Numbers of jobs by state.
public struct StateCounts: Hashable, Sendable {
  private var numbers: [JobState: Int]

  /// Creates counts; states that are not named have none.
  public init(_ numbers: [JobState: Int] = [:]) {
    self.numbers = numbers.filter { $0.value != 0 }
  }

  /// The jobs in a state.
  public subscript(state: JobState) -> Int { numbers[state] ?? 0 }

  /// All jobs.
  public var total: Int { numbers.values.reduce(0, +) }
}
