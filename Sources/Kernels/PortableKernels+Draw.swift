extension PortableKernels {
  @Sendable
  static func drawTasks(_ draw: TaskDraw, _ places: Range<Int>) {
    for place in places {
      let bits = draw.stream.words(index: draw.numbers.base[place]).low
      draw.tasks.base[place] = UInt16(truncatingIfNeeded: draw.frequencies.outcome(of: bits))
    }
  }

  @Sendable
  static func drawBits(_ draw: BitDraw, _ places: Range<Int>) {
    precondition(places.lowerBound % 64 == 0, "places start at a multiple of 64")
    let words = draw.layout.rowWords
    for place in places {
      drawRow(draw, place)
      let row = draw.batch.rows.base + place * words
      let subset = draw.subsets.base + Int(draw.batch.tasks.base[place]) * words
      var folded: UInt64 = 0
      for word in 0..<words { folded ^= row[word] & subset[word] }
      draw.batch.labels.base[place] = UInt8(truncatingIfNeeded: folded.nonzeroBitCount & 1)
    }
    guard draw.batch.columns.count > 0 else { return }
    for block in places.lowerBound / 64..<(places.upperBound + 63) / 64 {
      for word in 0..<words { transpose(draw.batch, words, block: block, word: word) }
    }
  }

  @inline(__always)
  private static func drawRow(_ draw: BitDraw, _ place: Int) {
    let words = draw.layout.rowWords
    let row = draw.batch.rows.base + place * words
    let number = draw.numbers.base[place]
    var word = 0
    while word < words {
      let drawn = draw.stream.words(
        index: number, block: UInt32(truncatingIfNeeded: word / 2))
      row[word] = drawn.low
      if word + 1 < words { row[word + 1] = drawn.high }
      word += 2
    }
    row[words - 1] &= UInt64.max &>> UInt64(words * 64 - draw.layout.bits)
  }

  /// Transposes 64 samples × 64 bits by swapping halves, quarters, … of the square.
  private static func transpose(_ batch: BinaryBatch, _ words: Int, block: Int, word: Int) {
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
