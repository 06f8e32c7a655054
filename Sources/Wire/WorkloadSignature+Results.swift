public import SweepModel

// What may travel as a result: both ends look.

extension WorkloadSignature {
  /// What keeps a result from being one of this workload's, such as `lacks loss.final`; nil when it
  /// holds all that every job records. Jobs end without a result when their loss is no number.
  public func defect(of result: JobResult) -> String? {
    for metric in metrics {
      switch metric.kind {
      case .scalar:
        guard let value = result.scalar(metric.name) else { return "lacks \(metric.name)" }
        let isLoss = metric.name.hasPrefix("loss")
        guard !value.isNaN, value.isFinite || !isLoss else {
          return "gives \(metric.name) as \(value)"
        }
      case .curve:
        guard result.curve(metric.name) != nil else { return "lacks the curve \(metric.name)" }
      }
    }
    return nil
  }
}
