import Kernels
import Testing

@testable import Training

@Suite struct BinaryNetworkTests {
  struct Case: Sendable, CustomStringConvertible {
    var depth: Int
    var activation: Activation
    var width: Int
    var sums: [[Int]] = []
    var description: String { "depth \(depth) \(activation) width \(width) sums \(sums)" }
  }

  static let cases = [2, 3, 4].flatMap { depth in
    Activation.allCases.map { Case(depth: depth, activation: $0, width: 9 + 4 * depth) }
      + [Case(depth: depth, activation: .relu, width: 19, sums: [[0, 1], [1]])]
  }

  private func network(_ test: Case, tasks: Int = 4, bits: Int = 9) -> BinaryNetwork {
    let layout = SparseInputLayout(tasks: tasks, bits: bits, width: test.width)
    let network = BinaryNetwork(
      shape: NetworkShape(
        input: layout, depth: test.depth, activation: test.activation, sums: test.sums),
      kernels: .portable)
    network.initialise(RandomStream(seed: 42, stream: 1))
    return network
  }

  private func batch(_ layout: SparseInputLayout, count: Int) -> BinaryBatch {
    let stream = RandomStream(seed: 6, stream: 9)
    let samples = ParitySamples(
      layout: layout, frequencies: AliasTable(weights: (1...layout.tasks).map { 1 / Double($0) }),
      subsets: (0..<layout.tasks).map { [$0 % layout.bits, ($0 + 2) % layout.bits] },
      taskStream: stream, bitStream: RandomStream(seed: 6, stream: 10))
    let batch = BinaryBatch(layout: layout, samples: count, transposed: true)
    let drawing = BatchDrawing(samples: samples, batch: batch, kernels: .portable)
    drawing.choose(count: count, from: 0, through: nil)
    drawing.drawAll()
    return batch
  }

  /// Loss and gradients of the network's own passes.
  private func passes(
    _ network: BinaryNetwork, _ state: PassState, coefficients: AdamWCoefficients? = nil
  ) -> Double {
    let count = state.batch.count
    network.forward(state, samples: 0..<count)
    let sums = network.lossGradients(state, samples: 0..<count, batchCount: count)
    let scratch = network.updateScratch()
    for item in 0..<network.sumItems(state) {
      network.sumGradients(item, state, scratch: scratch)
    }
    for item in 0..<network.updateItems {
      network.update(item, state, coefficients: coefficients, scratch: scratch)
    }
    network.updateBiases(marginGradient: sums.marginGradient, coefficients: coefficients)
    return sums.loss / Double(count)
  }

  /// Every fifth parameter, to keep the unoptimised test short.
  @Test(arguments: cases) func gradients_againstFiniteDifferences_agree(test: Case) {
    let network = network(test)
    let state = PassState(
      shape: network.shape, batch: batch(network.shape.input, count: 19), trains: true)
    let loss = passes(network, state)
    var reference = DoubleNetwork(network)
    #expect(abs(loss - reference.loss(state.batch)) < 1e-6)
    // A step of 10⁻⁶ moves no unit across a kink with noticeable probability, and leaves an error
    // of about 10⁻¹⁰ in double precision; the gradients themselves are good to about 10⁻⁷.
    let step = 1e-6
    var worst = 0.0
    for (index, place) in reference.places.enumerated() where index % 5 == 0 {
      let value = reference.parameters[place]
      reference.parameters[place] = value + step
      let above = reference.loss(state.batch)
      reference.parameters[place] = value - step
      let below = reference.loss(state.batch)
      reference.parameters[place] = value
      let slope = (above - below) / (2 * step)
      worst = max(worst, abs(slope - Double(network.gradients[place])))
    }
    #expect(worst < 1e-6)
  }

  @Test(arguments: cases) func training_overManySteps_leavesPaddingZero(test: Case) {
    let network = network(test)
    let state = PassState(
      shape: network.shape, batch: batch(network.shape.input, count: 70), trains: true)
    for step in 1...5 {
      _ = passes(
        network, state,
        coefficients: AdamWCoefficients(
          step: step, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
          weightDecay: 0.01))
    }
    let used = Set(DoubleNetwork(network).places)
    #expect(used.count == network.shape.parameterCount)
    let input = network.shape.input
    let padding = (0..<network.parameters.count).filter { place in
      let row = place % input.tileStride / 16
      let isSum = (network.shape.controls..<input.tasks).contains(row)
      return !used.contains(place) && !(place < input.tiles * input.tileStride && isSum)
    }
    #expect(padding.allSatisfy { network.parameters[$0] == 0 })
  }

  /// The weights of a task that stands for others are the sums of theirs, after any step.
  @Test func summedTasks_afterTraining_areTheSums() {
    let network = network(Case(depth: 3, activation: .relu, width: 19, sums: [[0, 1], [1]]))
    let input = network.shape.input
    func row(_ task: Int) -> [Float] {
      (0..<input.tiles).flatMap {
        network.parameters.elements(
          $0 * input.tileStride + task * 16..<$0 * input.tileStride + task * 16 + 16)
      }
    }
    let state = PassState(shape: network.shape, batch: batch(input, count: 70), trains: true)
    for step in 0...5 {
      if step > 0 {
        _ = passes(
          network, state,
          coefficients: AdamWCoefficients(
            step: step, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
            weightDecay: 0.1))
      }
      #expect(row(2) == zip(row(0), row(1)).map { $0 + $1 } && row(3) == row(1), "step \(step)")
    }
    #expect(network.layerWeights[0].columns == 2 + 9 + 1)
  }

  @Test func initialisation_ofEveryLayer_isUniformWithinTheInverseRootOfItsFanIn() {
    let network = network(
      Case(depth: 3, activation: .relu, width: 50), tasks: 30, bits: 20)
    let input = network.shape.input
    let first = network.parameters.elements(0..<input.tileStride)
    check(first, bound: 1 / Float(50).squareRoot())
    let hidden = network.shape.hiddenOffset(1)
    let tile = network.parameters.elements(hidden..<hidden + 50 * 16)
    check(tile, bound: 1 / Float(50).squareRoot())
    let zero = network.shape.outputOffset(class: 0)
    check(network.parameters.elements(zero..<zero + 50), bound: 1 / Float(50).squareRoot())
    #expect(network.parameters[network.shape.biasOffset] != 0)
    #expect(network.parameters[network.shape.biasOffset + 1] != 0)
  }

  private func check(_ values: [Float], bound: Float) {
    let count = Float(values.count)
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect(values.map(abs).max() ?? 0 > 0.9 * bound)
    #expect(abs(mean) < 5 * bound / (3 * count).squareRoot())
    #expect(abs(square / (bound * bound / 3) - 1) < 5 * 0.9 / count.squareRoot())
  }

  @Test(arguments: [(9, 5429), (500, 301_502)])
  func parameterCount_ofThePublishedNetworks_isThePublishedOne(width: Int, count: Int) {
    let layout = SparseInputLayout(tasks: 500, bits: 100, width: width)
    #expect(
      NetworkShape(input: layout, depth: 2, activation: .relu).parameterCount == count)
  }
}
