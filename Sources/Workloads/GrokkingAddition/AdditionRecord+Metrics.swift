import SweepModel

extension AdditionRecord {
  /// What every result holds.
  static let metrics: [MetricSpec] =
    [
      .scalar(
        "loss.final", "Test loss after the last step.", title: "Test loss", role: .loss(.test)),
      .scalar(
        "accuracy.final", "Test accuracy after the last step, 0 to 1.", role: .accuracy(.test)),
      .scalar("train.loss.final", "Training loss after the last step.", role: .loss(.train)),
      .scalar(
        "train.accuracy.final", "Training accuracy after the last step.",
        role: .accuracy(.train)),
      .scalar("rqi.final", "Representation quality index: parallelograms among those possible."),
      .scalar("accuracy.all", "Accuracy on training and test samples together."),
      .scalar("accuracy.predicted", "Accuracy that the embeddings alone predict."),
      .scalar("accuracy.ideal", "Accuracy that the training set allows at best."),
      .scalar("freedom", "Degrees of freedom that the training set's equations leave."),
      .scalar("mode.slowest", "Slowest rate of the effective loss."),
    ] + Milestones.ofAccuracies
    + Milestones.metrics(
      MilestoneSpec(name: "rqi", title: "RQI", samples: nil, curve: "rqi"), "the RQI") + [
      .scalar("parameters", "Trainable parameters N."), .scalar("samples", "Training samples D."),
      .scalar("steps", "Steps done."),
      .curve("loss", "Test loss.", title: "Test loss", role: .loss(.test)),
      .curve("accuracy", "Test accuracy.", role: .accuracy(.test)),
      .curve("train.loss", "Training loss.", role: .loss(.train)),
      .curve("train.accuracy", "Training accuracy.", role: .accuracy(.train)),
      .curve("rqi", "Representation quality index."),
      .curve("effective.loss", "The effective loss of the embeddings."),
      .curve("representation", "All embeddings, p × dimension, at log-spaced steps."),
    ]
}
