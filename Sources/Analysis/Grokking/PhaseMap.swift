public import SweepModel

/// The phases of a sweep's runs over one or two axes of its grid, with the delays of
/// generalisation.
public struct PhaseMap: Hashable, Sendable {
  /// What one run has come to.
  public struct Run: Hashable, Sendable {
    /// The job.
    public let key: JobKey
    /// When training accuracy reached its threshold.
    public let train: CensoredStep
    /// When test accuracy reached its threshold.
    public let test: CensoredStep
    /// The phase.
    public let phase: Phase
    /// Steps from the one to the other; a lower bound when the run ended before it generalised, nil
    /// when training accuracy never reached its threshold.
    public var delay: CensoredStep? {
      train.reached ? CensoredStep(test.step - train.step, reached: test.reached) : nil
    }
  }

  /// The runs of one place.
  public struct Cell: Hashable, Sendable {
    /// The place on the first axis.
    public let x: Double
    /// The place on the second; nil in a map of one axis.
    public let y: Double?
    /// The runs with a result, in grid order.
    public let runs: [Run]
    /// Those without, and why.
    public let missing: [MissingPoint]

    /// The phase of most runs, among equally many the one that understands less; nil without runs.
    public var phase: Phase? {
      guard !runs.isEmpty else { return nil }
      return Phase.allCases.reversed().max { count(of: $0) < count(of: $1) }
    }

    /// The runs in a phase.
    public func count(of phase: Phase) -> Int { runs.count { $0.phase == phase } }

    /// The fraction of the runs that are in ``phase``; 0 without runs.
    public var share: Double {
      phase.map { Double(count(of: $0)) / Double(runs.count) } ?? 0
    }

    /// The median step at which training accuracy reached its threshold; nil without runs.
    public var train: CensoredStep? { .median(runs.map(\.train)) }

    /// The median step at which test accuracy reached its threshold; nil without runs.
    public var test: CensoredStep? { .median(runs.map(\.test)) }

    /// The median delay of generalisation, over the runs that learned their training set; nil
    /// without any.
    public var delay: CensoredStep? { .median(runs.compactMap(\.delay)) }
  }

  /// The first axis.
  public let x: String
  /// The second; nil in a map of one axis.
  public let y: String?
  /// The other axes' values; empty when there are none.
  public let slice: [FitGroup.Label]
  /// The places, by ascending y, then x.
  public let cells: [Cell]
  /// What tells the phases apart.
  public let rules: PhaseRules
  /// The training thresholds that the jobs were run with, ascending.
  public let trainThresholds: [Double]
  /// The test thresholds that the jobs were run with, ascending.
  public let testThresholds: [Double]
  /// Whether the map has holes.
  public let completeness: Completeness

  /// Finds the phases of a sweep: one map for each combination of the axes beyond two.
  ///
  /// - Parameters:
  ///   - records: All jobs of the sweep.
  ///   - axes: The grid's axes, in the file's order.
  ///   - milestones: The steps to thresholds that the workload records.
  ///   - x: The first axis; nil chooses as ``GridPlane`` does.
  ///   - y: The second; nil chooses.
  ///   - rules: What tells the phases apart.
  ///   - curve: The look-up of curves, for thresholds that the jobs were not run with.
  /// - Throws: ``AnalysisError``, and whatever the look-up throws.
  public static func maps(
    of records: [JobRecord], axes: [String], milestones: [MilestoneSpec], x: String? = nil,
    y: String? = nil,
    rules: PhaseRules = PhaseRules(), curve: (JobKey, String) throws -> Curve?
  ) throws -> [PhaseMap] {
    guard records.contains(where: \.hasResult) else {
      throw AnalysisError.nothingDone(expected: records.count)
    }
    let planes = try GridPlane.planes(of: records, axes: axes, x: x, y: y, mayTakeSeed: true)
    let goals = try Goals(milestones, done: records.first(where: \.hasResult))
    return try planes.map { try PhaseMap($0, axes: axes, goals, rules: rules, curve: curve) }
  }

  private init(
    _ plane: GridPlane, axes: [String], _ goals: Goals, rules: PhaseRules,
    curve: (JobKey, String) throws -> Curve?
  ) throws {
    (x, y, slice, self.rules) = (plane.x, plane.y, plane.slice, rules)
    completeness = Completeness(records: plane.jobs, axes: axes)
    trainThresholds = Set(plane.jobs.map { goals.train.threshold(of: $0.job) }).sorted()
    testThresholds = Set(plane.jobs.map { goals.test.threshold(of: $0.job) }).sorted()
    cells = try plane.cells.map { cell in
      Cell(
        x: cell.x, y: cell.y,
        runs: try cell.jobs.filter(\.hasResult).map { try Run($0, goals, rules, curve) },
        missing: Completeness(records: cell.jobs, axes: axes).missing)
    }
  }

  /// Cells by their phase; cells without runs are in none.
  public func count(of phase: Phase) -> Int { cells.count { $0.phase == phase } }

  /// `trainNum=45`; empty when the map is the whole grid.
  public var title: String { slice.title }
}

extension PhaseMap {
  /// The two steps that tell phases apart.
  fileprivate struct Goals {
    let train: MilestoneSpec
    let test: MilestoneSpec

    /// Throws where the workload records none.
    init(_ milestones: [MilestoneSpec], done: JobRecord?) throws(AnalysisError) {
      guard let train = milestones.first(where: { $0.samples == .train }),
        let test = milestones.first(where: { $0.samples == .test })
      else {
        throw .unknownQuantity(
          name: "steps to thresholds", available: done?.scalars.map(\.name) ?? [])
      }
      (self.train, self.test) = (train, test)
    }
  }
}

extension PhaseMap.Run {
  fileprivate init(
    _ record: JobRecord, _ goals: PhaseMap.Goals, _ rules: PhaseRules,
    _ curve: (JobKey, String) throws -> Curve?
  ) throws {
    key = record.job.key
    train = try goals.train.step(
      of: record, threshold: rules.trainThreshold, curve: curve)
    test = try goals.test.step(of: record, threshold: rules.testThreshold, curve: curve)
    phase = Phase(train: train, test: test, gap: rules.gap)
  }
}
