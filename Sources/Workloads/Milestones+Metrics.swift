import SweepModel

extension Milestones {
  /// What ``scalars(steps:)`` records of training and test accuracy.
  static let ofAccuracies =
    metrics(
      MilestoneSpec(
        name: "train", title: "training accuracy", samples: .train, curve: "train.accuracy"))
    + metrics(
      MilestoneSpec(name: "test", title: "test accuracy", samples: .test, curve: "accuracy"))

  /// What ``scalars(steps:)`` records of a metric; `what` reached it, where its title will not do.
  static func metrics(_ goal: MilestoneSpec, _ what: String? = nil) -> [MetricSpec] {
    [
      .scalar(
        goal.steps,
        "Steps until \(what ?? goal.title) reached \(goal.threshold); all steps if it has not.",
        role: .milestone(goal)),
      .scalar(goal.reached, "1 if it has, 0 if not."),
    ]
  }
}
