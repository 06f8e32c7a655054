/// What training has come to (*Towards Understanding Grokking*, arXiv:2205.10343, §4.1), by
/// falling understanding.
public enum Phase: String, Hashable, Sendable, CaseIterable, Encodable, CodingKeyRepresentable {
  /// Test accuracy reaches its threshold soon after training accuracy.
  case comprehension
  /// Test accuracy reaches its threshold long after training accuracy.
  case grokking
  /// Training accuracy alone reaches its threshold.
  case memorisation
  /// Training accuracy does not reach its threshold, whatever test accuracy does.
  case confusion

  /// The phase of a run.
  ///
  /// - Parameters:
  ///   - train: When training accuracy reached its threshold.
  ///   - test: When test accuracy reached its threshold.
  ///   - gap: The delay in steps from which on generalisation is late.
  public init(train: CensoredStep, test: CensoredStep, gap: Int) {
    self =
      switch (train.reached, test.reached) {
      case (false, _): .confusion
      case (true, false): .memorisation
      case (true, true): test.step - train.step < gap ? .comprehension : .grokking
      }
  }
}

/// What tells the phases apart.
public struct PhaseRules: Hashable, Sendable {
  /// The published thresholds of training and test accuracy, for jobs that name none.
  public static let published = 0.9

  /// The training accuracy to reach; nil for the one that each job was run with.
  public var trainThreshold: Double?
  /// The test accuracy to reach; nil for the one that each job was run with.
  public var testThreshold: Double?
  /// Steps from one to the other from which on a run groks instead of comprehending; published:
  /// 1 000 (2 000 in the paper's first figure).
  public var gap: Int

  /// Creates rules.
  public init(trainThreshold: Double? = nil, testThreshold: Double? = nil, gap: Int = 1000) {
    self.trainThreshold = trainThreshold
    self.testThreshold = testThreshold
    self.gap = gap
  }
}
