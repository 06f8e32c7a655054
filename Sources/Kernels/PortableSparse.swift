typealias Lanes = SIMD16<Float>

extension Lanes {
  /// All ones in every lane that is above zero, in integer arithmetic because the baseline
  /// instruction set of x86-64 has vector masks but Swift's mask type is not compiled to them.
  @inline(__always)
  var positives: SIMD16<Int32> {
    unsafeBitCast(Lanes() - self, to: SIMD16<Int32>.self) &>> 31
  }

  /// The lanes that a mask keeps; zero elsewhere.
  @inline(__always)
  func keeping(_ mask: SIMD16<Int32>) -> Lanes {
    unsafeBitCast(unsafeBitCast(self, to: SIMD16<Int32>.self) & mask, to: Lanes.self)
  }
}

extension Buffer<Float> {
  /// The rows of 16 floats from element `offset` on, which must be a multiple of 16.
  var lanes: UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: Lanes.self)
  }
}

extension PortableKernels {
  @Sendable
  static func buildTable(_ operands: TileOperands) {
    let layout = operands.layout
    let rows = operands.weights.lanes + operands.tile * layout.tileRows
    let bitRows = rows + layout.tasks
    let table = operands.tables.lanes + operands.tile * layout.groups * 16
    for group in 0..<layout.groups {
      let entries = table + group * 16
      entries[0] = group == 0 ? bitRows[layout.bits] : Lanes()
      for bit in 0..<4 {
        let input = group * 4 + bit
        let row = input < layout.bits ? bitRows[input] : Lanes()
        let half = 1 << bit
        for entry in 0..<half { entries[half + entry] = entries[entry] + row }
      }
    }
  }

  /// The pre-activations of one sample in one tile: its task's row plus one entry a group. The
  /// entries go to four sums by turns: four short chains of additions in place of a long one.
  @inline(__always)
  private static func preactivations(
    _ taskRow: Lanes, _ table: UnsafeMutablePointer<Lanes>, _ row: UnsafeMutablePointer<UInt64>,
    _ groups: Int
  ) -> Lanes {
    var sums = (taskRow, Lanes(), Lanes(), Lanes())
    var entries = table
    var word = row
    var rest = groups
    while rest > 0 {
      var bits = word.pointee
      for _ in 0..<min(rest, 16) / 4 {
        sums.0 += entries[Int(truncatingIfNeeded: bits & 15)]
        sums.1 += entries[16 + Int(truncatingIfNeeded: bits &>> 4 & 15)]
        sums.2 += entries[32 + Int(truncatingIfNeeded: bits &>> 8 & 15)]
        sums.3 += entries[48 + Int(truncatingIfNeeded: bits &>> 12 & 15)]
        bits &>>= 16
        entries += 64
      }
      let last = rest < 16 ? rest % 4 : 0
      if last > 0 { sums.0 += entries[Int(truncatingIfNeeded: bits & 15)] }
      if last > 1 { sums.1 += entries[16 + Int(truncatingIfNeeded: bits &>> 4 & 15)] }
      if last > 2 { sums.2 += entries[32 + Int(truncatingIfNeeded: bits &>> 8 & 15)] }
      word += 1
      rest &-= 16
    }
    return (sums.0 + sums.1) + (sums.2 + sums.3)
  }

  @Sendable
  static func forwardRectified(_ operands: RectifiedForward, _ samples: Range<Int>) {
    let margins = operands.margins.base
    for sample in samples { margins[sample] = operands.biasDifference }
    for tile in 0..<operands.layout.tiles {
      if let masks = operands.masks {
        let target = masks.base + tile * operands.batch.capacity
        rectifiedTile(operands, tile, samples) { target[$0] = activeLanes($1) }
      } else {
        rectifiedTile(operands, tile, samples) { _, _ in }
      }
    }
  }

  @inline(__always)
  private static func rectifiedTile(
    _ operands: RectifiedForward, _ tile: Int, _ samples: Range<Int>,
    _ keep: (Int, SIMD16<Int32>) -> Void
  ) {
    let layout = operands.layout
    let rows = operands.weights.lanes + tile * layout.tileRows
    let table = operands.tables.lanes + tile * layout.groups * 16
    let difference = operands.difference.lanes[tile]
    let tasks = operands.batch.tasks.base
    let margins = operands.margins.base
    let groups = layout.groups
    let words = layout.rowWords
    var bits = operands.batch.rows.base + samples.lowerBound * words
    for sample in samples {
      let sum = preactivations(rows[Int(tasks[sample])], table, bits, groups)
      let positive = sum.positives
      margins[sample] += (sum.keeping(positive) * difference).total
      keep(sample, positive)
      bits += words
    }
  }

  /// One bit for each lane of a mask that is all ones.
  @inline(__always)
  private static func activeLanes(_ mask: SIMD16<Int32>) -> UInt16 {
    let flags = laneFlags & mask
    let eight = flags.lowHalf | flags.highHalf
    let four = eight.lowHalf | eight.highHalf
    return UInt16(truncatingIfNeeded: four.x | four.y | four.z | four.w)
  }

  @inline(__always)
  static var laneFlags: SIMD16<Int32> {
    SIMD16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768)
  }

  @Sendable
  static func forwardLinear(_ operands: LinearForward, _ samples: Range<Int>) {
    let layout = operands.layout
    let words = layout.rowWords
    let tasks = operands.batch.tasks.base
    for tile in 0..<layout.tiles {
      let rows = operands.weights.lanes + tile * layout.tileRows
      let table = operands.tables.lanes + tile * layout.groups * 16
      var bits = operands.batch.rows.base + samples.lowerBound * words
      for sample in samples {
        operands.outputs.lanes[sample * layout.tiles + tile] = preactivations(
          rows[Int(tasks[sample])], table, bits, layout.groups)
        bits += words
      }
    }
  }
}
