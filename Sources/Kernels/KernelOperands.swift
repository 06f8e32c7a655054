/// Two-logit softmax cross-entropy, which depends on the margin z₁ − z₀ alone.
public struct CrossEntropyOperands {
  /// z₁ − z₀ of each sample.
  public var margins: Buffer<Float>
  /// Classes, 0 or 1.
  public var labels: Buffer<UInt8>
  /// Factor of the gradients: 1 / batch for a mean loss.
  public var scale: Float
  /// Receives scale·∂loss/∂margin; nil when only the losses are wanted.
  public var marginGradients: Buffer<Float>?
  /// Receives each sample's loss, nats; nil when not wanted. The buffers' capacities must be
  /// multiples of 16, for the last vector may pass the end of the range.
  public var losses: Buffer<Float>?

  /// Names the operands.
  public init(
    margins: Buffer<Float>, labels: Buffer<UInt8>, scale: Float,
    marginGradients: Buffer<Float>?, losses: Buffer<Float>?
  ) {
    self.margins = margins
    self.labels = labels
    self.scale = scale
    self.marginGradients = marginGradients
    self.losses = losses
  }
}

/// Sums over a range of samples, taken in ascending order of sample.
public struct CrossEntropySums: Sendable, Hashable {
  /// Losses, nats.
  public var loss = 0.0
  /// Scaled gradients with respect to the margins.
  public var marginGradient = 0.0

  /// Zero sums.
  public init() {}
}

/// Parameters with their AdamW state.
public struct AdamWOperands: Sendable {
  /// Parameters, updated in place.
  public var parameters: Buffer<Float>
  /// Gradients.
  public var gradients: Buffer<Float>
  /// First moments, updated in place.
  public var firstMoments: Buffer<Float>
  /// Second moments, updated in place.
  public var secondMoments: Buffer<Float>
  /// The step's coefficients.
  public var coefficients: AdamWCoefficients

  /// Names the operands.
  public init(
    parameters: Buffer<Float>, gradients: Buffer<Float>, firstMoments: Buffer<Float>,
    secondMoments: Buffer<Float>, coefficients: AdamWCoefficients
  ) {
    self.parameters = parameters
    self.gradients = gradients
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.coefficients = coefficients
  }
}

/// What AdamW (Loshchilov & Hutter, arXiv:1711.05101) multiplies with at one step, as PyTorch
/// defines it: decoupled decay, bias correction, ε added to the corrected root.
public struct AdamWCoefficients: Sendable, Hashable {
  /// 1 − learning rate · weight decay.
  public var decay: Float
  /// 1 − β₁.
  public var firstComplement: Float
  /// β₂.
  public var second: Float
  /// 1 − β₂.
  public var secondComplement: Float
  /// Learning rate / (1 − β₁ᵗ).
  public var stepSize: Float
  /// 1 / √(1 − β₂ᵗ).
  public var rootFactor: Float
  /// ε.
  public var epsilon: Float

  /// The coefficients of step `step`, counted from 1.
  public init(
    step: Int, learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
    weightDecay: Double
  ) {
    decay = Float(1 - learningRate * weightDecay)
    firstComplement = Float(1 - beta1)
    second = Float(beta2)
    secondComplement = Float(1 - beta2)
    stepSize = Float(learningRate / (1 - Elementary.power(beta1, step)))
    rootFactor = Float(1 / (1 - Elementary.power(beta2, step)).squareRoot())
    self.epsilon = Float(epsilon)
  }
}
