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

  @Test(arguments: shapes) func forward_againstTheReference_agrees(shape: Shape) {
    let fast = LayerFixture(shape)
    let slow = LayerFixture(shape)
    fast.forward(.portable)
    slow.forward(.reference)
    let bound = fast.margins.elements(0..<shape.samples)
    let expected = slow.margins.elements(0..<shape.samples)
    for sample in 0..<shape.samples {
      // Sums of up to 40 units × 130 inputs of size 1, rounded at 2⁻²⁴ each.
      #expect(abs(bound[sample] - expected[sample]) < 1e-4 * (1 + abs(expected[sample])))
    }
    #expect(fast.masks.elements(0..<fast.masks.count) == slow.masks.elements(0..<slow.masks.count))
    compare(fast.outputs, slow.outputs, tolerance: 1e-5)
  }

  @Test(arguments: shapes) func backward_againstTheReference_agrees(shape: Shape) {
    let fast = LayerFixture(shape)
    let slow = LayerFixture(shape)
    for fixture in [fast, slow] { fixture.forward(.reference) }
    fast.backward(.portable)
    slow.backward(.reference)
    compare(fast.gradients, slow.gradients, tolerance: 1e-4)
    compare(fast.differenceGradients, slow.differenceGradients, tolerance: 1e-3)
    compare(fast.linearGradients, slow.linearGradients, tolerance: 1e-4)
  }

  @Test func crossEntropy_overSmallAndHugeMargins_agreesWithTheReference() {
    let count = 1001
    let fast = LossFixture(count)
    let slow = LossFixture(count)
    let fastSums = KernelSet.portable.crossEntropy(fast.operands, 0..<count)
    let slowSums = KernelSet.reference.crossEntropy(slow.operands, 0..<count)
    for sample in 0..<count {
      let loss = slow.losses[sample]
      #expect(abs(fast.losses[sample] - loss) <= 4e-7 * loss + 1e-37, "loss \(sample)")
      #expect(abs(fast.gradients[sample] - slow.gradients[sample]) < 3e-9, "gradient \(sample)")
    }
    #expect(abs(fastSums.loss / slowSums.loss - 1) < 1e-6)
    #expect(abs(fastSums.marginGradient - slowSums.marginGradient) < 1e-6)
  }

  @Test func adamW_overRandomParameters_agreesWithTheReference() {
    let fast = OptimiserFixture()
    let slow = OptimiserFixture()
    for step in 1...20 {
      fast.update(.portable, step: step)
      slow.update(.reference, step: step)
    }
    compare(fast.parameters, slow.parameters, tolerance: 1e-6)
    compare(fast.secondMoments, slow.secondMoments, tolerance: 1e-6)
  }

  @Test func adamW_atItsFirstSteps_givesTheValuesOfTheFormula() {
    let one = Buffer<Float>(count: 16)
    let gradient = Buffer<Float>(count: 16)
    let first = Buffer<Float>(count: 16)
    let second = Buffer<Float>(count: 16)
    one[0] = 1
    gradient[0] = 0.5
    for step in 1...2 {
      KernelSet.portable.adamW(
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
