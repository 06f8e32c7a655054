/// The shape of a layer whose input is a one-hot task followed by binary inputs ("bits").
///
/// The `width` units are cut into tiles of 16; lanes beyond the width hold zeros for ever. A tile's
/// weights are `tileRows` rows of 16 floats: one row a task, one row a bit, then the biases. The
/// bits are cut into groups of 4; a tile's table holds, for each group, the sums of the bit rows
/// for all 16 values of the group (the biases are folded into the first group).
public struct SparseInputLayout: Sendable, Hashable {
  /// Units in a tile.
  public static let lanes = 16
  /// Length of the one-hot part.
  public let tasks: Int
  /// Number of binary inputs, at least 1.
  public let bits: Int
  /// Number of units.
  public let width: Int

  /// Creates a shape; traps unless all sizes are positive and tasks fit 16 bits.
  public init(tasks: Int, bits: Int, width: Int) {
    precondition(tasks > 0 && tasks <= 65_536 && bits > 0 && width > 0, "impossible layer shape")
    self.tasks = tasks
    self.bits = bits
    self.width = width
  }

  /// Tiles of 16 units.
  public var tiles: Int { (width + Self.lanes - 1) / Self.lanes }
  /// Units with those that pad the last tile.
  public var paddedWidth: Int { tiles * Self.lanes }
  /// 64-bit words that hold one sample's bits.
  public var rowWords: Int { (bits + 63) / 64 }
  /// Groups of 4 bits.
  public var groups: Int { (bits + 3) / 4 }
  /// Rows of a tile: tasks, bits, bias.
  public var tileRows: Int { tasks + bits + 1 }
  /// Floats of a tile's weights.
  public var tileStride: Int { tileRows * Self.lanes }
  /// Floats of a tile's table.
  public var tableStride: Int { groups * 16 * Self.lanes }
}

/// Samples in ascending order of task, with their bits in both orders that the kernels read.
///
/// Filled by one owner, then read by all threads; see ``Buffer`` on sharing.
public final class BinaryBatch: Sendable {
  /// The samples that fit, a multiple of 64.
  public let capacity: Int
  /// Task of each sample, ascending.
  public let tasks: Buffer<UInt16>
  /// First sample of each task, and the number of samples at the end: `tasks + 1` elements.
  public let taskStarts: Buffer<Int32>
  /// Bits of each sample, `rowWords` words a sample, bit b of the sample in word b / 64.
  public let rows: Buffer<UInt64>
  /// The same bits transposed: for each block of 64 samples `64·rowWords` words, one a bit, with
  /// bit s of the word for sample s of the block; empty when the batch is only evaluated.
  public let columns: Buffer<UInt64>
  /// The class of each sample, 0 or 1.
  public let labels: Buffer<UInt8>

  /// Creates an empty batch for at most `samples` samples.
  public init(layout: SparseInputLayout, samples: Int, transposed: Bool) {
    capacity = (samples + 63) / 64 * 64
    tasks = Buffer(count: capacity)
    taskStarts = Buffer(count: layout.tasks + 1)
    rows = Buffer(count: capacity * layout.rowWords)
    columns = Buffer(count: transposed ? capacity * layout.rowWords : 0)
    labels = Buffer(count: capacity)
  }

  /// The number of samples now in the batch.
  public var count: Int { Int(taskStarts[taskStarts.count - 1]) }
}
