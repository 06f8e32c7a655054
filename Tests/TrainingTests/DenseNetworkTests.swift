import Foundation
import Kernels
import Testing

@testable import Training

@Suite struct DenseNetworkTests {
  static let names = KernelSet.available.map(\.instructionSet)

  private func kernels(_ name: String) throws -> KernelSet {
    try #require(KernelSet.available.first { $0.instructionSet == name })
  }

  @Test(arguments: Activation.allCases, DenseFixture.Loss.allCases)
  func gradients_againstFiniteDifferences_agree(
    activation: Activation, loss: DenseFixture.Loss
  ) {
    let fixture = DenseFixture(activation, loss, scale: 1.5, kernels: .best)
    let found = fixture.passes()
    var reference = DoubleDense(fixture)
    #expect(abs(found - reference.loss()) < 1e-6)
    // A step of 10⁻⁶ leaves an error of about 10⁻¹⁰ in double precision; the gradients themselves
    // are good to about 10⁻⁷.
    let step = 1e-6
    for layer in fixture.network.shape.layers {
      for output in 0..<layer.outputs {
        for input in 0...layer.inputs where (output + input) % 3 == 0 || input == layer.inputs {
          let place = DenseFixture.place(layer, output, input)
          let value = reference.parameters[place]
          reference.parameters[place] = value + step
          let above = reference.loss()
          reference.parameters[place] = value - step
          let slope = (above - reference.loss()) / (2 * step)
          reference.parameters[place] = value
          #expect(abs(slope - Double(fixture.network.group.gradients[place])) < 1e-6)
        }
      }
    }
    for row in 0..<3 {
      for sample in 0..<DenseFixture.samples {
        let place = row * fixture.pass.inputs.stride + sample
        reference.inputs[place] += step
        let above = reference.loss()
        reference.inputs[place] -= 2 * step
        let slope = (above - reference.loss()) / (2 * step)
        reference.inputs[place] += step
        let gradient = fixture.pass.inputGradients.map { Double($0[row, sample]) } ?? .nan
        #expect(abs(slope - gradient) < 1e-6)
      }
    }
  }

  /// Each line: activation, loss, scale, whether the norm is held, 20 losses, then five numbers.
  private func golden() throws -> [[Substring]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/dense.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ") }
  }

  @Test(arguments: names) func training_besidePyTorch_agrees(name: String) throws {
    let lines = try golden()
    #expect(lines.count == 5)
    for line in lines {
      let fixture = DenseFixture(
        try #require(Activation(rawValue: String(line[0]))),
        try #require(DenseFixture.Loss(rawValue: String(line[1]))),
        scale: try #require(Double(line[2])), kernels: try kernels(name))
      let isHeld = line[3] == "1"
      let norm = fixture.network.group.norm
      var found: [Double] = []
      for step in 1...20 {
        found.append(fixture.step(step, decay: isHeld ? 0 : 2))
        if isHeld { fixture.network.group.constrain(norm: norm) }
      }
      let (parameters, layers) = (fixture.network.group.parameters, fixture.network.shape.layers)
      found.append(fixture.network.group.norm)
      found.append(Double(parameters[DenseFixture.place(layers[0], 0, 0)]))
      found.append(Double(parameters[DenseFixture.place(layers[0], 19, 2)]))
      found.append(Double(parameters[DenseFixture.place(layers[2], 4, 17)]))
      found.append(Double(fixture.inputs.parameters[2 * fixture.pass.inputs.stride + 17]))
      let expected = try line[4...].map { try #require(Double($0)) }
      #expect(found.count == expected.count)
      for (index, pair) in zip(found, expected).enumerated() {
        // PyTorch ran in double precision; Adam's first steps amplify what rounding leaves of small
        // gradients.
        #expect(
          abs(pair.0 - pair.1) < 2e-5 * max(1, abs(pair.1)), "\(line[...3]), number \(index)")
      }
    }
  }

  @Test(arguments: Activation.allCases, DenseFixture.Loss.allCases)
  func training_onAnySetAndThreads_givesTheSameBits(
    activation: Activation, loss: DenseFixture.Loss
  ) {
    func trained(_ kernels: KernelSet, threads: Int) -> [UInt32] {
      let fixture = DenseFixture(
        activation, loss, scale: 1, kernels: kernels, threads: threads)
      for step in 1...5 { _ = fixture.step(step, decay: 0.1) }
      let group = fixture.network.group
      return [group.parameters, group.gradients, group.secondMoments].flatMap {
        $0.elements(0..<$0.count).map(\.bitPattern)
      }
    }
    let expected = trained(.portable, threads: 1)
    for kernels in KernelSet.available {
      for threads in 1...3 {
        #expect(
          trained(kernels, threads: threads) == expected,
          "\(kernels.instructionSet), \(threads) threads")
      }
    }
  }

  @Test func training_overManySteps_leavesPaddingZero() {
    let fixture = DenseFixture(.sigmoid, .crossEntropy, scale: 1, kernels: .best)
    for step in 1...5 { _ = fixture.step(step, decay: 0.1) }
    let shape = fixture.network.shape
    let used = Set(
      shape.layers.flatMap { layer in
        (0..<layer.outputs).flatMap { output in
          (0...layer.inputs).map { DenseFixture.place(layer, output, $0) }
        }
      })
    #expect(used.count == shape.parameterCount)
    let parameters = fixture.network.group.parameters
    #expect((0..<parameters.count).allSatisfy { used.contains($0) || parameters[$0] == 0 })
  }

  @Test func initialisation_ofEveryLayer_isUniformWithinItsScaledBound() {
    let network = DenseNetwork(
      shape: DenseShape(inputs: 30, widths: [200, 50], activation: .tanh), kernels: .best)
    network.initialise(RandomStream(seed: 3, stream: 1), scale: 4)
    for layer in network.shape.layers {
      let bound = 4 / Float(layer.inputs).squareRoot()
      let values = (0..<layer.outputs).flatMap { output in
        (0...layer.inputs).map { network.group.parameters[DenseFixture.place(layer, output, $0)] }
      }
      let square = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
      #expect(values.allSatisfy { abs($0) <= bound })
      // Five standard errors of the mean square of uniform numbers.
      let error = 5 * 0.9 / Float(values.count).squareRoot()
      #expect(abs(square / (bound * bound / 3) - 1) < error)
    }
  }

  @Test func hits_ofOutputs_countTheLargestAndTheFirstOfEqualOnes() {
    let outputs = Matrix(rows: 3, columns: 20)
    let labels = Buffer<Int32>(count: 32)
    for sample in 0..<20 {
      outputs[sample % 3, sample] = -1
      labels[sample] = Int32(sample % 2)
    }
    // The first of the rows that are 0: 1 for samples 0, 3, …, else 0.
    let expected = (0..<20).count { ($0 % 3 == 0 ? 1 : 0) == $0 % 2 }
    #expect(DenseLoss(outputs: outputs, gradients: nil, count: 20).hits(labels: labels) == expected)
    #expect(DenseLoss(outputs: outputs, gradients: nil, count: 1).hits(labels: labels) == 0)
  }
}
