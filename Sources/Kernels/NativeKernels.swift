internal import CKernels
internal import Glibc

extension KernelSet {
  /// The variant for AVX-512 (F, BW, VL, DQ); nil where the processor lacks it.
  public static let avx512 = native("avx512", quanta_avx512())

  /// The variant for AVX2; nil where the processor lacks it.
  public static let avx2 = native("avx2", quanta_avx2())

  /// The variants that this processor can run, the fastest first.
  public static let available: [KernelSet] = [avx512, avx2, portable].compactMap { $0 }

  /// The fastest variant for this processor, or the one that `QUANTA_INSTRUCTION_SET` names; traps
  /// when that is not among ``available``.
  public static let best: KernelSet = {
    guard let name = getenv("QUANTA_INSTRUCTION_SET").map({ String(cString: $0) }) else {
      return available[0]
    }
    guard let named = available.first(where: { $0.instructionSet == name }) else {
      let names = available.map(\.instructionSet).joined(separator: ", ")
      preconditionFailure("QUANTA_INSTRUCTION_SET is \(name); this processor has \(names)")
    }
    return named
  }()

  private static func native(
    _ instructionSet: String, _ operations: UnsafePointer<quanta_operations>?
  ) -> KernelSet? {
    guard let operations else { return nil }
    let native = NativeKernels(operations: operations.pointee)
    return KernelSet(
      instructionSet: instructionSet,
      drawTasks: { native.drawTasks($0, $1) },
      drawBits: { native.drawBits($0, $1) },
      buildTable: { native.buildTable($0) },
      forwardRectified: { native.forwardRectified($0, $1) },
      forwardLinear: { native.forwardLinear($0, $1) },
      sumGradients: { native.sumGradients($0, $1) },
      combine: { native.combine($0) },
      crossEntropy: { native.crossEntropy($0, $1) },
      adamW: { native.adamW($0, $1) },
      multiply: { native.multiply($0, $1) },
      transpose: { native.transpose($0, $1) },
      softmax: { native.softmax($0, $1) },
      activate: { native.activate($0, $1, $2, $3) },
      differentiate: { native.differentiate($0, $1) })
  }
}

/// The operations that the C target compiles for an instruction set, fed with buffers. The
/// functions are constants of the program, hence safe to share.
struct NativeKernels: @unchecked Sendable {
  let operations: quanta_operations

  func drawTasks(_ draw: TaskDraw, _ places: Range<Int>) {
    var operands = quanta_task_draw(
      seed: draw.stream.seed, stream: draw.stream.stream,
      thresholds: draw.frequencies.thresholds.base, aliases: draw.frequencies.aliases.base,
      outcomes: Int64(draw.frequencies.thresholds.count), numbers: draw.numbers.base,
      tasks: draw.tasks.base)
    operations.draw_tasks(&operands, Int64(places.lowerBound), Int64(places.upperBound))
  }

  func drawBits(_ draw: BitDraw, _ places: Range<Int>) {
    precondition(places.lowerBound % 64 == 0, "places start at a multiple of 64")
    let batch = draw.batch
    var operands = quanta_bit_draw(
      layout: draw.layout.native, seed: draw.stream.seed, stream: draw.stream.stream,
      subsets: draw.subsets.base, numbers: draw.numbers.base, tasks: batch.tasks.base,
      rows: batch.rows.base, columns: batch.columns.count > 0 ? batch.columns.base : nil,
      labels: batch.labels.base)
    operations.draw_bits(&operands, Int64(places.lowerBound), Int64(places.upperBound))
  }

  func buildTable(_ tile: TileOperands) {
    var operands = quanta_table(
      layout: tile.layout.native, tile: Int64(tile.tile), weights: tile.weights.base,
      tables: tile.tables.base)
    operations.build_table(&operands)
  }

  func forwardRectified(_ pass: RectifiedForward, _ samples: Range<Int>) {
    var operands = quanta_rectified_forward(
      layout: pass.layout.native, weights: pass.weights.base, tables: pass.tables.base,
      difference: pass.difference.base, bias_difference: pass.biasDifference,
      rows: pass.batch.rows.base, tasks: pass.batch.tasks.base, margins: pass.margins.base,
      masks: pass.masks?.base, capacity: Int64(pass.batch.capacity))
    operations.forward_rectified(
      &operands, Int64(samples.lowerBound), Int64(samples.upperBound))
  }

  func forwardLinear(_ pass: LinearForward, _ samples: Range<Int>) {
    var operands = quanta_linear_forward(
      layout: pass.layout.native, weights: pass.weights.base, tables: pass.tables.base,
      rows: pass.batch.rows.base, tasks: pass.batch.tasks.base, outputs: pass.outputs.base)
    operations.forward_linear(&operands, Int64(samples.lowerBound), Int64(samples.upperBound))
  }

  func sumGradients(_ pass: GradientSums, _ samples: Range<Int>) {
    precondition(samples.lowerBound % 64 == 0, "samples start at a multiple of 64")
    var operands = quanta_gradient_sums(
      layout: pass.layout.native, columns: pass.batch.columns.base,
      tasks: pass.batch.tasks.base, masks: nil, margin_gradients: nil, output_gradients: nil,
      sums: pass.sums.base + pass.firstRow * 16, scratch: pass.scratch.base)
    switch pass.source {
    case .rectified(let masks, let marginGradients):
      operands.masks = UnsafePointer(masks.base + pass.tile * pass.batch.capacity)
      operands.margin_gradients = UnsafePointer(marginGradients.base)
    case .stored(let gradients):
      operands.output_gradients = UnsafePointer(gradients.base + pass.tile * 16)
    }
    operations.sum_gradients(&operands, Int64(samples.lowerBound), Int64(samples.upperBound))
  }

  func combine(_ pass: GradientCombination) {
    let place = pass.tile * pass.layout.tileStride
    var operands = quanta_combination(
      layout: pass.layout.native, task_starts: pass.batch.taskStarts.base,
      sums: pass.sums.base + pass.firstRow * 16, segment_count: Int64(pass.segmentCount),
      weights: pass.weights.base + place,
      difference: pass.difference.map { UnsafePointer($0.base + pass.tile * 16) },
      gradients: pass.gradients.base + place,
      difference_gradient: pass.differenceGradients.base + pass.tile * 16)
    operations.combine(&operands)
  }

  func crossEntropy(
    _ losses: CrossEntropyOperands, _ samples: Range<Int>
  ) -> CrossEntropySums {
    precondition(samples.lowerBound % 16 == 0, "a range of samples starts at a multiple of 16")
    var operands = quanta_cross_entropy(
      margins: losses.margins.base, labels: losses.labels.base, scale: losses.scale,
      gradients: losses.marginGradients?.base, losses: losses.losses?.base)
    let found = operations.cross_entropy(
      &operands, Int64(samples.lowerBound), Int64(samples.upperBound))
    var sums = CrossEntropySums()
    sums.loss = found.loss
    sums.marginGradient = found.gradient
    return sums
  }

  func adamW(_ update: AdamWOperands, _ range: Range<Int>) {
    precondition(
      range.lowerBound % 16 == 0 && range.upperBound % 16 == 0, "AdamW works on whole vectors")
    let c = update.coefficients
    var operands = quanta_adamw(
      parameters: update.parameters.base, gradients: update.gradients.base,
      firsts: update.firstMoments.base, seconds: update.secondMoments.base, decay: c.decay,
      first_complement: c.firstComplement, second: c.second,
      second_complement: c.secondComplement, step_size: c.stepSize, root_factor: c.rootFactor,
      epsilon: c.epsilon)
    operations.adamw(&operands, Int64(range.lowerBound), Int64(range.upperBound))
  }
}

extension SparseInputLayout {
  var native: quanta_layout {
    quanta_layout(tasks: Int64(tasks), bits: Int64(bits), tiles: Int64(tiles))
  }
}
