import SweepModel

extension ScaledRecord {
  /// What every result of *Omnigrok* holds.
  static var descriptions: [MetricSpec] {
    [
      .scalar("loss.final", "Test loss after the last step."),
      .scalar("loss.min", "Smallest test loss."),
      .scalar("accuracy.final", "Test accuracy after the last step, 0 to 1."),
      .scalar("accuracy.max", "Largest test accuracy."),
      .scalar("train.loss.final", "Training loss after the last step."),
      .scalar("train.loss.min", "Smallest training loss."),
      .scalar("train.accuracy.final", "Training accuracy after the last step."),
      .scalar("train.accuracy.max", "Largest training accuracy."),
      .scalar("norm.initial", "√Σ w² of weights and biases at the start."),
      .scalar("norm.final", "The same after the last step."),
    ] + Milestones.metrics("train", "training accuracy")
      + Milestones.metrics("test", "test accuracy") + [
        .scalar(
          "steps.test.nineTenths", "Steps until test accuracy had nine tenths of its final value."),
        .scalar("parameters", "Trainable parameters N."), .scalar("samples", "Training samples D."),
        .scalar("steps", "Steps done."),
        .curve("loss", "Test loss."), .curve("accuracy", "Test accuracy."),
        .curve("train.loss", "Training loss."), .curve("train.accuracy", "Training accuracy."),
        .curve("norm", "√Σ w² of weights and biases."),
      ]
  }
}
