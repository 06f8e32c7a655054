import Basics
import Fitting
public import SweepModel

/// Turns the jobs of a sweep into fits.
///
/// A point of a fit is a job: inputs and y are numbers of its result or parameters, and the jobs of
/// one grid point, which differ in `seed` only, form one cluster of the bootstrap. Where an input is
/// `step`, a point is a row of the curve y and a run is one cluster; a run gives at most ``rowsPerRun``
/// rows, spread evenly in log step, because more rows of one run say nothing new.
public struct FitAnalysis {
  /// Rows of one run's curve that a fit against `step` takes.
  public static let rowsPerRun = 60

  /// The sweep's name.
  public let sweep: String
  /// The grid's axes, which name points in messages and split fits.
  public let axes: [String]
  /// How fits are made.
  public let settings: FitSettings
  let points: JobPoints
  private let titles: QuantityTitles
  private let theory: (String, Parameters) -> TheoreticalExponent?

  /// Creates an analysis.
  ///
  /// - Parameters:
  ///   - sweep: The sweep's name.
  ///   - axes: The names that vary over the grid.
  ///   - settings: How fits are made.
  ///   - titles: Titles of the workload's axes and metrics.
  ///   - theory: The theory's exponent for an axis; a workload's signature has it.
  ///   - scalar: The value of a scalar of the result that parameters determine before a job has run,
  ///     such as `parameters` and `samples`; nil for others.
  ///   - last: The loss at the last checkpoint of an unfinished job.
  ///   - curve: A stored curve of a finished job; nil when there is none of that name.
  public init(
    sweep: String, axes: [String], settings: FitSettings = FitSettings(),
    titles: QuantityTitles = QuantityTitles(),
    theory: @escaping (String, Parameters) -> TheoreticalExponent? = { _, _ in nil },
    scalar: @escaping (String, Parameters) -> Double? = { _, _ in nil },
    last: @escaping (JobRecord) -> LastMetric? = { _ in nil },
    curve: @escaping (JobKey, String) throws -> Curve?
  ) {
    self.sweep = sweep
    self.axes = axes
    self.settings = settings
    self.titles = titles
    self.theory = theory
    self.points = JobPoints(
      sweep: sweep, axes: axes, speaker: settings.speaker, curve: curve, scalar: scalar, last: last)
  }

  /// Does a fit for every group of a sweep's jobs.
  ///
  /// - Parameters:
  ///   - request: What to fit.
  ///   - records: All jobs of the grid, done or not; the holes are stated.
  /// - Throws: ``AnalysisError`` when the request names what no job has, and whatever the curve
  ///   look-up throws. A group that cannot be fitted does not stop the others.
  public func report(_ request: FitRequest, records: [JobRecord]) throws -> FitReport {
    guard records.contains(where: \.hasResult) else {
      throw AnalysisError.nothingDone(expected: records.count)
    }
    let parts = try split(records, by: request.by)
    try checkNames(request, records)
    let groups = try parts.map { labels, members in
      try group(request, labels: labels, records: members).group
    }
    return FitReport(source: sweep, request: request, groups: groups, titles: titles)
  }

  func split(
    _ records: [JobRecord], by names: [String]
  ) throws -> [(labels: [FitGroup.Label], jobs: [JobRecord])] {
    for name in names where !records.contains(where: { $0.job.parameters[name] != nil }) {
      throw AnalysisError.unknownAxis(name: name, available: axes)
    }
    return GridSlices(records, by: names).slices
  }

  func checkNames(_ request: FitRequest, _ records: [JobRecord]) throws(AnalysisError) {
    let done = records.filter(\.hasResult)
    let names = request.isOfSteps ? request.inputs.filter { $0 != "step" } : request.inputs
    for name in names + (request.isOfSteps ? [] : [request.y])
    where !done.contains(where: { $0.number(name) != nil }) {
      let scalars = done[0].scalars.map(\.name)
      let numbers = axes.filter { done[0].job.parameters[$0]?.number != nil }
      throw .unknownQuantity(name: name, available: scalars + numbers)
    }
  }

  /// Fits one group; the numbers of its clusters beside.
  func group(
    _ request: FitRequest, labels: [FitGroup.Label], records: [JobRecord]
  ) throws -> (group: FitGroup, clusters: [Parameters: Int]) {
    let done = records.filter(\.hasResult)
    var (collector, notes) = try points.gather(records, for: request)
    let exponents = Set(records.map { theory(request.x, $0.job.parameters) })
    if exponents.count > 1 {
      notes.append(
        "Theory differs between the points of this fit; split it with \(settings.speaker.split).")
    }
    let group = collector.group(
      labels: labels,
      rules: PointRules(
        rules: [], clusters: request.isOfSteps ? "runs" : "jobs that differ in the seed only"),
      completeness: Completeness(
        records: records.filter { isAsked($0, request) }, axes: axes, last: points.last),
      theory: exponents.count == 1 ? exponents.first ?? nil : nil, notes: notes,
      warnings: seedWarnings(done),
      settings: settings)
    return (group, collector.clusters)
  }

  private func seedWarnings(_ done: [JobRecord]) -> [FitWarning] {
    let seeds = Set(done.compactMap { $0.job.parameters["seed"]?.description }).count
    guard axes.contains("seed"), seeds < 3 else { return [] }
    return [
      FitWarning(
        .fewSeeds,
        "The results are of \(counted(seeds, "seed")), which says little of how runs differ. Add seeds, three "
          + "at least.")
    ]
  }

  /// False for a job that the range of x would leave out anyway, as far as its parameters tell.
  private func isAsked(_ record: JobRecord, _ request: FitRequest) -> Bool {
    guard let range = request.xRange, let x = record.job.parameters[request.x]?.number else {
      return true
    }
    return range.contains(x)
  }
}

extension FitRequest {
  /// True when points are rows of curves.
  var isOfSteps: Bool { inputs.contains("step") }
}
