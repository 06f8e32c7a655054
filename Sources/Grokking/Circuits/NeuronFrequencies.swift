/// Which frequency each unit of a perceptron follows, over all pairs of inputs.
public struct NeuronFrequencies: Sendable, Hashable {
  /// The share of its energy above which a unit counts as one of its frequency; the published value.
  public static let publishedThreshold = 0.85

  /// One unit.
  public struct Neuron: Sendable, Hashable {
    /// The frequency that explains most, 1 … (p − 1)/2.
    public let frequency: Int
    /// Energy in the eight terms of that frequency over all energy but the mean's; 0 of a unit that never
    /// changes.
    public let share: Double
  }

  /// The units in their order.
  public let neurons: [Neuron]
  /// The share above which one counts.
  public let threshold: Double

  /// The units that count.
  public var clear: [Neuron] { neurons.filter { $0.share > threshold } }

  /// The frequencies of units that count, ascending. (The published program takes those of all units:
  /// one stray unit then adds a frequency.)
  public var key: [Int] { Set(clear.map(\.frequency)).sorted() }

  /// Examines the units' outputs for all pairs, `p² × units`, pair (x, y) in row x·p + y.
  ///
  /// Of frequency k count the eight products of {constant, cos, sin} in x and in y but the constant
  /// (arXiv:2301.05217, appendix C).
  public init(
    _ outputs: RealMatrix, _ basis: FourierBasis, threshold: Double = publishedThreshold
  ) {
    self.threshold = threshold
    let p = basis.modulus
    precondition(outputs.rows == p * p, "one row a pair")
    let rows = basis.rows
    neurons = (0..<outputs.columns).map { unit in
      var grid = RealMatrix(rows: p, columns: p)
      for x in 0..<p { for y in 0..<p { grid[x, y] = outputs[x * p + y, unit] } }
      // Component of y down, x across; then component of x down, that of y across.
      let half = rows.timesTransposed(grid)
      let energy = rows.timesTransposed(half)
      return Self.neuron(energy, basis)
    }
  }

  private static func neuron(_ components: RealMatrix, _ basis: FourierBasis) -> Neuron {
    let constant = components[0, 0]
    let total = components.squareSum - constant * constant
    var best = Neuron(frequency: 1, share: 0)
    guard total > 1e-24 * max(1, components.squareSum) else { return best }
    for frequency in basis.frequencies {
      let places = [0, 2 * frequency - 1, 2 * frequency]
      var energy = -constant * constant
      for row in places {
        for column in places { energy += components[row, column] * components[row, column] }
      }
      if energy / total > best.share { best = Neuron(frequency: frequency, share: energy / total) }
    }
    return best
  }
}
