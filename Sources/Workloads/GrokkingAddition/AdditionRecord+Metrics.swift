import SweepModel

extension AdditionRecord {
  /// What every result holds.
  static let metrics: [MetricSpec] =
    [
      .scalar("loss.final", "Test loss after the last step."),
      .scalar("accuracy.final", "Test accuracy after the last step, 0 to 1."),
      .scalar("train.loss.final", "Training loss after the last step."),
      .scalar("train.accuracy.final", "Training accuracy after the last step."),
      .scalar("rqi.final", "Representation quality index: parallelograms among those possible."),
      .scalar("accuracy.all", "Accuracy on training and test samples together."),
      .scalar("accuracy.predicted", "Accuracy that the embeddings alone predict."),
      .scalar("accuracy.ideal", "Accuracy that the training set allows at best."),
      .scalar("freedom", "Degrees of freedom that the training set's equations leave."),
      .scalar("mode.slowest", "Slowest rate of the effective loss."),
    ] + Milestones.metrics("train", "training accuracy")
    + Milestones.metrics("test", "test accuracy") + Milestones.metrics("rqi", "the RQI") + [
      .scalar("parameters", "Trainable parameters N."), .scalar("samples", "Training samples D."),
      .scalar("steps", "Steps done."),
      .curve("loss", "Test loss."), .curve("accuracy", "Test accuracy."),
      .curve("train.loss", "Training loss."), .curve("train.accuracy", "Training accuracy."),
      .curve("rqi", "Representation quality index."),
      .curve("effective.loss", "The effective loss of the embeddings."),
      .curve("representation", "All embeddings, p × dimension, at log-spaced steps."),
    ]
}
