/// The backward pass of one tile of a rectified layer below two logits.
///
/// A rectified unit's output is Σ wᵢ·xᵢ where it is active, so the gradient of its output weight is
/// Σ wᵢ·Gᵢ with Gᵢ = Σ over active samples of xᵢ·∂L/∂margin, and that of its input weight i is Gᵢ
/// times the output weight. No activation is stored; the masks suffice.
public struct RectifiedBackward {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// The tile.
  public var tile: Int
  /// All tiles' weights, `tiles × tileStride`.
  public var weights: Buffer<Float>
  /// Output weights of class 1 minus those of class 0, `paddedWidth`.
  public var difference: Buffer<Float>
  /// The samples, transposed.
  public var batch: BinaryBatch
  /// Active units as the forward pass wrote them.
  public var masks: Buffer<UInt16>
  /// ∂L/∂margin of each sample, `capacity`.
  public var marginGradients: Buffer<Float>
  /// Receives the gradient of the tile's weights at their place, `tiles × tileStride`.
  public var gradients: Buffer<Float>
  /// Receives the gradient of the output difference, `paddedWidth`.
  public var differenceGradients: Buffer<Float>
  /// Room for ``scratchCount`` floats, used by one thread at a time.
  public var scratch: Buffer<Float>

  /// Floats of scratch that a backward pass uses.
  public static let scratchCount = 16 * 16 * SparseInputLayout.lanes

  /// Names the operands.
  public init(
    layout: SparseInputLayout, tile: Int, weights: Buffer<Float>, difference: Buffer<Float>,
    batch: BinaryBatch, masks: Buffer<UInt16>, marginGradients: Buffer<Float>,
    gradients: Buffer<Float>, differenceGradients: Buffer<Float>, scratch: Buffer<Float>
  ) {
    self.layout = layout
    self.tile = tile
    self.weights = weights
    self.difference = difference
    self.batch = batch
    self.masks = masks
    self.marginGradients = marginGradients
    self.gradients = gradients
    self.differenceGradients = differenceGradients
    self.scratch = scratch
  }
}

/// The backward pass of one tile from the gradients of its pre-activations.
public struct LinearBackward {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// The tile.
  public var tile: Int
  /// The samples, transposed.
  public var batch: BinaryBatch
  /// ∂L/∂pre-activation, `capacity × paddedWidth`.
  public var outputGradients: Buffer<Float>
  /// Receives the gradient of the tile's weights at their place, `tiles × tileStride`.
  public var gradients: Buffer<Float>
  /// Room for ``RectifiedBackward/scratchCount`` floats, used by one thread at a time.
  public var scratch: Buffer<Float>

  /// Names the operands.
  public init(
    layout: SparseInputLayout, tile: Int, batch: BinaryBatch, outputGradients: Buffer<Float>,
    gradients: Buffer<Float>, scratch: Buffer<Float>
  ) {
    self.layout = layout
    self.tile = tile
    self.batch = batch
    self.outputGradients = outputGradients
    self.gradients = gradients
    self.scratch = scratch
  }
}

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
  /// Receives each sample's loss, nats.
  public var losses: Buffer<Float>

  /// Names the operands.
  public init(
    margins: Buffer<Float>, labels: Buffer<UInt8>, scale: Float,
    marginGradients: Buffer<Float>?, losses: Buffer<Float>
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
public struct AdamWOperands {
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
  /// √(1 − β₂ᵗ).
  public var rootCorrection: Float
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
    rootCorrection = Float((1 - Elementary.power(beta2, step)).squareRoot())
    self.epsilon = Float(epsilon)
  }
}
