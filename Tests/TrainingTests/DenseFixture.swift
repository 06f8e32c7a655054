import Kernels

@testable import Training

/// A small network whose numbers are formulas of their place, as in `Tests/Peers/dense_reference.py`.
final class DenseFixture {
  enum Loss: String, CaseIterable { case meanSquare, crossEntropy }

  static let samples = 18
  let network: DenseNetwork
  let pass: DensePass
  let inputs: ParameterGroup
  let targets: Matrix
  let labels = Buffer<Int32>(count: 32)
  let team: ThreadTeam
  let loss: Loss

  init(_ activation: Activation, _ loss: Loss, scale: Double, kernels: KernelSet, threads: Int = 1)
  {
    let shape = DenseShape(inputs: 3, widths: [20, 17, 5], activation: activation)
    network = DenseNetwork(shape: shape, kernels: kernels)
    pass = DensePass(shape: shape, samples: Self.samples, trains: true, inputGradients: true)
    inputs = ParameterGroup(count: pass.inputs.buffer.count)
    targets = Matrix(rows: 5, columns: Self.samples)
    team = ThreadTeam(threads: threads)
    self.loss = loss
    for row in 0..<3 {
      for sample in 0..<Self.samples {
        let value = Float(Self.number(row * Self.samples + sample, block: 1))
        inputs.parameters[row * pass.inputs.stride + sample] = value
      }
    }
    for row in 0..<5 {
      for sample in 0..<Self.samples {
        targets[row, sample] = Float(Self.number(row * Self.samples + sample, block: 2))
      }
    }
    for sample in 0..<Self.samples { labels[sample] = Int32(sample * 7 % 5) }
    fill(scale: scale)
  }

  static func number(_ place: Int, block: Int) -> Double {
    let product = 0.618034 * Double(place + 1 + 100 * block)
    return product - product.rounded(.down) - 0.5
  }

  private func fill(scale: Double) {
    for (index, layer) in network.shape.layers.enumerated() {
      let bound = 2 * scale / Double(layer.inputs).squareRoot()
      for output in 0..<layer.outputs {
        for input in 0...layer.inputs {
          let number = Self.number(output * (layer.inputs + 1) + input, block: 3 + index)
          network.group.parameters[Self.place(layer, output, input)] = Float(number * bound)
        }
      }
    }
  }

  /// The place of a weight, or of a bias, which is input `layer.inputs`.
  static func place(_ layer: DenseShape.Layer, _ output: Int, _ input: Int) -> Int {
    input == layer.inputs
      ? layer.biasOffset + output
      : layer.weightOffset + output * Matrix.padded(layer.inputs) + input
  }

  /// Both passes; returns the loss.
  @discardableResult
  func passes() -> Double {
    let places = 0..<inputs.parameters.count
    for place in places { pass.inputs.buffer[place] = inputs.parameters[place] }
    network.forward(pass, team: team)
    let operands = DenseLoss(
      outputs: pass.outputs, gradients: pass.outputGradients, count: Self.samples)
    let value: Double
    switch loss {
    case .meanSquare: value = operands.meanSquare(targets: targets)
    case .crossEntropy:
      value = operands.crossEntropy(labels: labels, kernels: network.kernels, team: team)
    }
    network.backward(pass, team: team)
    return value
  }

  /// One step with rates and decays of their own for inputs and network; returns the loss before it.
  func step(_ step: Int, decay: Double) -> Double {
    let loss = passes()
    if let gradients = pass.inputGradients {
      for place in 0..<inputs.gradients.count {
        inputs.gradients[place] = gradients.buffer[place]
      }
    }
    func coefficients(_ rate: Double, _ decay: Double) -> AdamWCoefficients {
      AdamWCoefficients(
        step: step, learningRate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
        weightDecay: decay)
    }
    inputs.update(coefficients(0.01, 0.5), kernels: network.kernels, team: team)
    network.group.update(coefficients(0.003, decay), kernels: network.kernels, team: team)
    return loss
  }
}
