/// Stops training when the test loss keeps rising, as the published data sweeps do: evaluations
/// after a step count when their loss exceeds that of the evaluation before; ten in a row stop.
public struct EarlyStopping: Hashable, Sendable {
  /// Only evaluations after this step count as rises.
  public let afterStep: Int
  /// Consecutive rises that stop.
  public let patience: Int
  /// Consecutive rises so far.
  public private(set) var rises: Int
  /// The loss of the last evaluation; infinite before the first.
  public private(set) var lastLoss: Double

  /// Creates the rule, or its state at a checkpoint.
  public init(
    afterStep: Int = 4000, patience: Int = 10, rises: Int = 0, lastLoss: Double = .infinity
  ) {
    self.afterStep = afterStep
    self.patience = patience
    self.rises = rises
    self.lastLoss = lastLoss
  }

  /// Takes in an evaluation; true when training shall stop.
  public mutating func shouldStop(step: Int, loss: Double) -> Bool {
    rises = step > afterStep && loss > lastLoss ? rises + 1 : 0
    lastLoss = loss
    return rises >= patience
  }
}
