import SweepModel

extension Milestones {
  /// What ``scalars(steps:)`` records of a metric.
  static func metrics(_ name: String, _ title: String) -> [MetricSpec] {
    [
      .scalar(
        "steps.\(name)", "Steps until \(title) reached \(name)Threshold; all steps if it has not."),
      .scalar("steps.\(name).reached", "1 if it has, 0 if not."),
    ]
  }
}
