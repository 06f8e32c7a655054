public import Kernels

/// A stack of dense layers with an activation between them, whose outputs are logits of classes.
public struct Perceptron: Sendable {
  /// Every layer's weights, `outputs × (inputs + 1)`, the biases in the last column.
  public let weights: [Matrix]
  /// The activation of all layers but the last.
  public let activation: Activation

  /// Names the layers; traps unless each takes what the one before it gives.
  public init(weights: [Matrix], activation: Activation) {
    precondition(!weights.isEmpty, "a perceptron has a layer")
    for (first, second) in zip(weights, weights.dropFirst()) {
      precondition(second.columns == first.rows + 1, "a layer takes what the one before it gives")
    }
    self.weights = weights
    self.activation = activation
  }

  /// Passes inputs, `samples × inputs` without a bias's 1, forward.
  public func pass(_ inputs: Matrix, crew: Crew) -> PerceptronPass {
    precondition(inputs.columns + 1 == weights[0].columns, "the first layer takes other inputs")
    var seen = [Self.withOne(inputs)]
    var points: [Matrix] = []
    for (index, weight) in weights.enumerated() {
      let outputs = crew.product(seen[index], crew.transposed(weight))
      guard index + 1 < weights.count else {
        return PerceptronPass(network: self, inputs: seen, points: points, logits: outputs)
      }
      let values = Matrix(rows: outputs.rows, columns: outputs.columns)
      let whole = 0..<outputs.rows * outputs.stride
      crew.kernels.activate(activation, outputs.buffer, values.buffer, whole)
      points.append(activation.isDifferentiatedFromValue ? values : outputs)
      seen.append(Self.withOne(values))
    }
    preconditionFailure("a perceptron has a layer")
  }

  /// A matrix with a column of ones after its own.
  private static func withOne(_ matrix: Matrix) -> Matrix {
    let result = Matrix(rows: matrix.rows, columns: matrix.columns + 1)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { result[row, column] = matrix[row, column] }
      result[row, matrix.columns] = 1
    }
    return result
  }
}

/// What a perceptron computed of some samples.
public struct PerceptronPass: Sendable {
  /// The network.
  public let network: Perceptron
  /// Every layer's inputs, `samples × (inputs + 1)`, with the bias's 1 last.
  public let inputs: [Matrix]
  /// Where the activations' derivatives are taken, `samples × outputs` each.
  let points: [Matrix]
  /// The last layer's outputs, `samples × classes`.
  public let logits: Matrix

  /// Samples.
  public var count: Int { logits.rows }

  /// The class of each sample's largest logit, the first of equals.
  public var predictions: [Int] {
    (0..<count).map { row in
      (1..<max(1, logits.columns)).reduce(0) { logits[row, $1] > logits[row, $0] ? $1 : $0 }
    }
  }

  /// Cross-entropy of each sample with a label, nats.
  public func losses(_ labels: [Int]) -> [Double] {
    precondition(labels.count == count, "every sample has a label")
    return (0..<count).map { row in
      let others = rivals(row, labels[row]).reduce(0) { $0 + $1.odds }
      return others < 1e-8 ? others * (1 - others / 2) : Elementary.logarithm(1 + others)
    }
  }

  /// The activations of the last hidden layer, `samples × width` without the bias's 1, which
  /// detectors of anomalies look at.
  public var activations: Matrix {
    let last = inputs[inputs.count - 1]
    let result = Matrix(rows: last.rows, columns: last.columns - 1)
    for row in 0..<last.rows {
      for column in 0..<result.columns { result[row, column] = last[row, column] }
    }
    return result
  }

  /// Every class but the label with e^(its logit − the label's), clamped to e^±600.
  private func rivals(_ row: Int, _ label: Int) -> [(label: Int, odds: Double)] {
    (0..<logits.columns).filter { $0 != label }.map {
      let difference = Double(logits[row, $0]) - Double(logits[row, label])
      return ($0, Elementary.exponential(min(600, max(-600, difference))))
    }
  }

  /// What the gradients are of.
  public enum Target: Hashable, Sendable {
    /// The cross-entropy with labels.
    case loss([Int])
    /// The same, each sample's divided by 1 − its label's probability: cosines are the same, and no
    /// loss is too small for single precision.
    case direction([Int])
    /// The difference of the two logits of a network with two classes, which no label's sign flips.
    case margin
  }

  /// Per-sample gradients, those of every layer; the label's own error is minus the sum of the
  /// others', so that it is exact however small the loss.
  public func gradients(of target: Target, crew: Crew) -> SampleGradients {
    var layers: [LayerGradients] = []
    var errors = outputErrors(of: target)
    for index in inputs.indices.reversed() {
      layers.append(LayerGradients(inputs: inputs[index], errors: errors))
      guard index > 0 else { break }
      let weights = network.weights[index]
      let matrix = Matrix(rows: weights.rows, columns: weights.columns - 1)
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns { matrix[row, column] = weights[row, column] }
      }
      errors = crew.product(errors, matrix)
      crew.kernels.differentiate(
        ActivationGradients(
          network.activation, points: points[index - 1].buffer, gradients: errors.buffer),
        0..<errors.rows * errors.stride)
    }
    return SampleGradients(layers.reversed())
  }

  private func outputErrors(of target: Target) -> Matrix {
    let errors = Matrix(rows: count, columns: logits.columns)
    switch target {
    case .margin:
      precondition(logits.columns == 2, "a margin is of two classes")
      for row in 0..<count {
        errors[row, 0] = -1
        errors[row, 1] = 1
      }
    case .loss(let labels), .direction(let labels):
      precondition(labels.count == count, "every sample has a label")
      var isLoss = false
      if case .loss = target { isLoss = true }
      for row in 0..<count {
        let rivals = rivals(row, labels[row])
        let sum = rivals.reduce(0) { $0 + $1.odds }
        let scale = isLoss ? 1 / (1 + sum) : sum > 0 ? 1 / sum : 0
        for rival in rivals { errors[row, rival.label] = Float(rival.odds * scale) }
        errors[row, labels[row]] = Float(-sum * scale)
      }
    }
    return errors
  }
}
