import Kernels
import Testing

/// Every variant of the kernels against the scalar definition, over shapes that are odd on purpose.
@Suite struct KernelSetTests {
  struct Shape: Sendable, CustomStringConvertible {
    var tasks: Int
    var bits: Int
    var width: Int
    var samples: Int
    var description: String { "tasks \(tasks) bits \(bits) width \(width) samples \(samples)" }
  }

  static let shapes =
    (1...40).map { Shape(tasks: 7, bits: 3 * $0 + 1, width: $0, samples: 60 + $0) }
    + [1, 2, 63, 64, 65, 129].map { Shape(tasks: 3, bits: 130, width: 17, samples: $0) }
    + [1, 2, 3, 4, 5, 16, 64, 65].map { Shape(tasks: 70, bits: $0, width: 5, samples: 33) }

  static let names = KernelSet.available.map(\.instructionSet)

  /// An available set, by the name that a test's arguments show.
  static func set(_ name: String) throws -> KernelSet {
    try #require(KernelSet.available.first { $0.instructionSet == name })
  }

  @Test(arguments: shapes, names)
  func forward_againstTheReference_agrees(shape: Shape, name: String) throws {
    let fast = LayerFixture(shape, try Self.set(name))
    let slow = LayerFixture(shape, .reference)
    fast.forward()
    slow.forward()
    let bound = fast.margins.elements(0..<shape.samples)
    let expected = slow.margins.elements(0..<shape.samples)
    for sample in 0..<shape.samples {
      // Sums of up to 40 units × 130 inputs of size 1, rounded at 2⁻²⁴ each.
      #expect(abs(bound[sample] - expected[sample]) < 1e-4 * (1 + abs(expected[sample])))
    }
    #expect(fast.masks.elements(0..<fast.masks.count) == slow.masks.elements(0..<slow.masks.count))
    compare(fast.outputs, slow.outputs, tolerance: 1e-5)
  }

  @Test(arguments: shapes, names)
  func backward_againstTheReference_agrees(shape: Shape, name: String) throws {
    let fast = LayerFixture(shape, try Self.set(name))
    let slow = LayerFixture(shape, .reference)
    for fixture in [fast, slow] {
      fixture.forward()
      fixture.backward()
    }
    compare(fast.gradients, slow.gradients, tolerance: 1e-4)
    compare(fast.differenceGradients, slow.differenceGradients, tolerance: 1e-3)
    compare(fast.linearGradients, slow.linearGradients, tolerance: 1e-4)
  }

  @Test(arguments: shapes, names)
  func passes_ofEverySet_giveTheBitsOfThePortableOne(shape: Shape, name: String) throws {
    let native = LayerFixture(shape, try Self.set(name))
    let portable = LayerFixture(shape, .portable)
    for fixture in [native, portable] {
      fixture.forward()
      fixture.backward()
    }
    #expect(native.results == portable.results)
    #expect(native.batch.contents == portable.batch.contents)
  }

  @Test(arguments: names)
  func crossEntropy_overSmallAndHugeMargins_agreesWithTheReference(name: String) throws {
    let count = 1001
    let fast = LossFixture(count)
    let slow = LossFixture(count)
    let fastSums = try Self.set(name).crossEntropy(fast.operands, 0..<count)
    let slowSums = KernelSet.reference.crossEntropy(slow.operands, 0..<count)
    for sample in 0..<count {
      let loss = slow.losses[sample]
      #expect(abs(fast.losses[sample] - loss) <= 4e-7 * loss + 1e-37, "loss \(sample)")
      #expect(abs(fast.gradients[sample] - slow.gradients[sample]) < 3e-9, "gradient \(sample)")
    }
    #expect(abs(fastSums.loss / slowSums.loss - 1) < 1e-6)
    #expect(abs(fastSums.marginGradient - slowSums.marginGradient) < 1e-6)
  }

  @Test(arguments: names)
  func crossEntropyAndAdamW_ofEverySet_giveTheBitsOfThePortableOne(name: String) throws {
    let native = try Self.set(name)
    let losses = [LossFixture(1001), LossFixture(1001)]
    let sums = zip([native, .portable], losses).map { $0.crossEntropy($1.operands, 0..<1001) }
    #expect(sums[0] == sums[1])
    #expect(losses[0].losses.elements(0..<1001) == losses[1].losses.elements(0..<1001))
    #expect(losses[0].gradients.elements(0..<1001) == losses[1].gradients.elements(0..<1001))
    let optimisers = [OptimiserFixture(), OptimiserFixture()]
    for step in 1...20 {
      for (set, fixture) in zip([native, .portable], optimisers) { fixture.update(set, step: step) }
    }
    #expect(
      optimisers[0].parameters.elements(0..<64) == optimisers[1].parameters.elements(0..<64))
  }

  @Test(arguments: names)
  func adamW_overRandomParameters_agreesWithTheReference(name: String) throws {
    let fast = OptimiserFixture()
    let slow = OptimiserFixture()
    for step in 1...20 {
      fast.update(try Self.set(name), step: step)
      slow.update(.reference, step: step)
    }
    compare(fast.parameters, slow.parameters, tolerance: 1e-6)
    compare(fast.secondMoments, slow.secondMoments, tolerance: 1e-6)
  }

  @Test(arguments: names)
  func adamW_atItsFirstSteps_givesTheValuesOfTheFormula(name: String) throws {
    let one = Buffer<Float>(count: 16)
    let gradient = Buffer<Float>(count: 16)
    let first = Buffer<Float>(count: 16)
    let second = Buffer<Float>(count: 16)
    one[0] = 1
    gradient[0] = 0.5
    for step in 1...2 {
      try Self.set(name).adamW(
        AdamWOperands(
          parameters: one, gradients: gradient, firstMoments: first, secondMoments: second,
          coefficients: AdamWCoefficients(
            step: step, learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
            weightDecay: 0.01)), 0..<16)
      // Step 1: m = 0.05, v = 0.00025; m̂/√v̂ = 1, so 1·(1 − 0.001) − 0.1 = 0.899.
      // Step 2: m = 0.095, v = 0.00049975; again m̂/√v̂ = 1: 0.899·0.999 − 0.1 = 0.798101.
      #expect(abs(one[0] - (step == 1 ? 0.899 : 0.798101)) < 1e-6)
      #expect(abs(first[0] - (step == 1 ? 0.05 : 0.095)) < 1e-8)
      #expect(abs(second[0] - (step == 1 ? 0.00025 : 0.00049975)) < 1e-9)
    }
    #expect(one[1] == 0)
  }

  /// The largest difference, relative to 1 + the expected size, is below a tolerance.
  private func compare(
    _ found: Buffer<Float>, _ expected: Buffer<Float>, tolerance: Float,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst: Float = 0
    for index in 0..<found.count {
      worst = max(worst, abs(found[index] - expected[index]) / (1 + abs(expected[index])))
    }
    #expect(worst < tolerance, sourceLocation: sourceLocation)
  }
}
