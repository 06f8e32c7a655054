public import SweepModel

/// The steps at which a metric reached its threshold, against one axis of a grid.
public struct MilestoneCurve: Hashable, Sendable {
  /// The runs of one place.
  public struct Point: Hashable, Sendable {
    /// The place.
    public let x: Double
    /// One step a run, in grid order; never empty.
    public let steps: [CensoredStep]

    /// The Kaplan–Meier median of the runs.
    public var median: CensoredStep? { .median(steps) }
  }

  /// The metric's word, such as `train`.
  public let name: String
  /// What it is called in figures.
  public let title: String
  /// The threshold that the jobs were run with; nil when they differ or name none.
  public let threshold: Double?
  /// The places with results, ascending.
  public let points: [Point]

  /// The curves of every metric that the jobs of a plane record; empty for a plane of two axes.
  public static func all(of plane: GridPlane, milestones: [MilestoneSpec]) -> [MilestoneCurve] {
    guard plane.y == nil, let done = plane.jobs.first(where: \.hasResult) else { return [] }
    return milestones.filter { $0.step(of: done) != nil }.map { goal in
      let thresholds = Set(plane.jobs.map { $0.job.parameters[goal.threshold]?.number })
      let points = plane.cells.compactMap { cell -> Point? in
        let steps = cell.jobs.filter(\.hasResult).compactMap { goal.step(of: $0) }
        return steps.isEmpty ? nil : Point(x: cell.x, steps: steps)
      }
      return MilestoneCurve(
        name: goal.name, title: goal.title,
        threshold: thresholds.count == 1 ? thresholds.first ?? nil : nil,
        points: points)
    }
  }
}
