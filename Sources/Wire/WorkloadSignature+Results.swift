import Basics
public import SweepModel

// What may travel as a result: both ends look.

extension WorkloadSignature {
  /// What keeps a result from being one of this workload's, such as `lacks loss.final`; nil when it
  /// holds all that every job records. Jobs end without a result when their loss is no number.
  public func defect(of result: JobResult) -> String? {
    defect(of: result, keeps: keepsWeights)
  }

  /// The same of a job that may be another sweep's of this workload: what it keeps is said by its
  /// parameters, where they are not a program's own.
  public func defect(of result: JobResult, ofJobWith parameters: Parameters) -> String? {
    defect(
      of: result, keeps: name != CommandSpec.workload && WeightRule(parameters) != nil)
  }

  private func defect(of result: JobResult, keeps: Bool) -> String? {
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
    return Self.defect(of: result.weights, keeps: keeps)
  }

  private static func defect(of weights: [WeightSnapshot], keeps: Bool) -> String? {
    guard keeps else { return weights.isEmpty ? nil : "brings weights that nobody keeps" }
    guard !weights.isEmpty else { return "lacks the weights that the sweep keeps" }
    guard zip(weights, weights.dropFirst()).allSatisfy({ $0.step < $1.step }) else {
      return "brings weights whose steps do not ascend"
    }
    for snapshot in weights {
      do throws(ByteDamage) {
        try Safetensors.check(snapshot.content ?? [])
      } catch {
        return "brings weights after step \(snapshot.step) that cannot be read: \(error)"
      }
    }
    return nil
  }
}
