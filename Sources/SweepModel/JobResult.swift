/// What a finished job yields: scalars, curves and, where its sweep keeps them, weights; the same bits
/// wherever it ran on the same instruction set.
public struct JobResult: Hashable, Sendable {
  /// Named numbers in the workload's order, such as `loss.final` in bits.
  public let scalars: [Scalar]
  /// Metrics over steps.
  public let curves: [Curve]
  /// The network's parameters after some steps, ascending.
  public let weights: [WeightSnapshot]

  /// One named number.
  public struct Scalar: Hashable, Sendable {
    /// The name, such as `loss.final`.
    public let name: String
    /// The value.
    public let value: Double

    /// Creates a scalar.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Creates a result.
  public init(scalars: [Scalar], curves: [Curve], weights: [WeightSnapshot] = []) {
    self.scalars = scalars
    self.curves = curves
    self.weights = weights
  }

  /// The same result with these weights.
  public func keeping(_ weights: [WeightSnapshot]) -> JobResult {
    JobResult(scalars: scalars, curves: curves, weights: weights)
  }

  /// The value of a scalar.
  public func scalar(_ name: String) -> Double? {
    scalars.first { $0.name == name }?.value
  }

  /// The curve of a name.
  public func curve(_ name: String) -> Curve? {
    curves.first { $0.name == name }
  }
}

/// A metric over steps: `steps.count` rows of `columns` values each.
public struct Curve: Hashable, Sendable {
  /// The name: `loss` (one column, bits) or `loss.subtasks` (one column a subtask, bits).
  public let name: String
  /// The optimiser step of every row, ascending.
  public let steps: [Int]
  /// Values in a row.
  public let columns: Int
  /// Row-major values, `steps.count × columns`.
  public let values: [Float]

  /// Creates a curve; traps unless the shapes agree.
  public init(name: String, steps: [Int], columns: Int = 1, values: [Float]) {
    precondition(values.count == steps.count * columns, "curve \(name): shapes disagree")
    self.name = name
    self.steps = steps
    self.columns = columns
    self.values = values
  }

  /// The values of one row.
  public func row(_ index: Int) -> ArraySlice<Float> {
    values[index * columns..<(index + 1) * columns]
  }
}
