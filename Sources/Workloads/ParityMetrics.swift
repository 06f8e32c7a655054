import SweepModel

/// What results of workloads that learn parities hold.
enum ParityMetrics {
  /// In the order in which help prints them.
  static let all: [MetricSpec] = [
    .scalar(
      "loss.final", "Mean test loss after the last step, bits.", title: "Test loss",
      unit: "bits", role: .loss(.test)),
    .scalar("loss.final.se", "Its standard error, bits.", unit: "bits"),
    .scalar(
      "loss.min", "Smallest mean test loss, bits.", title: "Least test loss", unit: "bits",
      role: .leastLoss(.test, stands: false)),
    .scalar("loss.min.step", "The step at which that was."),
    .scalar(
      "accuracy.final", "Test accuracy after the last step, 0 to 1.", role: .accuracy(.test)),
    .scalar("train.loss.final", "Loss of the last batch, bits.", role: .loss(.train)),
    .scalar("subtasks.learned", "Subtasks whose loss is below 0.1 bits."),
    .scalar("parameters", "Trainable parameters N."),
    .scalar("samples", "Distinct training samples D."),
    .scalar("steps", "Steps done."),
    .scalar("stopped.early", "1 if the file asked for early stopping and that happened."),
    .curve(
      "loss", "Mean test loss, bits.", title: "Test loss", unit: "bits", role: .loss(.test)),
    .curve("loss.se", "Its standard error, bits.", unit: "bits"),
    .curve("accuracy", "Test accuracy.", role: .accuracy(.test)),
    .curve("train.loss", "Loss of the batch, bits.", role: .loss(.train)),
    .curve(
      "loss.subtasks", "Every subtask's test loss at log-spaced steps, bits.", unit: "bits",
      role: .partLosses),
    .curve("accuracy.subtasks", "Every subtask's test accuracy at log-spaced steps."),
  ]
}
