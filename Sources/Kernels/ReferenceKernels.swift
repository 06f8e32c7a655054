extension KernelSet {
  /// The scalar definition of every operation: one loop over dense inputs, sums in double
  /// precision. Tests compare the variants with it.
  public static let reference = KernelSet(
    instructionSet: "reference",
    drawTasks: PortableKernels.drawTasks,
    drawBits: PortableKernels.drawBits,
    buildTable: { _ in },
    forwardRectified: ReferenceKernels.forwardRectified,
    forwardLinear: ReferenceKernels.forwardLinear,
    sumGradients: ReferenceKernels.sumGradients,
    combine: ReferenceKernels.combine,
    crossEntropy: ReferenceKernels.crossEntropy,
    adamW: ReferenceKernels.adamW,
    multiply: ReferenceKernels.multiply,
    transpose: PortableKernels.transpose,
    activate: ReferenceKernels.activate,
    differentiate: ReferenceKernels.differentiate)
}

/// Scalar kernels without tables, tiles or vectors; see ``KernelSet/reference``.
enum ReferenceKernels {
  /// Input `row` of a sample: the one-hot task, the bits, then the constant 1 of the bias.
  static func input(
    _ row: Int, of sample: Int, _ layout: SparseInputLayout, _ batch: BinaryBatch
  ) -> Double {
    if row < layout.tasks { return Int(batch.tasks[sample]) == row ? 1 : 0 }
    let bit = row - layout.tasks
    if bit == layout.bits { return 1 }
    let word = batch.rows[sample * layout.rowWords + bit / 64]
    return Double(word >> UInt64(bit % 64) & 1)
  }

  static func preactivation(
    _ unit: Int, of sample: Int, _ layout: SparseInputLayout, _ weights: Buffer<Float>,
    _ batch: BinaryBatch
  ) -> Double {
    var sum = 0.0
    for row in 0..<layout.tileRows {
      let place = unit / 16 * layout.tileStride + row * 16 + unit % 16
      sum += Double(weights[place]) * input(row, of: sample, layout, batch)
    }
    return sum
  }

  @Sendable
  static func forwardRectified(_ operands: RectifiedForward, _ samples: Range<Int>) {
    let layout = operands.layout
    for sample in samples {
      var margin = Double(operands.biasDifference)
      for tile in 0..<layout.tiles {
        var mask: UInt16 = 0
        for unit in tile * 16..<tile * 16 + 16 {
          let sum = preactivation(unit, of: sample, layout, operands.weights, operands.batch)
          if sum > 0 {
            mask |= 1 << UInt16(unit % 16)
            margin += sum * Double(operands.difference[unit])
          }
        }
        operands.masks?[tile * operands.batch.capacity + sample] = mask
      }
      operands.margins[sample] = Float(margin)
    }
  }

  @Sendable
  static func forwardLinear(_ operands: LinearForward, _ samples: Range<Int>) {
    let layout = operands.layout
    for sample in samples {
      for unit in 0..<layout.paddedWidth {
        operands.outputs[sample * layout.paddedWidth + unit] = Float(
          preactivation(unit, of: sample, layout, operands.weights, operands.batch))
      }
    }
  }

  @Sendable
  static func sumGradients(_ operands: GradientSums, _ samples: Range<Int>) {
    let layout = operands.layout
    for lane in 0..<16 {
      for row in 0..<layout.tileRows {
        var sum = 0.0
        for sample in samples {
          sum +=
            gradient(of: sample, lane, operands) * input(row, of: sample, layout, operands.batch)
        }
        operands.sums[(operands.firstRow + row) * 16 + lane] = Float(sum)
      }
    }
  }

  private static func gradient(
    of sample: Int, _ lane: Int, _ operands: GradientSums
  ) -> Double {
    switch operands.source {
    case .rectified(let masks, let marginGradients):
      let mask = masks[operands.tile * operands.batch.capacity + sample]
      return mask >> UInt16(lane) & 1 == 1 ? Double(marginGradients[sample]) : 0
    case .stored(let gradients):
      return Double(gradients[sample * operands.layout.paddedWidth + operands.tile * 16 + lane])
    }
  }

  @Sendable
  static func combine(_ operands: GradientCombination) {
    let layout = operands.layout
    let segments = (operands.batch.count + operands.segmentCount - 1) / operands.segmentCount
    for lane in 0..<16 {
      let unit = operands.tile * 16 + lane
      let difference = operands.difference.map { Double($0[unit]) }
      var product = 0.0
      for row in 0..<layout.tileRows {
        var sum = 0.0
        for segment in 0..<segments {
          let place = operands.firstRow + segment * layout.tileRows + row
          sum += Double(operands.sums[place * 16 + lane])
        }
        let place = operands.tile * layout.tileStride + row * 16 + lane
        product += sum * Double(operands.weights[place])
        operands.gradients[place] = Float(sum * (difference ?? 1))
      }
      if difference != nil { operands.differenceGradients[unit] = Float(product) }
    }
  }

  @Sendable
  static func crossEntropy(
    _ operands: CrossEntropyOperands, _ samples: Range<Int>
  ) -> CrossEntropySums {
    var sums = CrossEntropySums()
    for sample in samples {
      let margin = Double(operands.margins[sample])
      let label = Double(operands.labels[sample])
      let signed = label == 1 ? -margin : margin
      let decay = Elementary.exponential(-abs(margin))
      let loss = max(signed, 0) + logarithm(onePlus: decay)
      let probability = margin < 0 ? decay / (1 + decay) : 1 / (1 + decay)
      let gradient = (probability - label) * Double(operands.scale)
      operands.losses?[sample] = Float(loss)
      operands.marginGradients?[sample] = Float(gradient)
      sums.loss += loss
      sums.marginGradient += gradient
    }
    return sums
  }

  private static func logarithm(onePlus e: Double) -> Double {
    e < 1e-5 ? e - e * e / 2 : Elementary.logarithm(1 + e)
  }

  @Sendable
  static func adamW(_ operands: AdamWOperands, _ range: Range<Int>) {
    let c = operands.coefficients
    for place in range {
      let gradient = Double(operands.gradients[place])
      let oldFirst = Double(operands.firstMoments[place])
      let first = oldFirst + Double(c.firstComplement) * (gradient - oldFirst)
      let second =
        Double(c.second) * Double(operands.secondMoments[place])
        + Double(c.secondComplement) * gradient * gradient
      operands.firstMoments[place] = Float(first)
      operands.secondMoments[place] = Float(second)
      let root = second.squareRoot() * Double(c.rootFactor) + Double(c.epsilon)
      operands.parameters[place] = Float(
        Double(operands.parameters[place]) * Double(c.decay)
          - Double(c.stepSize) * first / root)
    }
  }
}
