/// The tasks of the samples whose numbers stand in `numbers`: element n of the stream chooses that
/// of sample n.
public struct TaskDraw {
  /// Frequencies of the tasks.
  public var frequencies: AliasTable
  /// Chooses tasks.
  public var stream: RandomStream
  /// Numbers of the samples, one a place.
  public var numbers: Buffer<UInt64>
  /// Receives the task of each place.
  public var tasks: Buffer<UInt16>

  /// Names the operands.
  public init(
    frequencies: AliasTable, stream: RandomStream, numbers: Buffer<UInt64>,
    tasks: Buffer<UInt16>
  ) {
    self.frequencies = frequencies
    self.stream = stream
    self.numbers = numbers
    self.tasks = tasks
  }
}

/// The bits of the samples whose numbers stand in `numbers`, element n of the stream for sample n,
/// and the labels that their tasks, which stand in the batch, ask for.
public struct BitDraw {
  /// The shape of the input.
  public var layout: SparseInputLayout
  /// Gives bits.
  public var stream: RandomStream
  /// The bits of each task's subset, `tasks × rowWords`.
  public var subsets: Buffer<UInt64>
  /// Numbers of the samples, one a place.
  public var numbers: Buffer<UInt64>
  /// Receives rows, labels and, if it has any, columns.
  public var batch: BinaryBatch

  /// Names the operands.
  public init(
    layout: SparseInputLayout, stream: RandomStream, subsets: Buffer<UInt64>,
    numbers: Buffer<UInt64>, batch: BinaryBatch
  ) {
    self.layout = layout
    self.stream = stream
    self.subsets = subsets
    self.numbers = numbers
    self.batch = batch
  }
}
