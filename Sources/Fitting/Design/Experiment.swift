/// A run that could be made: what it would add to a fit, and what it costs.
public struct Experiment: Hashable, Sendable {
  /// The cluster of its observations, numbered as the points of the fit are: the grid point for
  /// another seed of it, a number of its own for a new scale.
  public let cluster: Int
  /// The inputs of every observation that it brings: one place, or a place for every step.
  public let inputs: [[Double]]
  /// CPU time or any other price, in one unit for all; above 0.
  public let cost: Double

  /// Creates an experiment; `inputs` are finite and above 0, one list for each observation.
  public init(cluster: Int, inputs: [[Double]], cost: Double) {
    self.cluster = cluster
    self.inputs = inputs
    self.cost = cost
  }
}
