import Kernels
import SweepModel

/// AdamW as PyTorch has it.
struct ParityOptimiser: ParameterSet {
  let learningRate: Double
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let weightDecay: Double

  init(_ read: inout ParameterReader) { self.init(&read, epsilon: 1e-8) }

  init(_ read: inout ParameterReader, epsilon usual: Double) {
    learningRate = read.learningRate(default: 0.001)
    beta1 = read.real("beta1", 0...0.999_999, default: 0.9, "AdamW's β₁.")
    beta2 = read.real("beta2", 0...0.999_999_9, default: 0.999, "AdamW's β₂.")
    epsilon = read.real("epsilon", 0...1, exclusiveMinimum: true, default: usual, "AdamW's ε.")
    weightDecay = read.real("weightDecay", 0...1000, default: 0, "Decoupled weight decay.")
  }

  /// A step's coefficients, at the job's learning rate or another one.
  func coefficients(step: Int, learningRate other: Double? = nil) -> AdamWCoefficients {
    AdamWCoefficients(
      step: step, learningRate: other ?? learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay)
  }
}
