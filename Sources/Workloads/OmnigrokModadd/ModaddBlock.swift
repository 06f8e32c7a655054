import Kernels
import Training

/// What the passes keep for a block of samples, small enough for a second-level cache. Sample s is
/// column s of every matrix, or row s of those that are called rows.
final class ModaddBlock: Sendable {
  /// Samples of a block: five panels of three vectors.
  static let capacity = 240

  private let shape: ModaddShape
  private let kernels: KernelSet
  private let team: ThreadTeam
  private let attended, middle, active, final: Matrix
  private let attendedRows, middleRows, activeRows, finalRows: Matrix
  private let attendedGradients, middleGradients, activeGradients, finalGradients: Matrix
  private let attendedGradientRows: Matrix
  /// The outputs, `vocabulary × samples`, and their gradients, to be filled between the passes.
  let logits, logitGradients: Matrix

  init(_ shape: ModaddShape, kernels: KernelSet, team: ThreadTeam) {
    self.shape = shape
    self.kernels = kernels
    self.team = team
    func columns(_ rows: Int) -> Matrix { Matrix(rows: rows, columns: Self.capacity) }
    func rows(_ columns: Int) -> Matrix { Matrix(rows: Self.capacity, columns: columns) }
    (attended, middle, final) = (columns(shape.width), columns(shape.width), columns(shape.width))
    (attendedRows, middleRows, finalRows) = (
      rows(shape.width), rows(shape.width), rows(shape.width)
    )
    (active, activeRows) = (columns(shape.hidden), rows(shape.hidden))
    attendedGradients = columns(shape.width)
    middleGradients = columns(shape.width)
    finalGradients = columns(shape.width)
    activeGradients = columns(shape.hidden)
    attendedGradientRows = rows(shape.width)
    logits = columns(shape.vocabulary)
    logitGradients = columns(shape.vocabulary)
  }

  /// Computes the logits of samples `first ..< first + count`; `trains` keeps what the backward pass
  /// needs.
  func forward(
    first: Int, count: Int, _ weights: ModaddFactors, _ tokens: ModaddTokens,
    attention: TokenAttention, trains: Bool
  ) {
    team.share(count) { [self] rows in
      attention.forward(first: first, rows: rows, outputs: attendedRows)
      transpose(attendedRows, to: attended, rows)
    }
    product(MatrixProduct(weights[.output], attended, starts: tokens.last, result: middle)) {
      [self] rows in
      if trains { transpose(middle, to: middleRows, rows) }
    }
    let inward = MatrixProduct(
      weights[.inward], middle, starts: weights.buffer,
      startsOffset: weights[.inwardBias].offset, result: active)
    product(inward) { [self] rows in
      kernels.activate(.relu, active.buffer, active.buffer, active.places(rows))
      if trains { transpose(active, to: activeRows, rows) }
    }
    let outward = MatrixProduct(
      weights[.outward], active, starts: weights.buffer,
      startsOffset: weights[.outwardBias].offset, result: final)
    product(outward) { [self] rows in
      final.add(middle, rows: rows)
      if trains { transpose(final, to: finalRows, rows) }
    }
    product(MatrixProduct(weights[.unembedding], final, result: logits))
  }

  /// Adds the block's gradients to those of all factors, values and scores; `isFirst` replaces what
  /// the factors' gradients hold.
  func backward(
    first: Int, count: Int, _ weights: ModaddFactors, gradients: ModaddFactors,
    _ tokens: ModaddTokens, attention: TokenAttention, isFirst: Bool
  ) {
    func add(
      _ left: Matrix, _ right: Matrix, to factor: ModaddFactor, bias: ModaddFactor? = nil
    ) {
      product(
        MatrixProduct(left, right, result: gradients[factor], accumulates: !isFirst)
      ) { rows in
        guard let bias else { return }
        left.sumRows(
          rows, into: gradients.buffer, offset: gradients[bias].offset, accumulates: !isFirst)
      }
    }
    add(logitGradients, finalRows, to: .unembedding)
    product(
      MatrixProduct(
        weights[.unembedding], transposed: true, logitGradients, result: finalGradients))
    add(finalGradients, activeRows, to: .outward, bias: .outwardBias)
    product(
      MatrixProduct(weights[.outward], transposed: true, finalGradients, result: activeGradients)
    ) { [self] rows in
      kernels.differentiate(
        ActivationGradients(.relu, points: active.buffer, gradients: activeGradients.buffer),
        activeGradients.places(rows))
    }
    add(activeGradients, middleRows, to: .inward, bias: .inwardBias)
    product(
      MatrixProduct(weights[.inward], transposed: true, activeGradients, result: middleGradients)
    ) { [self] rows in
      middleGradients.add(finalGradients, rows: rows)
      middleGradients.sumRows(rows, into: tokens.lastGradients, offset: 0, accumulates: true)
    }
    add(middleGradients, attendedRows, to: .output)
    product(
      MatrixProduct(weights[.output], transposed: true, middleGradients, result: attendedGradients)
    ) { [self] rows in transpose(attendedGradients, to: attendedGradientRows, rows) }
    team.run(items: shape.heads) { [self] head, _ in
      attention.backward(
        head: head, first: first, count: count, outputGradients: attendedGradientRows,
        valueGradients: tokens.valueRowGradients, scoreGradients: tokens.scoreGradients)
    }
  }

  /// A product whose rows are shared out, and what follows for a thread's rows.
  private func product(
    _ product: MatrixProduct, then follow: @escaping @Sendable (Range<Int>) -> Void = { _ in }
  ) {
    team.share(product.result.rows) { [self] rows in
      kernels.multiply(product, rows)
      follow(rows)
    }
  }

  private func transpose(_ source: Matrix, to result: Matrix, _ rows: Range<Int>) {
    kernels.transpose(
      MatrixTransposition(source, result: result),
      rows.lowerBound..<Matrix.padded(rows.upperBound))
  }
}
