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

  private let subsets: Buffer<UInt64>

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

  /// Draws the tasks of the samples whose numbers stand in `numbers`, for a range of places.
  public func drawTasks(
    numbers: Buffer<UInt64>, tasks: Buffer<UInt16>, places: Range<Int>
  ) {
    for place in places {
      tasks.base[place] = UInt16(
        truncatingIfNeeded: frequencies.outcome(
          of: taskStream.words(index: numbers.base[place]).low))
    }
  }

  /// Puts the first `count` samples into ascending order of task, equal tasks in their old order:
  /// fills the batch's tasks and starts, and `order` with the sorted numbers.
  public func sort(
    numbers: Buffer<UInt64>, tasks: Buffer<UInt16>, count: Int, order: Buffer<UInt64>,
    batch: BinaryBatch
  ) {
    let starts = batch.taskStarts.base
    batch.taskStarts.fill(0..<layout.tasks + 1, with: 0)
    for place in 0..<count { starts[Int(tasks.base[place])] &+= 1 }
    var first: Int32 = 0
    for task in 0...layout.tasks {
      let members = starts[task]
      starts[task] = first
      first &+= members
    }
    for place in 0..<count {
      let task = tasks.base[place]
      let target = Int(starts[Int(task)])
      starts[Int(task)] &+= 1
      order.base[target] = numbers.base[place]
      batch.tasks.base[target] = task
    }
    for task in stride(from: layout.tasks, to: 0, by: -1) { starts[task] = starts[task - 1] }
    starts[0] = 0
  }

  /// Draws bits and labels of a range of places, whose tasks stand in the batch and whose numbers
  /// stand in `order`; the range starts at a multiple of 64. Fills the columns if there are any.
  public func drawBits(order: Buffer<UInt64>, batch: BinaryBatch, places: Range<Int>) {
    precondition(places.lowerBound % 64 == 0, "places start at a multiple of 64")
    let words = layout.rowWords
    let lastMask = UInt64.max &>> UInt64(words * 64 - layout.bits)
    for place in places {
      let row = batch.rows.base + place * words
      let number = order.base[place]
      var word = 0
      while word < words {
        let drawn = bitStream.words(index: number, block: UInt32(truncatingIfNeeded: word / 2))
        row[word] = drawn.low
        if word + 1 < words { row[word + 1] = drawn.high }
        word += 2
      }
      row[words - 1] &= lastMask
      let subset = subsets.base + Int(batch.tasks.base[place]) * words
      var folded: UInt64 = 0
      for word in 0..<words { folded ^= row[word] & subset[word] }
      batch.labels.base[place] = UInt8(truncatingIfNeeded: folded.nonzeroBitCount & 1)
    }
    guard batch.columns.count > 0 else { return }
    for block in places.lowerBound / 64..<(places.upperBound + 63) / 64 {
      for word in 0..<words { transpose(batch, block: block, word: word) }
    }
  }

  /// Transposes 64 samples × 64 bits by swapping halves, quarters, … of the square.
  private func transpose(_ batch: BinaryBatch, block: Int, word: Int) {
    let words = layout.rowWords
    let square = batch.columns.base + (block * words + word) * 64
    let rows = batch.rows.base + block * 64 * words + word
    for sample in 0..<64 { square[sample] = rows[sample * words] }
    var half = 32
    var mask: UInt64 = 0xFFFF_FFFF
    while half > 0 {
      var row = 0
      while row < 64 {
        let swapped = ((square[row] &>> UInt64(half)) ^ square[row | half]) & mask
        square[row | half] ^= swapped
        square[row] ^= swapped &<< UInt64(half)
        row = ((row | half) + 1) & ~half
      }
      half /= 2
      mask ^= mask &<< UInt64(half)
    }
  }
}
