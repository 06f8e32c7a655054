/// The samples of multitask sparse parity, each a pure function of its number.
///
/// Sample n has the task that element n of `taskStream` chooses, the bits of element n of
/// `bitStream`, and the parity of the bits in its task's subset as its label. No sample is ever
/// stored beyond its batch, whatever the size of the data set.
public struct ParitySamples: Sendable {
  /// The input's shape; the width plays no part.
  public let layout: SparseInputLayout
  /// Frequencies of the tasks.
  public let frequencies: AliasTable
  /// Chooses tasks.
  public let taskStream: RandomStream
  /// Gives bits.
  public let bitStream: RandomStream

  let subsets: Buffer<UInt64>

  /// Creates the samples of a problem; `subsets` lists each task's bit positions.
  public init(
    layout: SparseInputLayout, frequencies: AliasTable, subsets: [[Int]],
    taskStream: RandomStream, bitStream: RandomStream
  ) {
    precondition(
      subsets.count == layout.tasks && frequencies.probabilities.count == layout.tasks,
      "one subset and one frequency a task")
    self.layout = layout
    self.frequencies = frequencies
    self.taskStream = taskStream
    self.bitStream = bitStream
    self.subsets = Buffer(count: layout.tasks * layout.rowWords)
    for (task, subset) in subsets.enumerated() {
      for bit in subset {
        precondition(bit >= 0 && bit < layout.bits, "bit \(bit) outside the string")
        self.subsets[task * layout.rowWords + bit / 64] |= 1 << UInt64(bit % 64)
      }
    }
  }
}
