public import Kernels

/// A multilayer perceptron of dense layers with biases, and where their parameters stand in one flat
/// vector: each layer's weights, a row an output, then its biases, each padded to whole vectors.
public struct DenseShape: Hashable, Sendable {
  /// Numbers of a sample.
  public let inputs: Int
  /// Outputs of every layer; the last ones are the network's.
  public let widths: [Int]
  /// The activation between layers.
  public let activation: Activation
  /// The layers.
  public let layers: [Layer]

  /// One layer's sizes and places.
  public struct Layer: Hashable, Sendable {
    /// Numbers that go in.
    public let inputs: Int
    /// Numbers that come out.
    public let outputs: Int
    /// Where its weights begin, `outputs` rows of `inputs`, padded.
    let weightOffset: Int
    /// Where its biases begin.
    var biasOffset: Int { weightOffset + outputs * Matrix.padded(inputs) }
    /// Where the next layer begins.
    var end: Int { biasOffset + Matrix.padded(outputs) }
  }

  /// Creates a shape.
  public init(inputs: Int, widths: [Int], activation: Activation) {
    precondition(inputs > 0 && !widths.isEmpty && widths.allSatisfy { $0 > 0 }, "an empty layer")
    self.inputs = inputs
    self.widths = widths
    self.activation = activation
    var layers: [Layer] = []
    for (index, width) in widths.enumerated() {
      layers.append(
        Layer(
          inputs: index == 0 ? inputs : widths[index - 1], outputs: width,
          weightOffset: layers.last?.end ?? 0))
    }
    self.layers = layers
  }

  /// Trainable parameters, N = Σ (fan-in + 1)·fan-out over the layers.
  public var parameterCount: Int { layers.reduce(0) { $0 + ($1.inputs + 1) * $1.outputs } }
  /// Outputs of the network.
  public var outputs: Int { widths[widths.count - 1] }
  /// Floats of the whole vector.
  var vectorCount: Int { layers[layers.count - 1].end }
  /// Multiplications and additions of a training step for one sample: forward, and backward to
  /// weights and inputs.
  public var operationsPerSample: Int {
    6 * layers.reduce(0) { $0 + $1.inputs * $1.outputs }
  }

  /// True for layers whose outputs the backward pass needs as they were before activation.
  func keepsArguments(ofLayer index: Int) -> Bool {
    index < layers.count - 1 && !activation.isDifferentiatedFromValue
  }
}
