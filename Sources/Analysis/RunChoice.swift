public import Fitting
public import SweepModel

/// A run that could be made of a sweep, as a fit sees it.
public struct RunCandidate: Hashable, Sendable {
  /// Where it comes from.
  public enum Origin: Hashable, Sendable {
    /// The grid asks for it, and it is neither done nor running, nor failed or cancelled.
    case grid(JobKey)
    /// Another seed of a grid point.
    case seed
    /// A new value of this axis.
    case scale(axis: String)
  }

  /// Its parameters.
  public let parameters: Parameters
  /// Where it comes from.
  public let origin: Origin
  /// What it would bring and cost, in seconds of CPU time.
  public let experiment: Experiment
}

/// One group's fit with the runs that could narrow it.
public struct RunChoice {
  /// The fit so far.
  public let group: FitGroup
  /// Runs under way, for which nobody has to decide any more.
  public let pending: [Experiment]
  /// Runs of the grid that may be made, in grid order.
  public let candidates: [RunCandidate]
  /// CPU time of the runs that are done or under way, as predicted, seconds.
  public let spent: Double
  /// Jobs that cannot be judged, because nothing tells their inputs before they have run.
  public let unknown: [JobKey]
  let maker: CandidateMaker
  let members: [JobRecord]

  /// Runs that the grid does not ask for: another seed, a scale between two or beyond the last.
  public var further: [RunCandidate] { maker.further(members) }
}

extension FitAnalysis {
  /// Every group of a fit with the runs that could narrow it.
  ///
  /// - Parameters:
  ///   - request: The fit.
  ///   - records: All jobs of the grid, done or not.
  ///   - isPending: True for a job that has been chosen already; running ones are pending anyway.
  ///   - cost: The predicted CPU time, seconds; nil for parameters that no run can have.
  /// - Throws: ``AnalysisError`` for axes that the grid does not have and numbers that no result has, and what the curve look-up
  ///   throws.
  public func choices(
    _ request: FitRequest, records: [JobRecord], cost: @escaping (Parameters) -> Double?,
    isPending: (JobKey) -> Bool = { _ in false }
  ) throws -> [RunChoice] {
    let slices = try split(records, by: request.by)
    if records.contains(where: \.hasResult) { try checkNames(request, records) }
    return try slices.map { labels, members in
      let done = members.filter(\.hasResult)
      let (group, clusters) = try group(request, labels: labels, records: members)
      var maker = CandidateMaker(
        request: request, axes: axes, cost: cost,
        known: KnownInputs(done: done, scalar: points.scalar), points: group.points,
        clusters: clusters)
      for record in members where record.state == .waiting || record.state == .running {
        maker.add(
          record, isPending: record.state == .running || isPending(record.job.key))
      }
      return RunChoice(
        group: group, pending: maker.pending, candidates: maker.candidates,
        spent: done.reduce(0) { $0 + (cost($1.job.parameters) ?? 0) }
          + maker.pending.reduce(0) { $0 + $1.cost },
        unknown: maker.unknown, maker: maker, members: members)
    }
  }
}
