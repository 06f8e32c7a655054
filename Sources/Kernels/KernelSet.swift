/// The operations that decide a step's time, in one variant for an instruction set.
///
/// Every variant computes the same sums in the same order for any split into sample ranges and
/// tiles, so a result does not depend on the number of threads. The fast variants (portable, AVX2,
/// AVX-512) add and multiply in one and the same order without fused operations, so that they also
/// give the same bits as each other; ``reference`` says what they all approximate. What limits each
/// operation stands in `CKernels/shared/operations.h`.
public struct KernelSet: Sendable {
  /// The instruction set, such as `portable`; recorded with every attempt.
  public let instructionSet: String
  /// Draws the tasks of a range of places.
  public let drawTasks: @Sendable (TaskDraw, Range<Int>) -> Void
  /// Draws bits and labels of a range of places that starts at a multiple of 64.
  public let drawBits: @Sendable (BitDraw, Range<Int>) -> Void
  /// Fills one tile's table from its weights.
  public let buildTable: @Sendable (TileOperands) -> Void
  /// Margins and ReLU masks of a range of samples, over all tiles in ascending order.
  public let forwardRectified: @Sendable (RectifiedForward, Range<Int>) -> Void
  /// Pre-activations of a range of samples, over all tiles.
  public let forwardLinear: @Sendable (LinearForward, Range<Int>) -> Void
  /// One tile's sums over a range of samples that starts at a multiple of 64.
  public let sumGradients: @Sendable (GradientSums, Range<Int>) -> Void
  /// One tile's gradients from the sums of all segments.
  public let combine: @Sendable (GradientCombination) -> Void
  /// Cross-entropy of margins, and its gradient.
  public let crossEntropy: @Sendable (CrossEntropyOperands, Range<Int>) -> CrossEntropySums
  /// One AdamW update of a range of parameters.
  public let adamW: @Sendable (AdamWOperands, Range<Int>) -> Void
  /// A range of rows of a matrix product.
  public let multiply: @Sendable (MatrixProduct, Range<Int>) -> Void
  /// A range of rows of a matrix, from a multiple of 16 to one, as columns of another.
  public let transpose: @Sendable (MatrixTransposition, Range<Int>) -> Void
  /// Softmax and its gradients for a range of vectors of 16 samples.
  public let softmax: @Sendable (Softmax, Range<Int>) -> Void
  /// Applies an activation to a range of whole vectors of arguments; the values may take their place.
  public let activate:
    @Sendable (Activation, _ arguments: Buffer<Float>, _ values: Buffer<Float>, Range<Int>) -> Void
  /// Multiplies a range of whole vectors of gradients by an activation's derivative.
  public let differentiate: @Sendable (ActivationGradients, Range<Int>) -> Void

  /// The variant in portable SIMD; runs on every processor.
  public static let portable = KernelSet(
    instructionSet: "portable",
    drawTasks: PortableKernels.drawTasks,
    drawBits: PortableKernels.drawBits,
    buildTable: PortableKernels.buildTable,
    forwardRectified: PortableKernels.forwardRectified,
    forwardLinear: PortableKernels.forwardLinear,
    sumGradients: PortableKernels.sumGradients,
    combine: PortableKernels.combine,
    crossEntropy: PortableKernels.crossEntropy,
    adamW: PortableKernels.adamW,
    multiply: PortableKernels.multiply,
    transpose: PortableKernels.transpose,
    softmax: PortableKernels.softmax,
    activate: PortableKernels.activate,
    differentiate: PortableKernels.differentiate)
}

/// The portable SIMD variants of the kernels; see ``KernelSet`` for what each computes.
enum PortableKernels {}

/// One tile's weights and table.
public struct TileOperands {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// The tile.
  public var tile: Int
  /// All tiles' weights, `tiles × tileStride`.
  public var weights: Buffer<Float>
  /// All tiles' tables, `tiles × tableStride`.
  public var tables: Buffer<Float>

  /// Names the operands.
  public init(
    layout: SparseInputLayout, tile: Int, weights: Buffer<Float>, tables: Buffer<Float>
  ) {
    self.layout = layout
    self.tile = tile
    self.weights = weights
    self.tables = tables
  }
}

/// The forward pass through a rectified layer to the margin z₁ − z₀ of two logits.
public struct RectifiedForward {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// All tiles' weights, `tiles × tileStride`.
  public var weights: Buffer<Float>
  /// All tiles' tables, `tiles × tableStride`.
  public var tables: Buffer<Float>
  /// Output weights of class 1 minus those of class 0, `paddedWidth`.
  public var difference: Buffer<Float>
  /// Output bias of class 1 minus that of class 0.
  public var biasDifference: Float
  /// The samples.
  public var batch: BinaryBatch
  /// Receives z₁ − z₀ of each sample, `capacity`.
  public var margins: Buffer<Float>
  /// Receives, for tile t and sample s at `t·capacity + s`, bit j for an active unit j; nil when
  /// only margins are wanted.
  public var masks: Buffer<UInt16>?

  /// Names the operands.
  public init(
    layout: SparseInputLayout, weights: Buffer<Float>, tables: Buffer<Float>,
    difference: Buffer<Float>, biasDifference: Float, batch: BinaryBatch, margins: Buffer<Float>,
    masks: Buffer<UInt16>?
  ) {
    self.layout = layout
    self.weights = weights
    self.tables = tables
    self.difference = difference
    self.biasDifference = biasDifference
    self.batch = batch
    self.margins = margins
    self.masks = masks
  }
}

/// The forward pass through the layer alone.
public struct LinearForward {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// All tiles' weights, `tiles × tileStride`.
  public var weights: Buffer<Float>
  /// All tiles' tables, `tiles × tableStride`.
  public var tables: Buffer<Float>
  /// The samples.
  public var batch: BinaryBatch
  /// Receives the pre-activations, `capacity × paddedWidth`.
  public var outputs: Buffer<Float>

  /// Names the operands.
  public init(
    layout: SparseInputLayout, weights: Buffer<Float>, tables: Buffer<Float>, batch: BinaryBatch,
    outputs: Buffer<Float>
  ) {
    self.layout = layout
    self.weights = weights
    self.tables = tables
    self.batch = batch
    self.outputs = outputs
  }
}
