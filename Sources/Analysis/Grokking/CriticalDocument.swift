import SweepModel

/// Critical sizes as one JSON object.
public struct CriticalDocument: Encodable, Sendable {
  private let sweep: String
  private let size: String
  private let metric: String
  private let level: Double
  private let by: String?
  private let groups: [Group]
  private let pooled: Pooled?
  private let missing: Int

  /// Takes those of a sweep.
  public init(
    sweep: String, size: String, metric: String, level: Double, by axis: String?,
    _ critical: CriticalSize
  ) {
    (self.sweep, self.size, self.metric, self.level, by) = (sweep, size, metric, level, axis)
    groups = critical.groups.map(Group.init)
    pooled = critical.pooled.map {
      Pooled(
        estimate: $0.estimate, lower: $0.interval.lowerBound, upper: $0.interval.upperBound,
        spread: $0.spread)
    }
    missing = critical.missing
  }

  private struct Pooled: Encodable {
    let estimate: Double
    let lower: Double
    let upper: Double
    let spread: Double
  }

  private struct Group: Encodable {
    let value: String?
    let estimate: Double?
    let below: Double?
    let above: Double?
    let points: [Point]

    init(_ group: CriticalSize.Group) {
      value = group.value?.description
      (estimate, below, above) = (group.estimate, group.below, group.above)
      points = group.points.map { Point(size: $0.size, values: $0.values, fitted: $0.fitted) }
    }
  }

  private struct Point: Encodable {
    let size: Double
    let values: [Double]
    let fitted: Double
  }
}
