public import Kernels

/// A multilayer perceptron over a one-hot task and bits, with two logits: its layers and where
/// their parameters stand in one flat vector.
///
/// The vector holds, each padded to whole tiles of 16 units: the first layer's tiles, the hidden
/// layers' tiles, the output weights of class 0 and of class 1, and a vector whose first two lanes
/// are the output biases.
public struct NetworkShape: Hashable, Sendable {
  /// The first layer.
  public let input: SparseInputLayout
  /// Linear layers, at least 2.
  public let depth: Int
  /// The activation between layers.
  public let activation: Activation
  /// Which tasks each of the last ones stands for: the first layer's weights of such a task are the sums
  /// of theirs, and no parameters. So a sample may have several control bits, one a task before these.
  public let sums: [[Int]]

  /// Creates a shape.
  public init(
    input: SparseInputLayout, depth: Int, activation: Activation, sums: [[Int]] = []
  ) {
    precondition(depth >= 2, "a network has at least 2 linear layers")
    precondition(
      sums.joined().allSatisfy { (0..<input.tasks - sums.count).contains($0) },
      "sums are of tasks before them")
    self.input = input
    self.depth = depth
    self.activation = activation
    self.sums = sums
  }

  /// Control bits of an input: tasks that are no sums of others.
  public var controls: Int { input.tasks - sums.count }

  /// Trainable parameters, N = Σ (fan-in + 1)·fan-out over the layers.
  public var parameterCount: Int {
    let width = input.width
    return (controls + input.bits + 1) * width + (depth - 2) * (width + 1) * width
      + 2 * (width + 1)
  }

  /// The rows of a tile of the first layer that hold parameters, by input; the last holds biases.
  var inputRows: [Int] { Array(0..<controls) + Array(input.tasks..<input.tileRows) }
  /// Those of a hidden layer.
  var hiddenRows: [Int] { Array(0..<input.width) + [input.paddedWidth] }
  /// A hidden layer.
  public var hidden: DenseLayer { DenseLayer(width: input.width) }
  /// Layers with an activation: all but the output.
  var activeLayers: Int { depth - 1 }
  /// True when the masks of one rectified layer carry the whole backward pass.
  public var isShallowRectified: Bool { depth == 2 && activation == .relu }

  /// Where layer `layer` (1 for the second) of the hidden ones begins.
  func hiddenOffset(_ layer: Int) -> Int {
    input.tiles * (input.tileStride + (layer - 1) * hidden.tileStride)
  }

  /// Where the output weights of a class begin.
  func outputOffset(class label: Int) -> Int {
    hiddenOffset(depth - 1) + label * input.paddedWidth
  }

  /// Where the vector with the output biases begins.
  var biasOffset: Int { outputOffset(class: 2) }
  /// Floats of the whole vector.
  var vectorCount: Int { biasOffset + 16 }
}
