import SweepModel

/// Phase maps as one JSON object.
public struct PhaseDocument: Encodable, Sendable {
  private let source: String
  private let maps: [Map]

  /// Takes the maps of a sweep.
  public init(source: String, maps: [PhaseMap]) {
    self.source = source
    self.maps = maps.map(Map.init)
  }

  private struct Map: Encodable {
    let x: String
    let y: String?
    let slice: [String: String]
    let rules: Rules
    let expected: Int
    let missing: [Missing]
    let phases: [Phase: Int]
    let cells: [Cell]

    init(_ map: PhaseMap) {
      (x, y) = (map.x, map.y)
      slice = Dictionary(map.slice.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      rules = Rules(
        trainThreshold: map.rules.trainThreshold, testThreshold: map.rules.testThreshold,
        gap: map.rules.gap, jobsTrainThresholds: map.trainThresholds,
        jobsTestThresholds: map.testThresholds)
      expected = map.completeness.expected
      missing = map.completeness.missing.map(Missing.init)
      phases = Dictionary(
        uniqueKeysWithValues: Phase.allCases.map { ($0, map.count(of: $0)) })
      cells = map.cells.map(Cell.init)
    }
  }

  /// Thresholds that are absent are the jobs' own.
  private struct Rules: Encodable {
    let trainThreshold: Double?
    let testThreshold: Double?
    let gap: Int
    let jobsTrainThresholds: [Double]
    let jobsTestThresholds: [Double]
  }

  private struct Missing: Encodable {
    let job: String
    let point: String
    let reason: String

    init(_ point: MissingPoint) {
      (job, self.point, reason) = (point.key.hex, point.label, point.reason.description)
    }
  }

  private struct Cell: Encodable {
    let x: Double
    let y: Double?
    let phase: Phase?
    let share: Double
    let train: CensoredStep?
    let test: CensoredStep?
    let delay: CensoredStep?
    let runs: [Run]
    let missing: Int

    init(_ cell: PhaseMap.Cell) {
      (x, y, phase, share) = (cell.x, cell.y, cell.phase, cell.share)
      (train, test, delay) = (cell.train, cell.test, cell.delay)
      runs = cell.runs.map(Run.init)
      missing = cell.missing.count
    }
  }

  private struct Run: Encodable {
    let job: String
    let phase: Phase
    let train: CensoredStep
    let test: CensoredStep
    let delay: CensoredStep?

    init(_ run: PhaseMap.Run) {
      (job, phase, train, test, delay) = (run.key.hex, run.phase, run.train, run.test, run.delay)
    }
  }
}
