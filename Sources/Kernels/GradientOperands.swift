/// One tile's sums of sample gradients over tasks and bits: Gᵢ = Σ xᵢ·γ over samples, for every
/// input i and the bias.
///
/// Below two logits, γ of a rectified unit is ∂L/∂margin where the unit is active and zero
/// elsewhere; the unit's output weight multiplies the finished sums. No activation is stored; the
/// masks suffice. In a general network γ is the stored gradient of the pre-activation.
public struct GradientSums {
  /// Where γ comes from.
  public enum Source {
    /// Masks as the forward pass wrote them, and ∂L/∂margin of each sample.
    case rectified(masks: Buffer<UInt16>, marginGradients: Buffer<Float>)
    /// ∂L/∂pre-activation, `capacity × paddedWidth`.
    case stored(Buffer<Float>)
  }

  /// The layer's shape.
  public var layout: SparseInputLayout
  /// The tile.
  public var tile: Int
  /// The samples, transposed.
  public var batch: BinaryBatch
  /// The samples' gradients.
  public var source: Source
  /// Receives the sums, `tileRows` rows of 16 from row `firstRow` on. Rows of tasks without a
  /// sample in the range keep what they held.
  public var sums: Buffer<Float>
  /// The first of those rows.
  public var firstRow: Int
  /// Room for ``scratchCount`` floats, used by one thread at a time.
  public var scratch: Buffer<Float>

  /// Floats of scratch that summing uses: sums over subsets of 4 samples, for 64 samples.
  public static let scratchCount = 16 * 16 * SparseInputLayout.lanes

  /// Names the operands.
  public init(
    layout: SparseInputLayout, tile: Int, batch: BinaryBatch, source: Source,
    sums: Buffer<Float>, firstRow: Int, scratch: Buffer<Float>
  ) {
    self.layout = layout
    self.tile = tile
    self.batch = batch
    self.source = source
    self.sums = sums
    self.firstRow = firstRow
    self.scratch = scratch
  }
}

/// One tile's gradients from its sums Gᵢ over segments of the samples.
///
/// A rectified unit's output is Σ wᵢ·xᵢ where it is active, so below two logits the gradient of its
/// output weight is Σ wᵢ·Gᵢ, and that of its input weight i is Gᵢ times the output weight.
public struct GradientCombination {
  /// The layer's shape.
  public var layout: SparseInputLayout
  /// The tile.
  public var tile: Int
  /// The samples.
  public var batch: BinaryBatch
  /// Sums of the tile's segments, `segments × tileStride` from row `firstRow` on.
  public var sums: Buffer<Float>
  /// The first of those rows.
  public var firstRow: Int
  /// Samples in a segment; the last may have fewer.
  public var segmentCount: Int
  /// All tiles' weights, `tiles × tileStride`.
  public var weights: Buffer<Float>
  /// Output weights of class 1 minus those of class 0, `paddedWidth`; nil in a general network.
  public var difference: Buffer<Float>?
  /// Receives the gradient of the tile's weights at their place, `tiles × tileStride`.
  public var gradients: Buffer<Float>
  /// Receives the gradient of the output difference, `paddedWidth`, when there is one.
  public var differenceGradients: Buffer<Float>

  /// Names the operands.
  public init(
    layout: SparseInputLayout, tile: Int, batch: BinaryBatch, sums: Buffer<Float>,
    firstRow: Int, segmentCount: Int, weights: Buffer<Float>, difference: Buffer<Float>?,
    gradients: Buffer<Float>, differenceGradients: Buffer<Float>
  ) {
    self.layout = layout
    self.tile = tile
    self.batch = batch
    self.sums = sums
    self.firstRow = firstRow
    self.segmentCount = segmentCount
    self.weights = weights
    self.difference = difference
    self.gradients = gradients
    self.differenceGradients = differenceGradients
  }
}
