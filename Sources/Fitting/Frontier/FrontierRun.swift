/// A measurement from which compute-optimal sizes are found: one training run, or a checkpoint of one.
public struct FrontierRun: Hashable, Sendable {
  /// N.
  public let parameters: Double
  /// D, training samples up to here.
  public let samples: Double
  /// The metric.
  public let y: Double
  /// What it is a checkpoint of: a run, or a size.
  public let run: Int
  /// The budget that it was planned for; nil takes C = 6·N·D.
  public let budget: Double?

  /// C = 6·N·D, FLOP.
  public var compute: Double { 6 * parameters * samples }

  /// Creates a measurement.
  public init(parameters: Double, samples: Double, y: Double, run: Int, budget: Double? = nil) {
    self.parameters = parameters
    self.samples = samples
    self.y = y
    self.run = run
    self.budget = budget
  }
}

/// The ways of Hoffmann et al. 2022, arXiv:2203.15556, section 3, to compute-optimal sizes.
public enum FrontierApproach: String, Hashable, Sendable, CaseIterable {
  /// The lower envelope of the learning curves of several sizes.
  case envelope
  /// Parabolas through runs of equal compute.
  case isoFlop = "isoflop"
  /// E + A·N^-alpha + B·D^-beta.
  case parametric
}

/// What one approach says: N*(C) ∝ C^a, D*(C) ∝ C^b, and the metric at the optimum.
public struct FrontierAnswer: Hashable, Sendable {
  /// The exponent of N*.
  public let a: Estimate
  /// The exponent of D*.
  public let b: Estimate
  /// One for each budget that was asked for, in order.
  public let optima: [Optimum]
  /// What the laws go through: the optima that were found in the data; empty for a parametric fit.
  public let found: [Found]
  /// Measurements that took part.
  public let pointCount: Int
  /// How it was done and what qualifies it; full sentences.
  public let notes: [String]

  /// The optimum of a budget.
  public struct Optimum: Hashable, Sendable {
    /// C, FLOP.
    public let budget: Double
    /// N*.
    public let parameters: Estimate
    /// D*.
    public let samples: Estimate
    /// The metric there; nil where the optima that were found are too few for a law.
    public let y: Estimate?
  }

  /// An optimum in the data.
  public struct Found: Hashable, Sendable {
    /// C.
    public let budget: Double
    /// N*.
    public let parameters: Double
    /// D*.
    public let samples: Double
    /// The metric.
    public let y: Double
  }
}
