import SweepModel

extension ScaledRecord {
  /// What every result of *Omnigrok* holds; `bestStands` where a run's best values stand for it.
  static func metrics(unit: String? = nil, bestStands: Bool = false) -> [MetricSpec] {
    [
      .scalar(
        "loss.final", "Test loss after the last step.", title: "Test loss", unit: unit,
        role: .loss(.test)),
      .scalar(
        "loss.min", "Smallest test loss.", title: "Least test loss", unit: unit,
        role: .leastLoss(.test, stands: bestStands)),
      .scalar(
        "accuracy.final", "Test accuracy after the last step, 0 to 1.", role: .accuracy(.test)),
      .scalar(
        "accuracy.max", "Largest test accuracy.",
        role: .largestAccuracy(.test, stands: bestStands)),
      .scalar("train.loss.final", "Training loss after the last step.", role: .loss(.train)),
      .scalar(
        "train.loss.min", "Smallest training loss.",
        role: .leastLoss(.train, stands: bestStands)),
      .scalar(
        "train.accuracy.final", "Training accuracy after the last step.",
        role: .accuracy(.train)),
      .scalar(
        "train.accuracy.max", "Largest training accuracy.",
        role: .largestAccuracy(.train, stands: bestStands)),
      .scalar("norm.initial", "√Σ w² of weights and biases at the start."),
      .scalar("norm.final", "The same after the last step."),
    ] + Milestones.ofAccuracies + [
      .scalar(
        "steps.test.nineTenths", "Steps until test accuracy had nine tenths of its final value."),
      .scalar("parameters", "Trainable parameters N."), .scalar("samples", "Training samples D."),
      .scalar("steps", "Steps done."),
      .curve("loss", "Test loss.", title: "Test loss", unit: unit, role: .loss(.test)),
      .curve("accuracy", "Test accuracy.", role: .accuracy(.test)),
      .curve("train.loss", "Training loss.", role: .loss(.train)),
      .curve("train.accuracy", "Training accuracy.", role: .accuracy(.train)),
      .curve("norm", "√Σ w² of weights and biases."),
    ]
  }
}
