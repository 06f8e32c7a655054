/// Where a backward pass finds the gradient of one sample's pre-activations in one tile.
private protocol OutputGradientSource {
  subscript(sample: Int) -> Lanes { get }
}

private struct MaskedGradients: OutputGradientSource {
  let masks: UnsafeMutablePointer<UInt16>
  let marginGradients: UnsafeMutablePointer<Float>

  @inline(__always)
  subscript(sample: Int) -> Lanes {
    let flags = SIMD16<Int32>(repeating: Int32(masks[sample])) & PortableKernels.laneFlags
    return Lanes(repeating: marginGradients[sample]).keeping((0 &- flags) &>> 31)
  }
}

private struct StoredGradients: OutputGradientSource {
  let rows: UnsafeMutablePointer<Lanes>
  let tiles: Int

  @inline(__always)
  subscript(sample: Int) -> Lanes { rows[sample * tiles] }
}

extension PortableKernels {
  @Sendable
  static func sumGradients(_ operands: GradientSums, _ samples: Range<Int>) {
    let layout = operands.layout
    switch operands.source {
    case .rectified(let masks, let marginGradients):
      let source = MaskedGradients(
        masks: masks.base + operands.tile * operands.batch.capacity,
        marginGradients: marginGradients.base)
      sum(source, operands, samples)
    case .stored(let gradients):
      sum(
        StoredGradients(rows: gradients.lanes + operands.tile, tiles: layout.tiles), operands,
        samples)
    }
  }

  /// Sums the samples' gradients into the rows of their tasks and set bits, and into the bias.
  @inline(__always)
  private static func sum(
    _ source: some OutputGradientSource, _ operands: GradientSums, _ samples: Range<Int>
  ) {
    let layout = operands.layout
    let rows = operands.sums.lanes + operands.firstRow
    let bitRows = rows + layout.tasks
    for bit in 0..<layout.bits { bitRows[bit] = Lanes() }
    guard !samples.isEmpty else {
      bitRows[layout.bits] = Lanes()
      return
    }
    let tables = operands.scratch.lanes
    var runs = TaskRuns(rows: rows, tasks: operands.batch.tasks.base, first: samples.lowerBound)
    var block = samples.lowerBound
    while block < samples.upperBound {
      for quad in 0..<16 {
        let first = block + quad * 4
        let count = min(4, max(0, samples.upperBound - first))
        let entries = tables + quad * 16
        buildSums(source, first, count, entries)
        runs.add(source, first, count, entries[15])
      }
      let columns = operands.batch.columns.base + block * layout.rowWords
      addBlock(columns, layout.bits, tables, bitRows)
      block += 64
    }
    bitRows[layout.bits] = runs.finish()
  }

  /// The sums of the gradients of up to four samples, for all 16 sets of four.
  @inline(__always)
  private static func buildSums(
    _ source: some OutputGradientSource, _ first: Int, _ count: Int,
    _ entries: UnsafeMutablePointer<Lanes>
  ) {
    entries[0] = Lanes()
    for place in 0..<4 {
      let gradient = place < count ? source[first + place] : Lanes()
      let half = 1 << place
      for entry in 0..<half { entries[half + entry] = entries[entry] + gradient }
    }
  }

  /// Adds a block of 64 samples to every bit's sum: one table entry for four samples.
  @inline(__always)
  private static func addBlock(
    _ columns: UnsafeMutablePointer<UInt64>, _ bits: Int, _ tables: UnsafeMutablePointer<Lanes>,
    _ bitRows: UnsafeMutablePointer<Lanes>
  ) {
    for bit in 0..<bits {
      var members = columns[bit]
      var sum = bitRows[bit]
      var entries = tables
      for _ in 0..<16 {
        sum += entries[Int(truncatingIfNeeded: members & 15)]
        members &>>= 4
        entries += 16
      }
      bitRows[bit] = sum
    }
  }
}

/// Sums gradients over the runs of samples of one task, and their total over all tasks.
private struct TaskRuns {
  let rows: UnsafeMutablePointer<Lanes>
  let tasks: UnsafeMutablePointer<UInt16>
  private var task: Int
  private var sum = Lanes()
  private var total = Lanes()

  init(rows: UnsafeMutablePointer<Lanes>, tasks: UnsafeMutablePointer<UInt16>, first: Int) {
    self.rows = rows
    self.tasks = tasks
    task = Int(tasks[first])
  }

  /// Adds up to four samples; `all` is their sum.
  @inline(__always)
  mutating func add(
    _ source: some OutputGradientSource, _ first: Int, _ count: Int, _ all: Lanes
  ) {
    if count == 4, Int(tasks[first + 3]) == task {
      sum += all
      return
    }
    for sample in first..<first + count {
      if Int(tasks[sample]) != task {
        close()
        task = Int(tasks[sample])
      }
      sum += source[sample]
    }
  }

  /// Ends the last run and returns the total.
  mutating func finish() -> Lanes {
    close()
    return total
  }

  private mutating func close() {
    rows[task] = sum
    total += sum
    sum = Lanes()
  }
}

extension PortableKernels {
  @Sendable
  static func combine(_ operands: GradientCombination) {
    let layout = operands.layout
    let sums = operands.sums.lanes + operands.firstRow
    let weights = operands.weights.lanes + operands.tile * layout.tileRows
    let gradients = operands.gradients.lanes + operands.tile * layout.tileRows
    let difference = operands.difference?.lanes[operands.tile] ?? Lanes(repeating: 1)
    let starts = operands.batch.taskStarts.base
    let segments = (operands.batch.count + operands.segmentCount - 1) / operands.segmentCount
    var product = Lanes()
    for row in 0..<layout.tileRows {
      var part = 0
      var end = segments
      if row < layout.tasks {
        part = Int(starts[row]) / operands.segmentCount
        end = (Int(starts[row + 1]) + operands.segmentCount - 1) / operands.segmentCount
        if starts[row] == starts[row + 1] { end = part }
      }
      var sum = Lanes()
      while part < end {
        sum += sums[part * layout.tileRows + row]
        part += 1
      }
      product += weights[row] * sum
      gradients[row] = sum * difference
    }
    if operands.difference != nil { operands.differenceGradients.lanes[operands.tile] = product }
  }
}
