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
  static func backwardRectified(_ operands: RectifiedBackward) {
    let layout = operands.layout
    let tile = operands.tile
    let source = MaskedGradients(
      masks: operands.masks.base + tile * operands.batch.capacity,
      marginGradients: operands.marginGradients.base)
    let gradients = operands.gradients.lanes + tile * layout.tileRows
    accumulate(source, layout, operands.batch, gradients, operands.scratch.lanes)
    let rows = operands.weights.lanes + tile * layout.tileRows
    let difference = operands.difference.lanes[tile]
    var product = Lanes()
    for row in 0..<layout.tileRows {
      product += rows[row] * gradients[row]
      gradients[row] *= difference
    }
    operands.differenceGradients.lanes[tile] = product
  }

  @Sendable
  static func backwardLinear(_ operands: LinearBackward) {
    let layout = operands.layout
    let source = StoredGradients(
      rows: operands.outputGradients.lanes + operands.tile, tiles: layout.tiles)
    let gradients = operands.gradients.lanes + operands.tile * layout.tileRows
    accumulate(source, layout, operands.batch, gradients, operands.scratch.lanes)
  }

  /// Sums the samples' gradients into the rows of their tasks and set bits, and into the bias.
  @inline(__always)
  private static func accumulate(
    _ source: some OutputGradientSource, _ layout: SparseInputLayout, _ batch: BinaryBatch,
    _ gradients: UnsafeMutablePointer<Lanes>, _ scratch: UnsafeMutablePointer<Lanes>
  ) {
    let starts = batch.taskStarts.base
    var bias = Lanes()
    for task in 0..<layout.tasks {
      var sum = Lanes()
      for sample in Int(starts[task])..<Int(starts[task + 1]) { sum += source[sample] }
      gradients[task] = sum
      bias += sum
    }
    let bitRows = gradients + layout.tasks
    for bit in 0..<layout.bits { bitRows[bit] = Lanes() }
    bitRows[layout.bits] = bias
    let count = batch.count
    for block in 0..<(count + 63) / 64 {
      for quad in 0..<16 {
        buildSums(source, block * 64 + quad * 4, count, scratch + quad * 16)
      }
      addBlock(batch.columns.base + block * layout.rowWords * 64, layout.bits, scratch, bitRows)
    }
  }

  /// The sums of the gradients of four samples, for all 16 sets of them; none beyond `count`.
  @inline(__always)
  private static func buildSums(
    _ source: some OutputGradientSource, _ first: Int, _ count: Int,
    _ entries: UnsafeMutablePointer<Lanes>
  ) {
    entries[0] = Lanes()
    for place in 0..<4 {
      let gradient = first + place < count ? source[first + place] : Lanes()
      let half = 1 << place
      for entry in 0..<half { entries[half + entry] = entries[entry] + gradient }
    }
  }

  /// Adds a block of 64 samples to every bit's gradient: one table entry for four samples.
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
