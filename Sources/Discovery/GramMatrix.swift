public import Kernels

/// Likenesses of samples' gradients, computed from their product form: no gradient is ever stored.
public enum GramMatrix {
  /// Samples of a block, whose products one worker holds at a time.
  private static let block = 256

  /// Likenesses of all pairs of samples, `samples × samples`, symmetric to the bit.
  ///
  /// n samples cost n²·Σ(inputs + outputs) multiplications and 4·n² bytes.
  public static func of(
    _ gradients: SampleGradients, measure: GradientMeasure, crew: Crew
  ) -> Matrix {
    let rows = prepared(gradients, measure)
    let columns = blocks(rows, crew)
    let count = rows.count
    let result = Matrix(rows: count, columns: count)
    let pairs = (0..<columns.count).flatMap { row in (row..<columns.count).map { (row, $0) } }
    let scratch = (0..<crew.threads).map { _ in Scratch() }
    crew.run(items: pairs.count) { item, worker in
      let (row, column) = pairs[item]
      let (above, beside) = (range(row, count), range(column, count))
      fill(
        result, rows, above, columns[column], beside, measure, scratch[worker], crew.kernels)
      guard row != column else { return }
      for a in above {
        for b in beside { result[b, a] = result[a, b] }
      }
    }
    return result
  }

  /// Likenesses of samples with others, `samples × others`.
  public static func between(
    _ gradients: SampleGradients, _ others: SampleGradients, measure: GradientMeasure, crew: Crew
  ) -> Matrix {
    let rows = prepared(gradients, measure)
    let (right, count, width) = (prepared(others, measure), rows.count, others.count)
    let columns = blocks(right, crew)
    let result = Matrix(rows: count, columns: width)
    let scratch = (0..<crew.threads).map { _ in Scratch() }
    let heights = (count + block - 1) / block
    crew.run(items: heights * columns.count) { item, worker in
      let (row, column) = (item / columns.count, item % columns.count)
      fill(
        result, rows, range(row, count), columns[column], range(column, width), measure,
        scratch[worker], crew.kernels)
    }
    return result
  }

  private static func prepared(
    _ gradients: SampleGradients, _ measure: GradientMeasure
  ) -> SampleGradients {
    (measure == .absoluteGradient ? gradients.magnitudes() : gradients).normalised()
  }

  private static func range(_ number: Int, _ count: Int) -> Range<Int> {
    number * block..<min(count, (number + 1) * block)
  }

  /// Room for the products of a block's inputs and errors.
  private struct Scratch: Sendable {
    let inputs = Buffer<Float>(count: block * block)
    let errors = Buffer<Float>(count: block * block)
  }

  /// A layer's inputs and errors of a block of samples, transposed.
  private struct Columns: Sendable {
    let inputs: Matrix
    let errors: Matrix
  }

  private static func blocks(_ gradients: SampleGradients, _ crew: Crew) -> [[Columns]] {
    let count = gradients.count
    return (0..<(count + block - 1) / block).map { number in
      let samples = range(number, count)
      return gradients.layers.map {
        Columns(
          inputs: crew.transposed($0.inputs.part(samples)),
          errors: crew.transposed($0.errors.part(samples)))
      }
    }
  }

  /// One block: the sum over layers, in their order, of products of inner products.
  private static func fill(
    _ result: Matrix, _ gradients: SampleGradients, _ rows: Range<Int>, _ columns: [Columns],
    _ places: Range<Int>, _ measure: GradientMeasure, _ scratch: Scratch, _ kernels: KernelSet
  ) {
    for (layer, column) in zip(gradients.layers, columns) {
      let inputs = Matrix(scratch.inputs, rows: rows.count, columns: places.count)
      let errors = Matrix(scratch.errors, rows: rows.count, columns: places.count)
      let all = 0..<rows.count
      kernels.multiply(
        MatrixProduct(layer.inputs.part(rows), column.inputs, result: inputs), all)
      kernels.multiply(
        MatrixProduct(layer.errors.part(rows), column.errors, result: errors), all)
      for row in all {
        let target = result.places(rows.lowerBound + row..<result.rows).lowerBound
        let (start, source) = (target + places.lowerBound, row * inputs.stride)
        for place in 0..<places.count {
          result.buffer[start + place] +=
            scratch.inputs[source + place] * scratch.errors[source + place]
        }
      }
    }
    guard measure != .cosine, measure != .absoluteGradient else { return }
    for row in rows {
      for place in places {
        result[row, place] = measure.value(ofCosine: result[row, place])
      }
    }
  }
}
